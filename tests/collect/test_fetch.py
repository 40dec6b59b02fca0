import asyncio
import gzip
import threading
import time
import zlib

import pytest
from loopback import Web, answer, in_order

from trendwatch.collect.answers import retry_after
from trendwatch.collect.decode import Decoder
from trendwatch.collect.fetch import Fetcher, user_agent
from trendwatch.collect.wire import Waits
from trendwatch.errors import FetchError
from trendwatch.model import Network, Request, Validators


@pytest.fixture
def web():
    server = Web()
    yield server
    server.close()


@pytest.fixture
def other():
    server = Web()
    yield server
    server.close()


def get(web, path, *, validators=None, allow=(), request=None, robots=False, proxies=None, **network):
    settings = {
        "allow": (web.place, *allow),
        "host_gap_s": 0.001,
        "total_timeout_s": 5.0,
        "contact": "mailto:a@example.org",
    } | network

    async def go():
        async with Fetcher(Network(**settings), validators=validators or {}, version="1.2", proxies=proxies) as fetcher:
            return await fetcher.get(request or Request(url=web.url(path)), robots=robots)

    return asyncio.run(go())


def failure(web, path, **more):
    with pytest.raises(FetchError) as told:
        get(web, path, **more)
    return told.value


def test_a_good_answer_brings_its_body_and_what_it_cost(web):
    web.routes["/feed"] = answer(body=b"<rss/>", ETag='"1"', Last_Modified="Mon, 02 Mar 2026 06:00:00 GMT")
    got = get(web, "/feed")
    assert got.response.body == b"<rss/>"
    assert (got.status, got.bytes, got.requests, got.url, got.moved_to) == (200, 6, 1, web.url("/feed"), "")
    assert (got.validators.etag, got.validators.last_modified) == ('"1"', "Mon, 02 Mar 2026 06:00:00 GMT")


def test_the_agent_says_who_it_is_and_whom_to_write_to(web):
    web.routes["/feed"] = answer(body=b"x")
    get(web, "/feed")
    assert web.seen["/feed"][0]["user-agent"] == "trendwatch/1.2 (+mailto:a@example.org)"
    assert web.seen["/feed"][0]["accept-encoding"] == "gzip, deflate"
    assert user_agent("1", "a\r\nX: 1 (é)") == "trendwatch/1 (+aX: 1 )"


@pytest.mark.parametrize("etag", ['"a"', 'W/"a-b"', "unquoted", '"with, comma"', '"caf\xe9"'])
def test_validators_go_back_byte_for_byte_and_304_is_unchanged(web, etag):
    web.routes["/feed"] = answer(304, ETag='"new"')
    known = Validators(url=web.url("/feed"), etag=etag, last_modified="not even a date", body_hash="x")
    got = get(web, "/feed", validators={known.url: known})
    assert got.response is None
    assert got.validators is None
    assert got.status == 304
    sent = web.seen["/feed"][0]
    assert (sent["if-none-match"], sent["if-modified-since"]) == (etag, "not even a date")


def test_a_request_that_may_not_be_conditional_sends_no_validators_but_knows_the_same_body_again(web):
    web.routes["/feed"] = answer(body=b"same", ETag='"1"')
    known = get(web, "/feed").validators
    got = get(web, "/feed", validators={known.url: known}, request=Request(url=web.url("/feed"), conditional=False))
    assert "if-none-match" not in web.seen["/feed"][1]
    assert got.response is None


def test_an_identical_body_under_another_etag_is_unchanged_and_the_new_etag_is_kept(web):
    web.routes["/feed"] = in_order(answer(body=b"same", ETag='"1"'), answer(body=b"same", ETag='"2"'))
    known = get(web, "/feed").validators
    got = get(web, "/feed", validators={known.url: known})
    assert got.response is None
    assert got.validators.etag == '"2"'


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda b: zlib.compress(b)[2:-4]),
        ("x-gzip", gzip.compress),
    ],
)
def test_gzip_and_deflate_are_undone(web, coding, packed):
    text = b"<rss>" + b"word " * 50_000
    web.routes["/feed"] = answer(body=packed(text), Content_Encoding=coding)
    got = get(web, "/feed")
    assert got.response.body == text
    assert got.bytes == len(packed(text))


def test_gzip_members_are_joined_and_what_follows_is_ignored():
    decoder = Decoder("gzip", 1000)
    for byte in gzip.compress(b"one ") + gzip.compress(b"two") + b"rubbish":
        decoder.feed(bytes([byte]))
    assert decoder.finish() == b"one two"


def test_a_bomb_ends_at_the_cap_and_takes_no_more_than_the_cap():
    bomb = gzip.compress(b"\0" * 300_000_000)
    decoder = Decoder("gzip", 1_000_000)
    with pytest.raises(FetchError, match="larger than 1,000,000 bytes") as told:
        decoder.feed(bomb)
    assert told.value.outcome == "policy"
    assert len(decoder.so_far()) <= 1_000_000


@pytest.mark.parametrize(
    ("coding", "body", "outcome"),
    [
        ("br", b"x", "policy"),
        ("zstd", b"x", "policy"),
        ("gzip, gzip", b"x", "policy"),
        ("rot13", b"x", "transient"),
        ("gzip", b"not gzip", "transient"),
        ("gzip", gzip.compress(b"cut short" * 100)[:-9], "transient"),
        ("gzip", gzip.compress(b"bad check")[:-8] + b"\0" * 8, "transient"),
    ],
)
def test_other_codings_and_damaged_ones_are_errors(web, coding, body, outcome):
    web.routes["/feed"] = answer(body=body, Content_Encoding=coding)
    assert failure(web, "/feed").outcome == outcome


def test_a_body_over_the_cap_is_refused_from_its_header_and_while_reading(web):
    web.routes["/said"] = answer(body=b"", Content_Length=str(5 * 10**12))

    def endless(request):
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(b"x" * 65536)

    web.routes["/endless"] = endless
    for path in ("/said", "/endless"):
        assert failure(web, path, max_bytes=500_000).outcome == "policy"


def test_one_byte_after_the_other_does_not_outlive_the_deadline(web):
    def drip(request):
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        for _ in range(1000):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.05)

    web.routes["/drip"] = drip
    began = time.monotonic()
    error = failure(web, "/drip", total_timeout_s=0.6)
    assert error.outcome == "transient"
    assert time.monotonic() - began < 3


def patiently(web, waits, **network):
    """What /feed brings a reader who waits so long for a byte."""

    async def go():
        settings = Network(allow=(web.place,), host_gap_s=0.001, **network)
        async with Fetcher(settings, validators={}, version="1", waits=waits) as fetcher:
            return await fetcher.get(Request(url=web.url("/feed")))

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("sent", "waits"),
    [(b"", Waits(0.3, 9.0)), (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", Waits(9.0, 0.3))],
    ids=["nothing", "half a body"],
)
def test_a_server_that_stalls_is_given_up_long_before_the_deadline(web, sent, waits):
    over = threading.Event()

    def stall(request):
        request.wfile.write(sent)
        over.wait(10)

    web.routes["/feed"] = stall
    began = time.monotonic()
    with pytest.raises(FetchError, match="no answer in time") as told:
        patiently(web, waits, total_timeout_s=20.0)
    over.set()
    assert told.value.outcome == "transient"
    assert time.monotonic() - began < 5
    assert len(web.seen["/feed"]) == 1


def test_a_slow_answer_is_read_to_its_end_while_bytes_keep_coming(web):
    def drip(request):
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
        for _ in range(6):
            time.sleep(0.1)
            request.wfile.write(b"x")

    web.routes["/feed"] = drip
    assert patiently(web, Waits(0.4, 0.4)).response.body == b"xxxxxx"


def test_a_server_may_think_before_its_answer_for_longer_than_it_may_pause_in_it(web):
    def think(request):
        time.sleep(0.8)
        answer(body=b"<rss/>")(request)

    web.routes["/feed"] = think
    assert patiently(web, Waits(5.0, 0.3)).response.body == b"<rss/>"


def test_no_wait_is_longer_than_what_is_left_of_the_request_s_time():
    assert Waits(25.0, 15.0).limits(10.0, 30.0) == {"connect": 10.0, "read": 25.0, "write": 15.0, "pool": 30.0}
    assert Waits(25.0, 15.0).limits(10.0, 4.0) == {"connect": 10.0, "read": 4.0, "write": 4.0, "pool": 4.0}


def test_half_a_body_is_an_error(web):
    web.routes["/half"] = answer(body=b"half", Content_Length="8", Connection="close")
    assert failure(web, "/half", total_timeout_s=2).outcome == "transient"


@pytest.mark.parametrize(
    ("status", "outcome", "word"),
    [
        (401, "permanent", "login"),
        (403, "permanent", "forbidden"),
        (404, "permanent", "not found"),
        (410, "permanent", "gone"),
        (418, "permanent", ""),
        (408, "transient", ""),
        (429, "transient", "too many"),
        (503, "transient", ""),
        (599, "transient", ""),
        (206, "transient", "part"),
        (302, "transient", "without an address"),
    ],
)
def test_a_status_says_how_to_count_the_visit(web, status, outcome, word):
    web.routes["/feed"] = answer(status, b"<rss/>")
    error = failure(web, "/feed")
    assert (error.outcome, error.status) == (outcome, status)
    assert word in str(error)


def test_a_bot_wall_is_named(web):
    web.routes["/feed"] = answer(403, b"<html><title>Just a moment...</title>")
    assert "bot wall" in str(failure(web, "/feed"))


DATE = "Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Sun, 06 Nov 1994 08:51:37 GMT", 120),
        ("Sunday, 06-Nov-94 08:51:37 GMT", 120),
        ("Sun Nov  6 08:51:37 1994", 120),
        ("Sun, 06 Nov 1994 08:00:00 GMT", None),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("315360000", 86400),
        ("9" * 5000, 86400),
        ("١٢", None),
    ],
)
def test_retry_after_is_understood_in_all_forms_and_capped(value, seconds):
    assert retry_after({"retry-after": value, "date": DATE}) == seconds


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_host_that_asks_for_patience_is_left_alone_by_all(web, status):
    web.routes["/a"] = answer(status, Retry_After="120")
    web.routes["/b"] = answer(body=b"x")

    async def go():
        async with Fetcher(Network(allow=(web.place,), host_gap_s=0.001), validators={}, version="1") as fetcher:
            waits = []
            for path in ("/a", "/b"):
                with pytest.raises(FetchError) as told:
                    await fetcher.get(Request(url=web.url(path)))
                waits.append(told.value.retry_after_s)
            return waits

    first, second = asyncio.run(go())
    assert first == 120
    assert 100 < second <= 120
    assert "/b" not in web.seen


def test_a_broken_connection_and_a_bad_gateway_are_tried_again_twice(web):
    def broken(request):
        request.close_connection = True

    web.routes["/flaky"] = in_order(broken, answer(502), answer(body=b"well"))
    got = get(web, "/flaky")
    assert got.response.body == b"well"
    assert got.requests == 3
    web.routes["/down"] = answer(502)
    assert failure(web, "/down").status == 502
    assert len(web.seen["/down"]) == 3


def test_permanent_redirects_are_noted_up_to_the_first_temporary_one(web):
    web.routes |= {
        "/1": answer(301, Location="/2"),
        "/2": answer(308, Location="/3"),
        "/3": answer(302, Location="/4"),
        "/4": answer(body=b"here"),
    }
    got = get(web, "/1")
    assert got.response.body == b"here"
    assert got.response.url == web.url("/4")
    assert got.moved_to == web.url("/3")
    assert get(web, "/3").moved_to == ""


def test_redirects_have_a_limit(web):
    web.routes["/loop"] = answer(302, Location="/loop")
    assert failure(web, "/loop").outcome == "policy"
    assert len(web.seen["/loop"]) == 6


def test_the_body_of_a_redirect_is_not_read(web):
    sent = []

    def flood(request):
        request.send_response(302)
        request.send_header("Location", "/feed")
        request.end_headers()
        for _ in range(2000):
            request.wfile.write(b"x" * 65536)
            sent.append(1)

    web.routes |= {"/flood": flood, "/feed": answer(body=b"good")}
    assert get(web, "/flood").response.body == b"good"
    assert len(sent) < 200


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "http://localhost/",
        "file:///etc/passwd",
        "//127.0.0.2/",
        "http:///x",
        ":///",
        " /feed",
        "http://exa\tmple.org/",
        "http://a\\@example.org/",
    ],
)
def test_every_hop_is_judged(web, target):
    web.routes["/away"] = answer(302, Location=target)
    if target.startswith(" "):
        web.routes["/away"] = answer(302, Location="/a b")  # blanks at the ends are no part of a header's value
    assert failure(web, "/away").outcome == "policy"


def test_credentials_do_not_cross_an_origin(web, other):
    web.routes |= {
        "/same": answer(302, Location="/feed"),
        "/feed": answer(body=b"x"),
        "/away": answer(302, Location=other.url("/feed")),
    }
    other.routes["/feed"] = answer(body=b"x")
    secrets = {"Authorization": "Bearer a", "Cookie": "a=b", "X-Api-Key": "c", "Accept": "text/xml"}
    get(web, "/same", request=Request(url=web.url("/same"), headers=secrets))
    get(web, "/away", request=Request(url=web.url("/away"), headers=secrets), allow=(other.place,))
    assert {"authorization", "cookie", "x-api-key"} <= web.seen["/feed"][0].keys()
    away = other.seen["/feed"][0]
    assert not {"authorization", "cookie", "x-api-key"} & away.keys()
    assert away["accept"] == "text/xml"


def test_no_cookie_is_kept(web):
    web.routes["/feed"] = answer(body=b"x", Set_Cookie="a=b")

    async def go():
        async with Fetcher(Network(allow=(web.place,), host_gap_s=0.001), validators={}, version="1") as fetcher:
            for _ in range(2):
                await fetcher.get(Request(url=web.url("/feed")))

    asyncio.run(go())
    assert "cookie" not in web.seen["/feed"][1]


def test_a_proxy_of_the_environment_is_used_and_is_no_way_around_the_guard(web):
    web.routes["http://8.8.8.8:80/feed"] = web.routes["http://8.8.8.8/feed"] = answer(body=b"through the proxy")
    through = {"http": f"http://{web.place}"}
    assert (
        get(web, "", request=Request(url="http://8.8.8.8/feed"), proxies=through, allow=()).response.body
        == b"through the proxy"
    )
    for url in ("http://10.0.0.1/feed", "http://localhost/feed"):
        assert failure(web, "", request=Request(url=url), proxies=through).outcome == "policy"


def test_freshness_comes_from_the_answer_within_a_day(web):
    web.routes["/feed"] = answer(body=b"x", Cache_Control="public, max-age=7200")
    assert get(web, "/feed").fresh_s == 7200
    web.routes["/long"] = answer(body=b"x", Cache_Control="max-age=999999999")
    assert get(web, "/long").fresh_s == 86400


def test_nothing_is_asked_for_before_there_is_room_for_its_answer(web):
    web.routes["/feed"] = answer(body=b"x")

    async def go():
        room = asyncio.Event()
        async with Fetcher(Network(allow=(web.place,)), validators={}, version="1.2", room=room.wait) as fetcher:
            got = asyncio.ensure_future(fetcher.get(Request(url=web.url("/feed"))))
            await asyncio.wait([got], timeout=0.2)
            before = list(web.seen)
            room.set()
            return before, (await got).response.body

    assert asyncio.run(go()) == ([], b"x")

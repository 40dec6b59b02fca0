"""The fetcher against a real HTTP/2 server over TLS: it speaks it, keeps its caps, and no broken rule harms more than one visit."""

import asyncio
import gzip
import threading
import time

import h2.errors
import h2.settings
import pytest
from h2_server import H2Web
from hyperframe.frame import ContinuationFrame, DataFrame, GoAwayFrame, HeadersFrame, PingFrame, RstStreamFrame, SettingsFrame

from trendwatch.collect.fetch import Fetcher
from trendwatch.collect.wire import WAITS, Waits
from trendwatch.errors import FetchError
from trendwatch.model import Network, Request, Validators


@pytest.fixture
def web(tmp_path):
    server = H2Web(tmp_path)
    yield server
    server.close()


def visit(web, *paths, validators=None, waits=WAITS, **network):
    """What each path brought, in order: a Fetched or a FetchError, all by one fetcher."""
    settings = {"allow": (web.place,), "host_gap_s": 0.001, "total_timeout_s": 3.0} | network

    async def go():
        came = []
        async with Fetcher(
            Network(**settings), validators=validators or {}, version="1", proxies={}, ca_file=web.ca_file, waits=waits
        ) as fetcher:
            for path in paths:
                try:
                    came.append(await fetcher.get(Request(url=web.url(path))))
                except FetchError as error:
                    came.append(error)
        return came

    return asyncio.run(go())


def test_an_answer_over_http_2_is_read_with_its_validators(web):
    web.routes["/feed"] = lambda line, stream: line.answer(stream, b"<rss/>", etag='"1"', content_type="text/xml")
    (got,) = visit(web, "/feed")
    assert web.protocols == ["h2"]
    assert (got.response.body, got.status, got.bytes, got.requests) == (b"<rss/>", 200, 6, 1)
    assert (got.validators.etag, got.response.headers["content-type"]) == ('"1"', "text/xml")


def test_a_server_may_think_before_its_answer_for_longer_than_it_may_pause_in_it(web):
    over = threading.Event()

    def think(line, stream):
        time.sleep(0.8)
        line.answer(stream, b"<rss/>")

    def pause(line, stream):
        line.h2.send_headers(stream, [(":status", "200")])
        line.h2.send_data(stream, b"half")
        line.flush()
        over.wait(9)

    web.routes |= {"/feed": think, "/pause": pause}
    began = time.monotonic()
    good, told = visit(web, "/feed", "/pause", waits=Waits(5.0, 0.3), total_timeout_s=9.0)
    over.set()
    assert good.response.body == b"<rss/>"
    assert "no answer in time" in str(told)
    assert time.monotonic() - began < 6


def test_many_requests_to_one_host_share_one_connection(web):
    web.routes["/feed"] = lambda line, stream: line.answer(stream, b"<rss/>")
    web.routes["/moved"] = lambda line, stream: line.answer(stream, b"over there", 301, location="/feed")
    web.routes["/same"] = lambda line, stream: line.answer(stream, status=304)
    known = Validators(url=web.url("/same"), etag='"1"')
    came = visit(web, "/feed", "/moved", "/same", "/feed", validators={known.url: known})
    assert [c.status for c in came] == [200, 200, 304, 200]
    assert web.paths == ["/feed", "/moved", "/feed", "/same", "/feed"]
    assert len(web.lines) == 1


def test_a_server_without_http_2_is_spoken_to_in_http_1(tmp_path):
    server = H2Web(tmp_path, protocols=("http/1.1",))

    def answer(line):
        line.sock.recv(65536)
        line.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>")

    server.serve = answer
    (got,) = visit(server, "/feed")
    server.close()
    assert (got.response.body, server.protocols) == (b"<rss/>", ["http/1.1"])


def test_a_large_answer_crosses_the_flow_control_windows(web):
    body = bytes(range(256)) * 4 * 1024 * 20  # 20 MiB, more than any window of the client
    web.routes["/feed"] = lambda line, stream: line.answer(stream, body)
    (got,) = visit(web, "/feed", max_bytes=64 << 20, total_timeout_s=30.0)
    assert got.response.body == body


def test_the_cap_holds_while_reading_and_the_connection_s_window_is_not_lost_to_the_next_visit(web):
    web.routes["/endless"] = lambda line, stream: line.answer(stream, bytes(60 << 20))
    web.routes["/feed"] = lambda line, stream: line.answer(stream, b"<rss/>" * 10_000)
    much, good = visit(web, "/endless", "/feed", max_bytes=1 << 20)
    assert (much.outcome, str(much)) == ("policy", "the answer is larger than 1,048,576 bytes")
    assert good.response.body == b"<rss/>" * 10_000
    assert web.lines[0].sent < 40 << 20


def test_a_bomb_in_gzip_stops_at_the_cap(web):
    bomb = gzip.compress(bytes(64 << 20))
    web.routes["/bomb"] = lambda line, stream: line.answer(stream, bomb, content_encoding="gzip")
    (much,) = visit(web, "/bomb", max_bytes=1 << 20)
    assert (much.outcome, str(much)) == ("policy", "the answer is larger than 1,048,576 bytes")


def test_a_large_error_page_leaves_the_connection_usable(web):
    web.routes["/wrong"] = lambda line, stream: line.answer(stream, bytes(20 << 20), 500, retry_after="0")
    web.routes["/feed"] = lambda line, stream: line.answer(stream, b"<rss/>" * 10_000)
    wrong, good = visit(web, "/wrong", "/feed", max_bytes=1 << 20)
    assert (wrong.outcome, wrong.status) == ("transient", 500)
    assert good.status == 200


# ---- broken rules: transient, within bounds, and the next visit to the host is unharmed


def going_away(line, stream):
    line.raw(GoAwayFrame(stream_id=0, last_stream_id=0, error_code=h2.errors.ErrorCodes.ENHANCE_YOUR_CALM).serialize())


def going_away_in_the_body(line, stream):
    line.h2.send_headers(stream, [(":status", "200")])
    line.h2.send_data(stream, b"<rss>")
    line.flush()
    line.raw(GoAwayFrame(stream_id=0, last_stream_id=stream, error_code=h2.errors.ErrorCodes.INTERNAL_ERROR).serialize())
    line.sock.close()


def reset(line, stream):
    line.raw(RstStreamFrame(stream_id=stream, error_code=h2.errors.ErrorCodes.REFUSED_STREAM).serialize())


def reset_in_the_body(line, stream):
    line.h2.send_headers(stream, [(":status", "200")])
    line.h2.send_data(stream, b"<rss>")
    line.h2.reset_stream(stream, h2.errors.ErrorCodes.INTERNAL_ERROR)
    line.flush()


def cut_off_in_the_body(line, stream):
    line.h2.send_headers(stream, [(":status", "200"), ("content-length", "1000")])
    line.h2.send_data(stream, b"<rss>")
    line.flush()
    line.sock.close()


def shorter_than_announced(line, stream):
    line.h2.send_headers(stream, [(":status", "200"), ("content-length", "1000")])
    line.flush()
    line.raw(DataFrame(stream_id=stream, data=b"<rss>", flags=["END_STREAM"]).serialize())


def headers_without_end(line, stream):
    """A list of headers far beyond what the client said it takes."""
    line.h2.send_headers(stream, [(":status", "200"), *((f"x-{n}", "y" * 1000) for n in range(300))])
    line.flush()


def continuations_without_end(line, stream):
    line.raw(HeadersFrame(stream_id=stream, data=b"\x88").serialize())
    for _ in range(200_000):
        line.raw(ContinuationFrame(stream_id=stream, data=b"").serialize())


def a_bomb_in_the_headers(line, stream):
    """HPACK: one large header put into the table, then named ten thousand times, a byte each."""
    large = b"\x40\x01a\x7f\xe1\x1e" + b"b" * 4064  # a literal with indexing; it fits the table of 4,096 just so
    line.raw(HeadersFrame(stream_id=stream, data=b"\x88" + large + b"\xbe" * 10_000, flags=["END_HEADERS"]).serialize())


def pings_without_end(line, stream):
    while True:
        line.raw(PingFrame(stream_id=0, opaque_data=b"12345678").serialize() * 100)
        time.sleep(0.01)


def settings_without_end(line, stream):
    while True:
        line.raw(SettingsFrame(stream_id=0, settings={h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 7}).serialize() * 100)
        time.sleep(0.01)


def empty_data_without_end(line, stream):
    line.h2.send_headers(stream, [(":status", "200")])
    line.flush()
    while True:
        line.raw(DataFrame(stream_id=stream, data=b"").serialize() * 100)
        time.sleep(0.01)


def hints_without_end(line, stream):
    for _ in range(100_000):
        line.h2.send_headers(stream, [(":status", "103"), ("link", "</a.css>; rel=preload")])
        line.flush()


def a_frame_larger_than_allowed(line, stream):
    line.h2.send_headers(stream, [(":status", "200")])
    line.flush()
    line.raw(DataFrame(stream_id=stream, data=bytes(100_000)).serialize())


def data_before_headers(line, stream):
    line.raw(DataFrame(stream_id=stream, data=b"<rss/>").serialize())


def a_frame_of_another_stream(line, stream):
    line.h2.send_headers(stream, [(":status", "200")])
    line.flush()
    line.raw(DataFrame(stream_id=stream + 98, data=b"<rss/>").serialize())


def more_than_the_window(line, stream):
    line.h2.send_headers(stream, [(":status", "200")])
    line.flush()
    frame = DataFrame(stream_id=stream, data=bytes(16384)).serialize()
    for _ in range(4096):
        line.raw(frame)


def http_1_instead(line, stream):
    line.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>")


def a_status_that_is_none(line, stream):
    line.h2.send_headers(stream, [(":status", "many")], end_stream=True)
    line.flush()


def silence(line, stream):
    pass


BROKEN = [
    going_away, going_away_in_the_body, reset, reset_in_the_body, cut_off_in_the_body, shorter_than_announced, headers_without_end,
    continuations_without_end, a_bomb_in_the_headers, pings_without_end, settings_without_end, empty_data_without_end,
    hints_without_end, a_frame_larger_than_allowed, data_before_headers, a_frame_of_another_stream, http_1_instead,
    a_status_that_is_none, silence,
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN, ids=lambda f: f.__name__)
def test_broken_rules_end_as_transient_within_the_deadline_and_harm_no_other_visit(web, broken):
    web.routes["/broken"] = broken
    web.routes["/feed"] = lambda line, stream: line.answer(stream, b"<rss/>")
    began = time.monotonic()
    told, good = visit(web, "/broken", "/feed", total_timeout_s=1.0)
    took = time.monotonic() - began
    assert isinstance(told, FetchError), told
    assert told.outcome == "transient", told
    assert good.response.body == b"<rss/>"
    assert took < 5
    assert sum(line.sent for line in web.lines) < 100 << 20

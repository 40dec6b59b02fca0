"""The environment's proxies: permitted because the user named them, and no way around the guard."""

import asyncio
import ssl

import pytest
from h2_server import H2Web, certificate
from loopback import Web, answer
from proxy_server import Proxy

from trendwatch.collect.fetch import Fetcher
from trendwatch.errors import FetchError
from trendwatch.model import Network, Request

PRIVATE = [
    "10.0.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "192.168.1.1",
    "[::1]",
    "[fd00::1]",
    "[::ffff:127.0.0.1]",
    "0x7f.1",
    "localhost",
]


@pytest.fixture
def site():
    server = Web()
    yield server
    server.close()


@pytest.fixture
def secure(tmp_path):
    server = H2Web(tmp_path)
    server.routes["/feed"] = lambda line, stream: line.answer(stream, b"<rss/>")
    yield server
    server.close()


@pytest.fixture
def started():
    """Starts proxies, and ends them."""
    running = []

    def start(*given, **more):
        running.append(Proxy(*given, **more))
        return running[-1]

    yield start
    for proxy in running:
        proxy.close()


@pytest.fixture
def environment(monkeypatch):
    """Sets the proxy variables, and none but these."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch.setenv


def get(url, *, ca_file="", **network):
    async def go():
        settings = {"host_gap_s": 0.001, "total_timeout_s": 2.0} | network
        async with Fetcher(Network(**settings), validators={}, version="1", ca_file=ca_file) as fetcher:
            return await fetcher.get(Request(url=url, headers={"Authorization": "Bearer the-source-s-own"}))

    return asyncio.run(go())


def failure(url, **more):
    with pytest.raises(FetchError) as told:
        get(url, **more)
    return told.value


def test_https_goes_through_a_tunnel_of_the_proxy_and_speaks_http_2_in_it(secure, started, environment):
    proxy = started(secure.port)
    environment("https_proxy", proxy.url)
    got = get("https://8.8.8.8/feed", ca_file=secure.ca_file)
    assert (got.response.body, got.url) == (b"<rss/>", "https://8.8.8.8/feed")
    assert proxy.asked == ["CONNECT 8.8.8.8:443 HTTP/1.1"]
    assert secure.protocols == ["h2"]


def test_a_tunnel_to_another_server_than_was_asked_for_is_no_answer(secure, started, environment):
    environment("https_proxy", started(secure.port).url)
    assert "certificate is not valid" in str(failure("https://8.8.4.4/feed", ca_file=secure.ca_file))


def test_http_goes_to_the_proxy_with_the_whole_address(site, started, environment):
    site.routes["http://8.8.8.8:80/feed"] = site.routes["http://8.8.8.8/feed"] = answer(body=b"<rss/>")
    proxy = started(site.port)
    environment("HTTP_PROXY", proxy.url.removeprefix("http://"))
    environment("http_proxy", proxy.url.removeprefix("http://"))
    assert get("http://8.8.8.8/feed").response.body == b"<rss/>"
    assert proxy.asked[0].startswith("GET http://8.8.8.8")


def test_a_proxy_that_is_itself_reached_over_tls_is_checked_as_any_server(secure, started, environment, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(secure.ca_file, str(tmp_path / "key.pem"))
    proxy = started(secure.port, tls=context)
    environment("https_proxy", proxy.url)
    (tmp_path / "other").mkdir()
    stranger, _ = certificate(tmp_path / "other")
    assert "certificate is not valid" in str(failure("https://8.8.8.8/feed", ca_file=stranger))
    assert proxy.asked == []


def test_the_proxy_s_password_is_for_the_proxy_and_the_source_s_own_for_the_source(secure, started, environment):
    proxy = started(secure.port)
    environment("https_proxy", proxy.url.replace("://", "://ann:s%40cret@"))
    assert get("https://8.8.8.8/feed", ca_file=secure.ca_file).response.body == b"<rss/>"
    assert proxy.headers[0]["proxy-authorization"] == "Basic YW5uOnNAY3JldA=="
    assert "authorization" not in proxy.headers[0]


@pytest.mark.parametrize("host", PRIVATE)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_private_target_is_refused_and_the_proxy_never_hears_of_it(site, started, environment, scheme, host):
    proxy = started(site.port)
    environment("all_proxy", proxy.url)
    assert failure(f"{scheme}://{host}/feed").outcome == "policy"
    assert proxy.asked == []


def test_that_a_proxy_is_permitted_makes_its_address_no_target(site, started, environment):
    proxy = started(site.port)
    environment("http_proxy", proxy.url)
    assert failure(f"{proxy.url}/feed").outcome == "policy"
    assert proxy.asked == []


def test_a_redirect_through_the_proxy_to_a_private_address_is_refused(site, started, environment):
    moved = answer(302, Location="http://169.254.169.254/latest/meta-data/")
    site.routes["http://8.8.8.8:80/feed"] = site.routes["http://8.8.8.8/feed"] = moved
    proxy = started(site.port)
    environment("http_proxy", proxy.url)
    assert failure("http://8.8.8.8/feed").outcome == "policy"
    assert len(proxy.asked) == 1


def test_what_the_user_allowed_is_asked_directly(site, started, environment):
    site.routes["/feed"] = answer(body=b"<rss/>")
    proxy = started(1)
    environment("http_proxy", proxy.url)
    assert get(site.url("/feed"), allow=(site.place,)).response.body == b"<rss/>"
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "the proxy refused: 407"),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "the proxy refused: 502"),
        (b"SSH-2.0-OpenSSH\r\n", "breaks the rules of HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 40_000 + b"\r\n", "breaks the rules of HTTP"),
        (b"HTTP/1.1 200 OK\r\n\r\nno TLS at all, whatever was asked for", "no connection"),
    ],
    ids=["login", "gateway", "another protocol", "headers without end", "no tunnel"],
)
def test_a_proxy_that_refuses_or_talks_nonsense_is_a_transient_failure(started, environment, said, what):
    environment("https_proxy", started(1, answer=said).url)
    told = failure("https://8.8.8.8/feed")
    assert (told.outcome, what in str(told)) == ("transient", True), told


def test_a_proxy_of_another_kind_is_refused_in_words(environment):
    environment("https_proxy", "socks5://127.0.0.1:1080")
    told = failure("https://8.8.8.8/feed")
    assert (told.outcome, str(told)) == ("policy", "only http and https proxies work, not socks5")

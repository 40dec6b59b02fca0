import asyncio
import socket

import pytest

from trendwatch.collect.guard import Guard, forbidden, split
from trendwatch.collect.wire import GuardedBackend, Names
from trendwatch.errors import FetchError

PRIVATE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:100.64.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:a9fe:a9fe::",
    "2002:808:808::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2606:4700::5efe:127.0.0.1",
    "5f00::1",
]
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "172.15.0.1",
    "172.32.0.1",
    "100.63.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:80b::200e",
]
SPELLINGS = [
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://127.000.000.001/",
    "http://127.0.0.1./",
    "http://１２７.0.0.1/",
    "http://127。0。0。1/",
    "http://①②⑦.0.0.1/",
    "http://%31%32%37.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://0/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://a.localhost/",
    "http://intranet/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://user@example.org/",
    "http://user:pw@127.0.0.1/",
    "http://example.org@127.0.0.1/",
    "http://127.0.0.1\\@example.org/",
    "http://example.org\\@127.0.0.1/",
    "http://127.0.0.1#@example.org/",
    "http://a..b/",
    "http:///x",
    "http://-a.example.org/",
    "http://example.org:99999/",
    "http://example.org:0/",
    "http://example.org:22/",
    "https://example.org:80/",
    "http://[::1",
    "http://[fe80::1%25eth0]/",
    "file:///etc/passwd",
    "ftp://example.org/",
    "gopher://example.org/",
    "data:text/xml,x",
    "javascript:1",
    "unix:/run/x.sock",
    "jar:http://example.org!/",
    "//example.org/",
    "example.org",
    "ws://example.org/",
]


@pytest.mark.parametrize("ip", PRIVATE)
def test_no_address_that_is_not_public_passes(ip):
    assert forbidden(ip)


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_addresses_pass(ip):
    assert forbidden(ip) == ""


@pytest.mark.parametrize(
    "url",
    [
        *SPELLINGS,
        " http://example.org/",
        "http://exam\tple.org/",
        "http://example.org/\r\nX: 1",
        f"http://{'a' * 64}.example.org/",
    ],
)
def test_no_spelling_of_a_local_address_or_odd_url_passes(url):
    with pytest.raises(FetchError) as told:
        Guard().check_url(url)
    assert told.value.outcome == "policy"


@pytest.mark.parametrize(
    "url", ["http://example.org/feed", "https://EXAMPLE.org:443/", "http://bücher.example/ü?q=é", "https://8.8.8.8/"]
)
def test_public_urls_pass(url):
    Guard().check_url(url)


def test_the_allow_list_is_host_and_port_exactly():
    guard = Guard(["127.0.0.1:8080", "[::1]:8080"])
    guard.check_url("http://127.0.0.1:8080/feed")
    guard.check_url("http://[::1]:8080/feed")
    for other in (
        "http://127.0.0.1:8081/",
        "http://127.0.0.2:8080/",
        "http://localhost:8080/",
        "http://127.0.0.1/",
        "http://0x7f.1:8080/",
    ):
        with pytest.raises(FetchError):
            guard.check_url(other)


def test_a_url_is_sent_as_it_was_judged():
    address = split("HTTP://Bücher.Example/a/../b c?q=é#part".replace(" ", "%20"))
    assert (address.host, address.port, address.target) == ("xn--bcher-kva.example", 80, b"/b%20c?q=%C3%A9")
    assert split(address.url) == address


def test_messages_hold_no_control_characters():
    with pytest.raises(FetchError) as told:
        split("http://example.org/\x1b[31m\r\nSet-Cookie: a")
    assert str(told.value).isprintable()


class Scripted(Names):
    """A resolver whose answers are given, one list a look-up."""

    def __init__(self, *answers):
        super().__init__()
        self.answers = list(answers)
        self.asked = []

    async def find(self, host, port, *, absolute):
        self.asked.append((host, absolute))
        return self.answers.pop(0)


def connect(names, host="feeds.example.org", port=80, guard=None):
    async def go():
        stream = await GuardedBackend(guard or Guard(), names).connect_tcp(host, port, timeout=2)
        await stream.aclose()

    try:
        asyncio.run(go())
    finally:
        names.close()


def test_a_name_that_resolves_to_a_private_address_is_not_connected_to():
    with pytest.raises(FetchError, match=r"127\.0\.0\.1") as told:
        connect(Scripted(["127.0.0.1"]))
    assert told.value.outcome == "policy"


def test_one_private_address_among_public_ones_refuses_the_name():
    with pytest.raises(FetchError, match=r"10\.0\.0\.1"):
        connect(Scripted(["8.8.8.8", "10.0.0.1"]))


def test_a_name_that_changes_between_check_and_connect_is_looked_up_once_and_judged_on_that():
    names = Scripted(["192.168.0.1"], ["8.8.8.8"])
    with pytest.raises(FetchError):
        connect(names)
    assert names.asked == [("feeds.example.org", True)]


def test_the_address_that_was_judged_is_the_one_connected_to():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        connect(Scripted(["127.0.0.1"]), "listed.example.org", port, Guard([f"listed.example.org:{port}"]))
        server.settimeout(2)
        server.accept()[0].close()


def test_no_socket_of_the_file_system_is_opened():
    names = Names()
    with pytest.raises(FetchError):
        asyncio.run(GuardedBackend(Guard(), names).connect_unix_socket("/run/x.sock"))
    names.close()

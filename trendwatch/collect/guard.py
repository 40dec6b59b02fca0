"""Which addresses may be asked at all: public ones, and what the user lists by exact host and port.

Two gates. `Guard.check_url` reads the URL's spelling before anything is looked up, at the first URL and at every redirect.
`Guard.check_address` judges the address that is about to be connected to (see `wire.GuardedBackend`): a name is resolved
once and that very answer is used, so a name that changes its mind between check and connect gains nothing.

The ranges stand here by hand, because `ipaddress.is_global` differs between Python versions (CVE-2024-4032 and others: 3.11.7
calls multicast and NAT64 global). Both must agree that an address is public. An IPv4 address inside an IPv6 one is judged too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin

import httpx2

from trendwatch.errors import FetchError

PORTS = {"http": 80, "https": 443}

_V4 = tuple(
    IPv4Network(n)
    for n in (
        "0.0.0.0/8",  # "this network"; 0.0.0.0 reaches the local machine on Linux
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT, and a cloud's metadata service
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and most clouds' metadata service
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, with broadcast
    )
)
_V6_PUBLIC = IPv6Network("2000::/3")  # all global unicast lies here: everything else is refused
_V6 = tuple(
    IPv6Network(n)
    for n in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries an IPv4 address; nobody publishes there
        "2620:4f:8000::/48",
        "3fff::/20",
        "3ffe::/16",
    )
)
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_ODD = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ufeff]")  # what parsers disagree on, whitespace first
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)\Z")  # a last label like this makes browsers read the host as IPv4
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "onion")


@dataclass(frozen=True, slots=True)
class Address:
    """A URL taken apart by the one parser that also sends it. `host` is ASCII; `target` is path and query as sent."""

    scheme: str
    host: str
    port: int
    target: bytes

    @property
    def origin(self) -> str:
        """Scheme, host and port: what credentials belong to."""
        return f"{self.scheme}://{self.place}"

    @property
    def place(self) -> str:
        """host:port, as an allow-list writes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def queue(self) -> str:
        """The name of the queue that requests to this host wait in: one for http and https."""
        return self.host if self.port in PORTS.values() else self.place

    @property
    def url(self) -> str:
        """The URL again, without fragment, its default port left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.target.decode('ascii')}"


def refused(message: str) -> FetchError:
    """An address that trendwatch will not ask."""
    return FetchError(message, outcome="policy")


def shown(text: str) -> str:
    """Untrusted text as it may stand in a message: one short line of printable characters."""
    return "".join(c if c.isprintable() else "?" for c in text[:200])


def odd(url: str) -> bool:
    """Whether a URL holds what parsers disagree on: blanks, control characters, a backslash."""
    return bool(_ODD.search(url))


@lru_cache(maxsize=1024)
def split(url: str) -> Address:
    """Take a URL apart. Raises FetchError (policy) for another scheme, user information, and all that parsers disagree on."""
    if len(url) > 4000:  # noqa: PLR2004 - twice what any server accepts
        raise refused("the URL is longer than 4,000 characters")
    if odd(url):
        raise refused(f"the URL holds blanks, control characters or a backslash: {shown(url)}")
    try:
        parsed = httpx2.URL(url)
        host, port = parsed.raw_host.decode("ascii").lower().removesuffix("."), parsed.port
    except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
        raise refused(f"not a URL that can be asked: {shown(url)} ({shown(str(error))})") from error
    if parsed.scheme not in PORTS:
        raise refused(f"only http and https are asked, not {shown(parsed.scheme) or 'a URL without scheme'}: {shown(url)}")
    if not host:
        raise refused(f"the URL names no host: {shown(url)}")
    if parsed.userinfo or "@" in url.partition("//")[2].partition("/")[0]:
        raise refused("a URL may not hold a name or password")
    number = PORTS[parsed.scheme] if port is None else port
    if not 0 < number < 65536:  # noqa: PLR2004 - the range of ports
        raise refused(f"there is no port {number}")
    return Address(parsed.scheme, host, number, parsed.raw_path)


def target(base: str, location: str) -> str:
    """A redirect's target. Judged as written: a blank or a tab in it is refused, not trimmed."""
    if odd(location):
        raise refused(f"a redirect leads to an address with blanks, control characters or a backslash: {shown(location)}")
    named, rest = location.partition(":")[::2]
    if not named or (named.lower() in ("http", "https") and not re.match(r"//[^/]", rest)):
        raise refused(f"a redirect leads to no host: {shown(location)}")
    try:
        return urljoin(base, location.encode("latin-1").decode("utf-8", "replace"))
    except ValueError as error:
        raise refused(f"a redirect leads to no URL: {shown(location)}") from error


def forbidden(text: str) -> str:
    """Why an IP address is not public; "" when it is. Text that is no canonical address is not public either."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return "not an IP address in its usual spelling"
    if isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return forbidden(str(inner)) or "an IPv4 address inside an IPv6 one"
        if address not in _V6_PUBLIC or any(address in n for n in _V6):
            return "not a public IPv6 address"
    elif any(address in n for n in _V4):
        return "a private, local or reserved address"
    return "" if address.is_global and not address.is_multicast else "not a public address"


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for: mapped, compatible, NAT64, 6to4, Teredo, ISATAP."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    low = int(address) & 0xFFFFFFFF
    compatible = int(address) >> 32 == 0
    isatap = (int(address) >> 32) & 0xFFFFFFFF in (0x5EFE, 0x2005EFE)
    if compatible or isatap or any(address in n for n in _NAT64):
        return IPv4Address(low)
    return None


class Guard:
    """The rules of one run. `allow` lists exact "host:port" that may be asked though they are not public."""

    def __init__(self, allow: Sequence[str] = ()) -> None:
        self.allow = frozenset(a.strip().lower() for a in allow)

    def allows(self, address: Address) -> bool:
        """Whether the user listed this very host and port, in the spelling of the URL."""
        return address.place in self.allow

    def check_url(self, url: str) -> None:
        """Raise FetchError (policy) unless the URL's spelling may be asked."""
        self.check(split(url))

    def check(self, address: Address) -> None:
        """The same, for a URL taken apart."""
        if self.allows(address):
            return
        if address.port != PORTS[address.scheme]:
            raise refused(f"port {address.port} is not asked; to allow it, list {shown(address.place)} under network: allow:")
        if ":" in address.host or _NUMBER.match(address.host.rpartition(".")[2]):
            self.check_address(address.host, address.host, address.port)
            return
        _check_name(address.host)

    def check_address(self, ip: str, host: str, port: int) -> None:
        """Raise FetchError (policy) unless `ip`, found for `host`, may be connected to."""
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        if place in self.allow:
            return
        reason = forbidden(ip)
        if reason:
            where = shown(host) if host == ip else f"{shown(host)} ({shown(ip)})"
            raise refused(f"{where} is {reason}; to allow it, list {shown(place)} under network: allow:")


def _check_name(host: str) -> None:
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.match(label) for label in labels):  # noqa: PLR2004 - RFC 1035
        raise refused(f"not a host name: {shown(host)}")
    if len(labels) == 1 or any(host == n or host.endswith("." + n) for n in _LOCAL_NAMES):
        raise refused(f"{shown(host)} is a name of a local network")

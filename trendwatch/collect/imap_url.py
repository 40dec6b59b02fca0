"""A mailbox's address taken apart: `imaps://user@host/folder?list-id=…&from=…&since=2026-03-01&most=100`. Pure."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

from trendwatch.collect.guard import Address, Guard, odd, refused, shown

SCHEMES = {"imaps": 993, "imap": 143}
MOST = 100
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Box:
    """What an address asks for."""

    scheme: str
    host: str
    port: int
    user: str
    folder: str
    search: tuple[str, ...]
    most: int

    @classmethod
    def of(cls, url: str) -> Box:
        """Take an address apart. Raises FetchError (policy) for what is none."""
        if odd(url) or len(url) > 4000:  # noqa: PLR2004 - as for the web
            raise refused(f"the URL holds blanks or control characters, or is too long: {shown(url)}")
        try:
            parts = urlsplit(url)
            port = parts.port or SCHEMES.get(parts.scheme, 0)
        except ValueError as error:
            raise refused(f"not a URL that can be asked: {shown(str(error))}") from error
        if parts.scheme not in SCHEMES or not parts.hostname or not parts.username:
            raise refused("a mailbox's address is imaps://user@host/folder")
        if parts.password is not None:
            raise refused("a URL may not hold a password: it comes from the environment")
        asked = parse_qs(parts.query)
        most = asked.get("most", [""])[0]
        return cls(
            scheme=parts.scheme,
            host=_ascii(parts.hostname.rstrip(".")),
            port=port,
            user=unquote(parts.username),
            folder=unquote(parts.path.removeprefix("/")) or "INBOX",
            search=_search(asked),
            most=int(most) if re.fullmatch(r"[1-9]\d{0,4}", most) else MOST,
        )

    @property
    def place(self) -> str:
        """host:port, as an allow-list writes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def literal(self) -> bool:
        """Whether the host is an IP address, or looks like one."""
        return ":" in self.host or self.host.replace(".", "").isdigit()

    def permit(self, guard: Guard) -> None:
        """The guard's rules for an address as it is spelt. Raises FetchError (policy)."""
        if self.place in guard.allow:
            return
        listed = f"list {shown(self.place)} under network: allow:"
        if self.scheme == "imap":
            raise refused(f"imap:// sends the password unencrypted; use imaps://, or {listed} if it is yours")
        if self.port != SCHEMES["imaps"]:
            raise refused(f"port {self.port} is not asked; to allow it, {listed}")
        if self.literal:
            guard.check_address(self.host, self.host, self.port)
        else:
            guard.check(Address("https", self.host, 443, b"/"))  # the rules for a name are those of the web


def _ascii(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError as error:
        raise refused(f"not a host name: {shown(host)}") from error


def _search(asked: dict[str, list[str]]) -> tuple[str, ...]:
    """The words of a SEARCH command: since a day, and any of the lists and senders."""
    since = asked.get("since", [""])[0]
    words = []
    if since:
        try:
            day = date.fromisoformat(since)
        except ValueError as error:
            raise refused(f"since must be a day such as 2026-03-01, not {shown(since)}") from error
        words = ["SINCE", f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"]
    anyone = [f"HEADER List-Id {quoted(text)}" for text in asked.get("list-id", ())]
    anyone += [f"FROM {quoted(text)}" for text in asked.get("from", ())]
    return (*words, *("OR" for _ in anyone[1:]), *anyone) or ("ALL",)


def quoted(text: str) -> str:
    """A string of the protocol, which is ASCII without line ends."""
    if not (text.isascii() and text.isprintable()):
        raise refused(f"not ASCII: {shown(text)}")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def encoded_folder(name: str) -> str:
    """A folder's name as the protocol spells it: UTF-7 with its own alphabet (RFC 3501, 5.1.3)."""

    def shifted(found: re.Match[str]) -> str:
        if found[0] == "&":
            return "&-"
        return "&" + base64.b64encode(found[0].encode("utf-16-be"), b"+,").decode().rstrip("=") + "-"

    return re.sub(r"&|[^\x20-\x7e]+", shifted, name)

"""What several kinds need to read an answer: feedparser kept on a short leash, charsets, JSON, HTML told from feeds."""

from __future__ import annotations

import calendar
import codecs
import html
import io
import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import feedparser
import feedparser.api
import feedparser.mixin

from trendwatch.collect.markup import sound
from trendwatch.collect.sources import _quick_rss
from trendwatch.errors import ParseError
from trendwatch.model import Response

# The preferred driver, drv_libxml2, opens files that a DOCTYPE names where it is installed (feedparser issue 107).
feedparser.api.PREFERRED_XML_PARSERS[:] = []
# At each start tag feedparser asks anew whether the same base may be used, with four passes over both addresses: a third of its time.
feedparser.mixin.make_safe_absolute_uri = lru_cache(maxsize=256)(feedparser.mixin.make_safe_absolute_uri)

CHARSETS = re.compile(
    r"utf[-_]?(8|16|16[-_]?[bl]e|32|32[-_]?[bl]e)|us[-_]?ascii|ascii|iso[-_ ]?8859[-_]\d{1,2}|latin[-_]?\d|(windows|cp)[-_]?12\d\d|"
    r"koi8[-_][rut]|shift[-_]?jis|sjis|cp932|windows[-_]31j|euc[-_](jp|kr)|iso[-_]2022[-_]jp|gb2312|gbk|gb18030|big5|big5[-_]hkscs|"
    r"ks_c_5601[-_]1987|cp949|tis[-_]620|mac[-_]?(roman|cyrillic)|macintosh",
    re.IGNORECASE,
)
"""Encodings a web page may name. Python also takes `unicode_escape`, `idna` or `utf-7` for one: such names are ignored."""

WIDER = {
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "gb2312": "gb18030", "gbk": "gb18030",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
}  # fmt: skip
"""What browsers and mail readers take such names for: the larger set that is really used under them."""
_SAID = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HEAD = 4096
_LONG_LINE = 1024
_DECLARED = re.compile(rb"""(<\?xml[^>]{0,200}?)(\sencoding\s*=\s*["']([^"'>]{0,60})["'])""")
_PROLOGUE = re.compile(r"(?:\s|\ufeff|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)*", re.IGNORECASE | re.DOTALL)
_ROOT = re.compile(r"<\s*([a-zA-Z_][\w.:-]*)")
_FEED_START = re.compile(rb"<\?xml\b|<rss\b|<(?:\w{1,20}:)?feed\b|<rdf:RDF\b", re.IGNORECASE)
_HTML_ROOTS = {"html", "head", "body", "meta", "title", "script", "div", "link", "p", "h1", "center", "noscript"}
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)


def read_xml(response: Response) -> tuple[Any, str]:
    """A feed through feedparser, and what had to be repaired ("" when nothing). Nothing is opened, no markup rewritten.

    feedparser takes a string for an address, then for a file name: it is only ever given a stream.
    """
    body, trimmed = _trimmed(response.body)
    body, renamed = _known_charset(_short_first_line(sound(body)))
    kind = _type(response.headers.get("content-type", ""))
    plain = _quick_rss.read(body, response.url) if kind.lower().endswith(("/xml", "utf-8", "utf8")) else None
    if plain is not None:
        return plain, "; ".join(part for part in (trimmed, renamed) if part)
    headers = {"content-location": response.url, "content-type": kind}
    try:
        parsed = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, LookupError, AssertionError, RecursionError, OverflowError, AttributeError, TypeError) as error:
        # feedparser lets its own slips through on broken input; any of them means that this is not a readable feed.
        raise ParseError(f"The feed could not be read: {type(error).__name__}: {error}.") from error
    return parsed, "; ".join(part for part in (trimmed, renamed, _damage(parsed)) if part)


def charset_said(content_type: str) -> str:
    """The charset that a Content-Type names, as it is written; "" when it names none."""
    said = _SAID.search(content_type)
    return said[1] if said else ""


def read_json(response: Response, what: str) -> Any:
    """The body as JSON. `what` names the service in the ParseError."""
    refuse_html(response, what)
    text = response.body.decode("utf-8-sig", errors="replace")
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{what} answered with broken JSON: {str(error)[:120]}.") from error


def refuse_html(response: Response, what: str) -> None:
    """Raise ParseError when the answer is empty or a page for people."""
    if not response.body.strip():
        raise ParseError(f"{what} answered with an empty body.")
    if is_html(response.body):
        raise ParseError(f"{what} answered with an HTML page{page_title(response.body)}: a block, a login or a moved address.")


def is_html(body: bytes) -> bool:
    """Whether the first element is one of HTML's, whatever the Content-Type says."""
    return root(body) in _HTML_ROOTS


def root(body: bytes) -> str:
    """The name of the first element, lower case; "" when the body does not begin with one."""
    head = body[: 16 * _HEAD].replace(b"\0", b"").decode("latin-1").removeprefix("ï»¿")
    prologue = _PROLOGUE.match(head)
    found = _ROOT.match(head, prologue.end() if prologue else 0)
    return found[1].lower() if found else ""


def page_title(body: bytes) -> str:
    """The title of a page as ` (titled "…")`, for messages."""
    found = _TITLE.search(body[: 64 * _HEAD])
    words = " ".join(html.unescape(found[1].decode("utf-8", errors="replace")).split())[:80] if found else ""
    return f' (titled "{words}")' if words else ""


def moment(parsed: time.struct_time | None) -> datetime | None:
    """The nine-tuple of feedparser, always UTC, as a datetime; None where it stands for no day."""
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def text_of(value: object) -> str:
    """Text from a JSON value: a string as it is, a number in digits, anything else is ""."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**18 else ""


def values(value: object) -> list[Any]:
    """A JSON list; [] for anything else."""
    return value if isinstance(value, list) else []


def records(value: object) -> list[Mapping[str, Any]]:
    """The objects of a JSON list; [] for anything else."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _type(content_type: str) -> str:
    charset = re.search(r"charset\s*=\s*[\"']?([^\s\"';]{1,60})", content_type, re.IGNORECASE)
    # Named as XML whatever it is: feedparser would otherwise call a good feed damaged, and guess us-ascii for text/xml.
    return f"application/xml; charset={charset[1]}" if charset and _known(charset[1]) else "application/xml"


def _known(charset: str) -> bool:
    if not CHARSETS.fullmatch(charset):
        return False
    try:
        codecs.lookup(charset)
    except LookupError:
        return False
    return True


def _known_charset(body: bytes) -> tuple[bytes, str]:
    declared = _DECLARED.search(body[:_HEAD])
    if not declared or _known(declared[3].decode("latin-1")):
        return body, ""
    name = declared[3].decode("latin-1")[:40]
    return body[: declared.start(2)] + body[declared.end(2) :], f"says its encoding is {name!r}, which is none"


def _short_first_line(body: bytes) -> bytes:
    """Its declaration on a line of its own: feedparser looks for the encoding with a pattern that takes cubic time on a long line."""
    if body[:2] != b"<?" or b"\n" in body[:_LONG_LINE]:
        return body
    end = body.find(b"?>", 0, _LONG_LINE)
    at = end + 2 if end >= 0 else _LONG_LINE
    return body[:at] + b"\n" + body[at:]


def _trimmed(body: bytes) -> tuple[bytes, str]:
    """The body without what stands before its XML: white space silently, anything else is damage."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in body[:64]:  # UTF-16 and UTF-32 are feedparser's to decode
        return body, ""
    bare = body.lstrip(b" \t\r\n\xef\xbb\xbf")
    if bare[:1] == b"<":
        return bare, ""
    start = _FEED_START.search(body[: 16 * _HEAD])
    return (body[start.start() :], f"{start.start()} bytes before the feed were skipped") if start else (body, "")


def _damage(parsed: Any) -> str:
    error = parsed.get("bozo_exception") if parsed.get("bozo") else None
    if error is None or isinstance(error, feedparser.exceptions.NonXMLContentType):
        return ""
    if isinstance(error, feedparser.exceptions.CharacterEncodingOverride):
        return str(error)[:200]
    message = getattr(error, "getMessage", lambda: str(error))()
    line = getattr(error, "getLineNumber", lambda: 0)() or 0
    return f"not well-formed XML in line {line} ({str(message)[:120]}); read leniently"

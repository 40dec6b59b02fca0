"""Lists of feeds as OPML 1 and 2, as feed readers write them: nested, in any case of letters, not always well-formed. Pure.

No entity is expanded and nothing is fetched: a list that declares entities is refused.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from trendwatch.collect.markup import local_name, sound, xml_parser
from trendwatch.collect.plain import one_line
from trendwatch.errors import ParseError

NAMESPACE = "https://trendwatch.invalid/opml/1"
"""Of the attributes that hold what OPML has none for. A name, not an address: nobody is asked there."""
_BARE = re.compile(rb"&(?!(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos);)", re.IGNORECASE)
_ENTITY = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)
_MOST = 20_000  # outlines of one list; the largest seen hold 3,000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """An outline that is meant to be a feed, or a source of trendwatch. `own` holds the attributes of our namespace."""

    line: int
    title: str
    url: str
    home: str
    language: str
    folders: tuple[str, ...]
    own: Mapping[str, str]
    wrong: str = ""  # why it cannot be followed; "" when it can


def read(data: bytes) -> tuple[str, list[Outline], str]:
    """Title of the list, its outlines in their order, and what had to be repaired. Raises ParseError for what is no OPML."""
    if _ENTITY.search(data.replace(b"\0", b"")):
        raise ParseError("The list declares entities, which no list of feeds needs: it is not read.")
    root, damaged = _parsed(sound(data))
    name = local_name(root) if root is not None else ""
    body = next((e for e in root.iter() if local_name(e) == "body"), None) if root is not None and name == "opml" else None
    if root is None or body is None:
        raise ParseError(f"This is no OPML{f', but <{name[:40]}>' if name and name != 'opml' else ' with a body'}.")
    try:
        return (
            next((one_line(e.text or "") for e in root.iter() if local_name(e) == "title"), ""),
            list(_outlines(body)),
            damaged,
        )
    except UnicodeDecodeError as error:
        raise ParseError(f"The list holds what is no text: {error}.") from None


def wrong_address(url: str) -> str:
    """Why an address is none of the web; "" when it is one."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        return f"is no address ({error})"
    if parts.scheme.lower() not in ("http", "https"):
        return "is no web address"
    if not host or re.search(r"[\s<>\"\\^`{|}]", url):
        return "is no address: it has no host, or a blank or bracket in it"
    return "holds a name or password" if "@" in parts.netloc else ""


def _parsed(data: bytes) -> tuple[etree._Element | None, str]:
    try:
        return etree.fromstring(data.strip(), xml_parser(recover=False, remove_comments=True, remove_pis=True)), ""
    except (etree.LxmlError, ValueError) as error:
        told = str(error)
    try:
        root = etree.fromstring(
            _BARE.sub(b"&amp;", data).strip(), xml_parser(recover=True, remove_comments=True, remove_pis=True)
        )
    except (etree.LxmlError, ValueError):
        root = None
    return root, f"not well-formed XML ({told[:120]}); read leniently"


def _outlines(body: etree._Element) -> Iterator[Outline]:
    """Those that name a feed or claim to; the others are folders. Without recursion: a list may be as deep as it likes."""
    folders: list[str] = []
    for number, (event, element) in enumerate(etree.iterwalk(body, events=("start", "end"))):
        if local_name(element) != "outline":
            continue
        given = {str(k).lower(): str(v) for k, v in element.attrib.items() if not str(k).startswith("{")}
        title = _title(given)
        if event == "end":
            folders.pop()
            continue
        own = {str(k).rpartition("}")[2]: str(v) for k, v in element.attrib.items() if str(k).startswith(f"{{{NAMESPACE}}}")}
        if own or "xmlurl" in given or given.get("type", "").lower() in ("rss", "atom", "include", "link"):
            yield _outline(element, given, own, tuple(f for f in folders if f))
        folders.append(title)
        if number > 2 * _MOST:
            return


def _outline(element: etree._Element, given: Mapping[str, str], own: Mapping[str, str], folders: tuple[str, ...]) -> Outline:
    url = (given.get("xmlurl") or given.get("url") or "").strip()
    kind = given.get("type", "").lower()
    wrong = "" if "kind" in own and not url else wrong_address(url) if url else "names no address (xmlUrl)"
    if kind in ("include", "link") and "xmlurl" not in given:
        wrong = "is another list or a page: add it as a source of its own"
    return Outline(
        line=getattr(element, "sourceline", 0) or 0,
        title=_title(given),
        url=url,
        home=given.get("htmlurl", "").strip(),
        language=given.get("language", "").strip(),
        folders=folders,
        own=own,
        wrong=wrong,
    )


def _title(given: Mapping[str, str]) -> str:
    return one_line(html.unescape(given.get("title") or given.get("text") or ""))[:300]

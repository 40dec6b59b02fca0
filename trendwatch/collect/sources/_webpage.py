"""A page of HTML as a tree, and what selectors find in an item of it. Used by `webpage` and by proposals of selectors."""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import soupsieve
from bs4 import BeautifulSoup, Tag
from soupsieve import SelectorSyntaxError

from trendwatch.collect import datewords, urls
from trendwatch.collect.plain import one_line
from trendwatch.collect.sources._reading import CHARSETS, WIDER, charset_said
from trendwatch.errors import ParseError

LONGEST = 5000
"""Characters of a summary that are kept: more is not a summary."""
DEEPEST = 1000
"""Levels of a page that is read: unclosed tags nest by accident, thousands of levels only on purpose."""
_META = re.compile(rb"<meta\b[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_SCRIPTED = re.compile(
    r"(?:window\.open|location(?:\.href)?|goto\w*|view\w*|open\w*)\W{1,4}[^'\"]{0,40}['\"]([^'\"]{3,500})['\"]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """What finds the entries of a page and their parts. "" leaves a part to the defaults: see `Webpage`."""

    item: str
    link: str = ""
    title: str = ""
    date: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an item holds, as text; `url` is absolute or "". `drawn`: the title is a picture's own words."""

    url: str
    title: str
    when: str
    summary: str
    drawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A page: its tree, where its links start, its language, and what had to be repaired ("" when nothing)."""

    soup: BeautifulSoup
    depth: int
    base: str
    language: str
    damaged: str


def tree(body: bytes, url: str, content_type: str = "") -> Tree:
    """Read a page. Raises ParseError when it holds no markup at all."""
    text, damaged = decoded(body, content_type)
    text = text.replace("\0", "")
    if "<" not in text:
        raise ParseError("The answer is no page: it holds no markup.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of XML and of texts that look like file names: both are read as a page
        soup = BeautifulSoup(text, "lxml")
    depth = _depth(soup)
    if depth > DEEPEST:
        raise ParseError(f"The page is nested too deeply: {depth} levels.")
    anchor = soup.find("base", href=True)
    base = _joined(url, str(anchor["href"])) if isinstance(anchor, Tag) else ""
    root = soup.find("html")
    language = str(root.get("lang") or root.get("xml:lang") or "") if isinstance(root, Tag) else ""
    return Tree(soup=soup, depth=depth, base=base or url, language=language.strip()[:35], damaged=damaged)


def _depth(soup: BeautifulSoup) -> int:
    """Levels of the tree. Selectors take time that grows with its square."""
    levels = {id(soup): 0}
    for tag in soup.find_all(name=True):
        levels[id(tag)] = levels.get(id(tag.parent), 0) + 1
    return max(levels.values())


def decoded(body: bytes, content_type: str = "") -> tuple[str, str]:
    """(text, what is wrong). By byte order mark, header, the page's own word, UTF-8; the first that fits every byte counts."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, errors="replace"), ""
    told = charset_said(content_type)
    meta = _META.search(body[:4096])
    named = [*([told] if told else []), *([meta[1].decode("latin-1")] if meta else [])]
    names = [_known(name, inside=index == len(named) - 1 and bool(meta)) for index, name in enumerate(named)]
    wide = _unmarked(body)
    for name in dict.fromkeys(filter(None, [wide, *names, "utf-8"])):
        try:
            return body.decode(name), ""
        except (UnicodeDecodeError, LookupError):
            continue
    best = next(filter(None, names), "utf-8")
    return body.decode(best, errors="replace"), f"not all of its bytes are {best}"


def _known(name: str, *, inside: bool) -> str:
    """A charset's name as Python reads it; "" for what a page may not name. Who could read "utf-16" in a page reads UTF-8."""
    name = name.lower()
    if not CHARSETS.fullmatch(name):
        return ""
    if inside and name.startswith(("utf-16", "utf-32", "utf16", "utf32")):
        return "utf-8"
    return WIDER.get(name, name)


def _unmarked(body: bytes) -> str:
    """UTF-16 without a mark: every other byte of its first tag is zero."""
    head = body[:64].lstrip(b" \r\n\t")
    return "utf-16-le" if head[1:2] == b"\0" and head[:1] == b"<" else "utf-16-be" if head[:2] == b"\0<" else ""


def check(css: str, key: str) -> None:
    """Raise ValueError, naming the key, when a selector is no CSS."""
    bare = css.strip().removeprefix("+").strip()
    try:
        soupsieve.compile(bare if bare != "." or key == "item" else "*")
    except (SelectorSyntaxError, NotImplementedError, ValueError) as error:
        raise ValueError(f'"{key}" is no CSS selector: {css!r} ({str(error).splitlines()[0][:120]})') from None


def select(scope: Tag, css: str, key: str, limit: int = 0) -> list[Tag]:
    """All that a selector finds. Raises ParseError that names the key when it is no CSS."""
    try:
        return list(scope.select(css, limit=limit))
    except (SelectorSyntaxError, NotImplementedError, ValueError) as error:
        said = " ".join(str(error).split())[:120]
        raise ParseError(f'"{key}" is no CSS selector: {css!r} ({said}). Correct it in the file.') from None


def part(item: Tag, css: str, key: str, items: frozenset[int]) -> Tag | None:
    """What a selector finds in an item: the first with text, a date or a link in it; `.` is the item itself.

    A selector that starts with + looks behind the item, up to the next one: lists of <dt> and <dd>, tables with two rows an entry.
    """
    if css.strip() == ".":
        return item
    if css.startswith("+"):
        return next((hit for follower in _behind(item, items) if (hit := _matched(follower, css[1:].strip(), key))), None)
    found = select(item, css, key)
    return next((tag for tag in found if text(tag) or tag.get("datetime") or tag.get("content")), found[0] if found else None)


def _behind(item: Tag, items: frozenset[int]) -> Iterator[Tag]:
    for sibling in item.next_siblings:
        if isinstance(sibling, Tag):
            if id(sibling) in items:
                return
            yield sibling


def _matched(follower: Tag, css: str, key: str) -> Tag | None:
    try:
        if follower.css.match(css):
            return follower
    except (SelectorSyntaxError, NotImplementedError, ValueError):
        pass  # told by the search inside
    return next(iter(select(follower, css, key, limit=1)), None)


def entry(item: Tag, selectors: Selectors, base: str, items: frozenset[int]) -> Entry:
    """The parts of an item by the selectors, or by the defaults where there are none."""
    link = part(item, selectors.link, "link", items) if selectors.link else default_link(item)
    named = part(item, selectors.title, "title", items) if selectors.title else default_title(item, link)
    words = text(named) if named else ""
    drawn = "" if words else _picture(link or item)
    about = part(item, selectors.summary, "summary", items) if selectors.summary else None
    return Entry(
        url=address(link, base) if link else "",
        title=words or drawn,
        when=_when(item, selectors.date, items),
        summary=text(about)[:LONGEST] if about and about is not named else "",
        drawn=bool(drawn),
    )


def default_link(item: Tag) -> Tag | None:
    """The item itself when it is a link; else the link of its heading; else its first link with text; else any."""
    if item.name == "a":
        return item
    heading = item.find(_HEADINGS)
    links = [a for scope in (heading, item) if isinstance(scope, Tag) for a in scope.find_all("a", href=True)]
    around = heading.find_parent("a", href=True) if isinstance(heading, Tag) else None
    if isinstance(around, Tag) and item in around.parents:
        return around
    return next((a for a in links if text(a)), links[0] if links else None)


def default_title(item: Tag, link: Tag | None) -> Tag | None:
    """The item's heading; else its link."""
    heading = item.find(_HEADINGS)
    return heading if isinstance(heading, Tag) and text(heading) else link


def address(link: Tag, base: str) -> str:
    """Where a link, or the first link inside, leads: absolute; "" when nowhere on the web."""
    target = link if link.get("href") or link.get("data-href") or link.get("onclick") else link.find("a", href=True)
    if not isinstance(target, Tag):
        return ""
    href = str(target.get("href") or target.get("data-href") or "").strip()
    if href.startswith("#") or not href or href.lower().startswith("javascript:"):
        scripted = _SCRIPTED.search(str(target.get("onclick") or "") or href)
        href = scripted[1] if scripted else ""
    return _joined(base, href) if href else ""


def _joined(base: str, href: str) -> str:
    """An absolute web address, or "". Backslashes are slashes, as browsers have it."""
    return urls.on_web(base, href.replace("\\", "/"))


def text(tag: Tag) -> str:
    """The text of an element on one line; scripts and styles hold none."""
    return one_line(tag.get_text(" "))


def _picture(tag: Tag) -> str:
    """What a link without words says: its label, its title, its picture's alternative text."""
    image = tag.find("img", alt=True)
    own = tag.get("aria-label") or tag.get("title") or (image.get("alt") if isinstance(image, Tag) else "")
    return one_line(str(own or ""))


def _when(item: Tag, css: str, items: frozenset[int]) -> str:
    """The words of the date: of the `datetime` or `content` attribute, else the text."""
    found = part(item, css, "date", items) if css else item.find("time")
    if not isinstance(found, Tag):
        return ""
    inner = found if found.get("datetime") else found.find("time", datetime=True)
    written = str(inner.get("datetime") or "") if isinstance(inner, Tag) else str(found.get("content") or "")
    return written.strip() if re.search(r"\d{4}", written) else text(found) or written.strip()


def order_of(tree: Tree, url: str, texts: Sequence[str]) -> bool:
    """Whether 04/05/2026 is April: by the page's own dates; else by its language and its country."""
    told = datewords.month_first(texts)
    if told is not None:
        return told
    host = urlsplit(url).hostname or ""
    return tree.language.lower() in {"en-us", "en_us"} or host.endswith((".gov", ".mil", ".us"))

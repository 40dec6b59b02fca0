"""A page's own text as passages: sentences, list entries, table rows, headings, each with the heading it stands under.

The main part is what the user names, else <main> and its kin when they hold the better half of the words, else the body. What
a passage is does not depend on the layout: the same sentences in other elements are the same passages.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, Comment, Tag, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement
from soupsieve import SelectorSyntaxError

from trendwatch.collect.plain import one_line
from trendwatch.collect.sources import _page_watch_noise as noises
from trendwatch.collect.sources._page_watch_passages import MOST_PASSAGES, Block, Passage, passages
from trendwatch.errors import ParseError

_MAINS = ("main", "[role=main]", "article", "#main-content", "#maincontent", "#main", "#content", ".main-content", ".content")
_DEEPEST = 250
_MOST_TAGS = 40_000
_MARKUP = re.compile(rb"<(?:!doctype html|html|body|main|article|section|div|p|h1|h2|table|ul)[\s>]", re.IGNORECASE)
_BLOCKS = frozenset(
    (  # noqa: SIM905 - a list would take a line a word
        "p div section article header footer main blockquote pre figure figcaption table caption tbody thead tr ul ol dl li dt dd h1 h2 h3 "
        "h4 h5 h6 hr address center details summary body form fieldset legend br option"
    ).split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a page says. `raw` is all that a person would see, chrome included, for telling error pages."""

    title: str
    passages: tuple[Passage, ...]
    raw: str = ""
    headline: str = ""  # the first heading
    password: bool = False  # whether it asks for one
    language: str = ""  # as its markup says
    closed: bool = True  # whether its markup was there to the end

    @property
    def words(self) -> int:
        """Of the passages."""
        return sum(len(passage.key.split()) for passage in self.passages)


def read(body: bytes, part: str = "", ignore: Sequence[str] = (), charset: str = "") -> Text:
    """The text of an HTML page. Raises ParseError for a selector that is none, and when `part` matches nothing."""
    if not _MARKUP.search(body):
        raise ParseError("The answer is neither an HTML page nor a PDF.")
    soup = _soup(body, charset)
    _refuse_depth(soup)
    title = one_line(soup.title.get_text(" ")) if soup.title else ""
    headline = soup.find("h1") or soup.find("h2")
    told = one_line(headline.get_text(" ")) if isinstance(headline, Tag) else ""
    language = str(soup.html.get("lang") or "") if soup.html else ""
    password = soup.find("input", type="password") is not None
    for element in soup.find_all(["head", "script", "style", "noscript", "template"]):
        element.decompose()
    raw = one_line(soup.get_text(" "))
    for selector in ignore:
        for element in _select(soup, selector):
            element.decompose()
    roots = _parts(soup, part) if part else [_main(soup)]
    return Text(
        title=title or told,
        passages=tuple(passages(_blocks(roots)))[:MOST_PASSAGES],
        raw=raw,
        headline=told,
        password=password,
        language=language[:20],
        closed=b"</html" in body[-4096:].lower() or b"</body" in body[-4096:].lower(),
    )


def _soup(body: bytes, charset: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)  # XHTML is read as HTML on purpose
        try:
            return BeautifulSoup(body, "lxml", from_encoding=charset or None)
        except ValueError:  # the page names an encoding with a control character in its name
            return BeautifulSoup(body.decode("utf-8", "replace").replace("\0", ""), "lxml")


def _refuse_depth(soup: BeautifulSoup) -> None:
    """A page nested by the thousand is no page: every question to it would take quadratic time."""
    depth = count = 0
    for node, ends in _walk(soup):
        depth += 0 if not isinstance(node, Tag) else -1 if ends else 1
        count += isinstance(node, Tag) and not ends
        if count > _MOST_TAGS:
            raise ParseError(f"The page has more than {_MOST_TAGS:,} elements; name the part that matters on a smaller page.")
        if depth > _DEEPEST:
            raise ParseError(f"The page is nested more than {_DEEPEST} levels deep.")


def _select(soup: BeautifulSoup, selector: str) -> list[Tag]:
    try:
        return list(soup.select(selector))
    except (SelectorSyntaxError, NotImplementedError, ValueError) as error:
        raise ParseError(f"{selector!r} is no CSS selector: {one_line(str(error))[:120]}.") from error


def _parts(soup: BeautifulSoup, part: str) -> list[Tag]:
    found = _select(soup, part)
    if not found:
        raise ParseError(f"The page has no part that matches {part!r}: it was rebuilt, or it is another page.")
    inner = {id(tag) for tag in found}
    roots = [tag for tag in found if not any(id(parent) in inner for parent in tag.parents)]
    for root in roots:
        _clear(root)
    return roots


def _main(soup: BeautifulSoup) -> Tag:
    body = soup.body or soup
    _clear(body)
    whole = _size(body)
    for selector in _MAINS:
        found = body.select(selector)
        if len(found) == 1 and _size(found[0]) * 2 > whole:
            return found[0]
    return body


def _size(element: Tag) -> int:
    return len(element.get_text(" ").split())


def _clear(root: Tag) -> None:
    """Take out what is not the page's text. A third of its words is never furniture."""
    for comment in root.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    most = max(_size(root) // 3, 40)
    for element in root.find_all(_is_tag):
        if element.decomposed or not noises.furniture(element):
            continue
        if element.name in noises.GONE or (_size(element) <= most and not noises.withdrawn(element.get_text(" "))):
            element.decompose()
    _clear_headed(root, most)
    _clear_links(root)
    for element in root.find_all(["header", "footer"]):
        if (
            not element.decomposed
            and _size(element) <= most
            and not element.find("h1")
            and not noises.withdrawn(element.get_text(" "))
        ):
            element.decompose()


def _clear_headed(root: Tag, most: int) -> None:
    """Take out what stands under a heading such as "Related articles": its box, else all until the next heading."""
    for heading in root.find_all(["h2", "h3", "h4", "h5", "h6", "p", "strong", "div", "span", "summary"]):
        if heading.decomposed or not noises.starts_furniture(_label(heading)):
            continue
        box = heading.parent
        if (
            box is not None
            and box is not root
            and box.name in {"div", "section", "details"}
            and _first(box, heading)
            and _size(box) <= most
        ):
            box.decompose()
        elif heading.name[0] == "h" or heading.name in {"p", "div"}:
            _drop_after(heading)


def _label(heading: Tag) -> str:
    """Its text, "" when it is longer than a heading or holds blocks."""
    text = heading.get_text(" ", strip=True) if heading.name[0] == "h" or not heading.find(_is_block) else ""
    return text if len(text) < 80 else ""  # noqa: PLR2004 - no heading


def _is_tag(element: Tag) -> bool:
    return bool(element.name)


def _is_block(element: Tag) -> bool:
    return element.name in _BLOCKS


def _first(box: Tag, heading: Tag) -> bool:
    """Whether nothing but an icon's name stands before it in its box."""
    before = (node.get_text(" ") for node in heading.previous_siblings)
    return box is heading.parent and len(" ".join(before).split()) < 3  # noqa: PLR2004 - "arrow right"


def _drop_after(heading: Tag) -> None:
    level = heading.name if re.fullmatch(r"h\d", heading.name) else ""
    for sibling in list(heading.next_siblings):
        if isinstance(sibling, Tag) and (
            (re.fullmatch(r"h\d", sibling.name) and (not level or sibling.name <= level))
            or sibling.find(["h1", "h2", *([level] if level else [])])
            or (not level and sibling.name == "p")
        ):
            break
        if isinstance(sibling, Tag):
            sibling.decompose()
            if not level:
                break
        else:
            sibling.extract()
    heading.decompose()


def _clear_links(root: Tag) -> None:
    """Take out menus: lists that are all links, to places on the page, to what every site has, or above the page's own title."""
    title = root.find("h1")
    above = (
        {id(element) for element in title.find_all_previous(_is_tag)} - {id(p) for p in title.parents} if title else set[int]()
    )
    for heading in root.find_all(["h2", "h3"]):
        if id(heading) in above and not noises.withdrawn(heading.get_text(" ")):
            heading.decompose()  # the site's name
    for element in root.find_all(["ul", "ol", "p", "div"]):
        links = element.find_all("a") if not element.decomposed else []
        if len(links) < 3:  # noqa: PLR2004 - two links are no menu
            continue
        labels = [link.get_text(" ", strip=True) for link in links]
        if sum(map(len, labels)) < 0.8 * len(re.sub(r"[\s|·•›>»/]+", "", element.get_text())):
            continue
        if (
            all(str(link.get("href") or "").startswith("#") for link in links)
            or noises.site_links(labels)
            or id(element) in above
        ):
            element.decompose()


def _blocks(roots: Iterable[Tag]) -> Iterator[Block]:
    """Blocks in the order of the page. A row of a table is one, a term and its definition are one."""
    for root in roots:
        text: list[str] = []
        level = 0
        for node, ends in _walk(root):
            if isinstance(node, NavigableString):
                text.append(str(node))
                continue
            name = node.name if isinstance(node, Tag) else ""
            if name in {"td", "th"} and not ends and "".join(text).strip():
                text.append(" | ")
            if name not in _BLOCKS or (name in _BLOCKS and _in_row(node)):
                continue
            if name == "dd" and not ends and text:
                text.append(": ")
                continue
            if name == "dt" and ends:
                continue
            yield Block(one_line(" ".join(text)), level)
            text, level = [], (int(name[1]) if re.fullmatch(r"h\d", name) and not ends else 0)
        yield Block(one_line(" ".join(text)), level)


def _in_row(node: PageElement) -> bool:
    """Whether a block lies in a cell of a small row: a layout table's cell, which holds paragraphs, is no row."""
    cell = node.find_parent(["td", "th"])
    return cell is not None and len(cell.get_text(" ").split()) < 60 and cell.find(["h1", "h2", "ul", "ol"]) is None  # noqa: PLR2004 - a cell's words


def _walk(root: Tag) -> Iterator[tuple[PageElement, bool]]:
    """Depth first without recursion: (node, False) as it begins, (tag, True) as it ends."""
    stack: list[tuple[PageElement, bool]] = [(root, False)]
    while stack:
        node, ends = stack.pop()
        yield node, ends
        if isinstance(node, Tag) and not ends:
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node.contents))

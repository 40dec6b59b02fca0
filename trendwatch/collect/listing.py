"""Selectors for a page that lists what is new, proposed from its repeated blocks. Pure: the same page, the same proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trendwatch.collect import _listing_parts as parts
from trendwatch.collect._listing_blocks import Blocks, groups
from trendwatch.collect.sources import _webpage
from trendwatch.collect.sources._webpage import Selectors, Tree
from trendwatch.collect.sources.webpage import Webpage
from trendwatch.errors import ParseError
from trendwatch.model import Page, Request, Response

TRIED = 5
"""Groups of blocks that are looked into."""
_LEAST_SCORE = 5.0
"""Below this a group is a menu more often than a list of news."""
_DEEPEST = 200
"""Levels of a page that is worth the time: with more its tags are not closed, and its blocks are not told apart."""
_LARGEST = 3_000_000
"""Bytes of a page that is looked at: the largest listing seen has a tenth of that."""
_NEXT = (
    'a[rel~="next"]', ".pager__item--next a", ".pagination-next a", ".pagination .next a", "li.next a", "a.next", ".nav-previous a",
    'a[aria-label^="Next"]', 'a[title^="Next"]',
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Selectors and what they yield. `score` compares the proposals of one page and means nothing beyond that."""

    selectors: Selectors
    next: str  # the selector of the next page, "" where none was found
    page: Page
    score: float

    @property
    def keys(self) -> Mapping[str, str]:
        """The keys of `kind: webpage`, those that are needed, in the order in which they are written."""
        s = self.selectors
        given = {"item": s.item, "link": s.link, "title": s.title, "date": s.date, "summary": s.summary, "next": self.next}
        return {key: value for key, value in given.items() if value}


def propose(body: bytes, url: str, content_type: str = "") -> list[Proposal]:
    """Proposals for a page, the best first; [] when it has no repeated block with links or is no page."""
    if len(body) > _LARGEST:
        return []
    try:
        tree = _webpage.tree(body, url, content_type)
    except ParseError:
        return []
    if tree.depth > _DEEPEST:
        return []
    blocks = Blocks(tree)
    found: dict[str, Proposal] = {}
    after = _next(tree, url)
    for group in groups(blocks)[:TRIED]:
        try:
            item = parts.item_css(group, blocks)
            if group.score < _LEAST_SCORE or not item or item in found:
                continue
            chosen = parts.selectors(group, item, blocks)
        except ParseError:
            continue  # broken markup makes names of tags that no selector can hold
        page = _yield(chosen, tree, url)
        if page is not None and page.drafts:
            found[item] = Proposal(selectors=chosen, next=after, page=page, score=group.score + _bonus(page))
    return sorted(found.values(), key=lambda p: (-p.score, p.selectors.item))


def _yield(selectors: Selectors, tree: Tree, url: str) -> Page | None:
    """What the kind reads with these selectors; None when nothing."""
    kind = Webpage(
        url=url,
        item=selectors.item,
        link=selectors.link,
        title=selectors.title,
        date=selectors.date,
        summary=selectors.summary,
    )
    try:
        return kind.read(tree, Response(request=Request(url=url), url=url, status=200, headers={}, body=b""))
    except ParseError:
        return None


def _bonus(page: Page) -> float:
    """Entries that are left out again speak against the selectors."""
    return -4.0 * len(page.skipped) / max(1, len(page.skipped) + len(page.drafts))


def _next(tree: Tree, url: str) -> str:
    if not _webpage.select(tree.soup, ", ".join(_NEXT), "next", limit=1):  # one walk through the page instead of nine
        return ""
    for css in _NEXT:
        found = _webpage.select(tree.soup, css, "next", limit=1)
        target = _webpage.address(found[0], tree.base) if found else ""
        if (
            target
            and target != url
            and target.partition("://")[2].partition("/")[0] == url.partition("://")[2].partition("/")[0]
        ):
            return css
    return ""

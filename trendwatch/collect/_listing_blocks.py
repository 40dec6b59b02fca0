"""The repeated blocks of a page: elements built alike that each hold a link, and how much each group looks like a list of news."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import log2
from statistics import median

from bs4 import BeautifulSoup, Tag

from trendwatch.collect import datewords, urls
from trendwatch.collect.sources import _webpage
from trendwatch.collect.sources._webpage import Tree

FEWEST = 3
"""Blocks that make a list."""
SAMPLE = 40
"""Blocks of a group that are looked at closely, spread over the group."""
ANY_DAY = date(2026, 1, 1)
"""Whether "3 days ago" is a date does not depend on today."""
_DEEPEST = 256  # levels: libxml2 reads no deeper
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_NO_BLOCKS = frozenset(("html", "body", "head", "script", "style", "noscript", "option", "select", "svg", "form"))
_STATE = re.compile(
    r"(?:^|[-_])(?:odd|even|first|last|active|current|selected|open|closed|hidden|visible|new|hover|focus|sticky|read|unread)(?:$|[-_])"
    r"|\d{3,}|^\d|^(?:css|sc|jsx|svelte|emotion|ng|v)-|__[a-z0-9]*\d[a-z0-9]*$|^[a-z]{1,2}\d|^(?:post|node|item|row|views-row|menu-item)-\d+$"
    r"|[^\w-]",
    re.IGNORECASE,
)
"""Classes that differ between blocks built alike, that a build tool makes up, or that CSS cannot write plainly."""
_ASIDE_TAGS = frozenset(("nav", "header", "footer", "aside"))
_ASIDE = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|navigation|menu|menus|submenu|breadcrumbs?|footer|header|masthead|sidebar|side|aside|social|share|sharing"
    r"|pagination|pager|paging|lang|languages?|related|tags?|cloud|cookie|cookies|banner|toolbar|skip|login|search-?form|filters?|facets?"
    r"|ads?|advert\w*|promo|popular|trending)(?:$|[-_ ])",
    re.IGNORECASE,
)
_MAIN = re.compile(r"(?:^|[-_ ])(?:main|content|primary|results?|listing|archive|feed)(?:$|[-_ ])", re.IGNORECASE)
_NOT_ENTRIES = re.compile(r"^(?:https?://(?:www\.)?(?:facebook|twitter|x|linkedin|instagram|youtube|t)\.\w+/)", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Group:
    """Elements built alike, in the order of the page, each with at least one link."""

    key: tuple[str, ...]
    members: list[Tag]
    score: float = 0.0

    @property
    def sample(self) -> list[Tag]:
        """Some members, evenly spread."""
        step = max(1, -(-len(self.members) // SAMPLE))
        return self.members[::step]


class Blocks:
    """What is asked of a page's elements again and again, found once."""

    def __init__(self, page: Tree) -> None:
        self.page = page
        self.soup: BeautifulSoup = page.soup
        self._days: dict[int, frozenset[date]] = {}

    @cached_property
    def links(self) -> list[Tag]:
        """Elements that lead to another page, in the page's order."""
        found = _webpage.select(self.soup, "a[href], [onclick], [data-href]", "link")
        return [t for t in found if self._leads(t)]

    def _leads(self, tag: Tag) -> bool:
        target = _webpage.address(tag, self.page.base) if tag.name == "a" or not tag.find("a", href=True) else ""
        return bool(target) and not _NOT_ENTRIES.match(target) and target != self.page.base

    @cached_property
    def link_ids(self) -> frozenset[int]:
        """The identity of every link."""
        return frozenset(map(id, self.links))

    @cached_property
    def holding(self) -> frozenset[int]:
        """The identity of every element that is a link or holds one."""
        return frozenset(id(t) for link in self.links for t in [link, *link.parents])

    def links_of(self, block: Tag) -> list[Tag]:
        """The links of a block; the block itself when it is one."""
        own = [block] if id(block) in self.link_ids else []
        return own + [t for t in block.find_all(name=True) if id(t) in self.link_ids]

    def days(self, block: Tag) -> frozenset[date]:
        """The different days that a block names."""
        known = self._days.get(id(block))
        if known is None:
            known = self._days[id(block)] = frozenset(self._named(block))
        return known

    def _named(self, block: Tag) -> Iterator[date]:
        told = False
        for words in [*block.stripped_strings][:80]:
            if found := datewords.find(words[:300], today=ANY_DAY if len(words) < 30 else None):  # noqa: PLR2004 - a date, not a sentence
                told = True
                yield found.day
        for moment in block.find_all("time", datetime=True)[:5]:
            if found := datewords.find(str(moment["datetime"])):
                told = True
                yield found.day
        if not told and (found := datewords.find(_webpage.text(block)[:600])):
            yield found.day


def groups(blocks: Blocks) -> list[Group]:
    """The groups of a page, the likeliest list of news first. A group whose blocks each hold one of another's swallows that."""
    found: dict[tuple[str, ...], list[Tag]] = defaultdict(list)
    loose: dict[tuple[str, ...], list[Tag]] = defaultdict(list)
    seen: set[int] = set()
    for link in blocks.links:
        for block in [link, *link.parents][:_DEEPEST]:
            if block.name in _NO_BLOCKS or block.name == "[document]" or id(block) in seen:
                continue
            seen.add(id(block))
            key = _key(block)
            found[key].append(block)
            if "." in key[0]:  # classes of their own ("category-safety") part what is built alike
                loose[(block.name, *key[1:])].append(block)
    found |= {key: members for key, members in loose.items() if len(members) > max(len(found[k]) for k in map(_key, members))}
    kept = _outermost([Group(key=key, members=members) for key, members in found.items() if len(members) >= FEWEST])
    for group in kept:
        group.score = _score(group, blocks)
    return sorted(kept, key=lambda g: (-g.score, g.key))


def classes(tag: Tag) -> list[str]:
    """The classes of an element that say what it is."""
    return [c for c in tag.get_attribute_list("class") if c and not _STATE.search(c)]


def _key(block: Tag) -> tuple[str, ...]:
    """How a block is built into the page: its path of names, with the classes of itself and its parent."""
    path = [".".join([block.name, *sorted(classes(block))])]
    for depth, parent in enumerate([*block.parents][:_DEEPEST]):
        path.append(".".join([parent.name, *(sorted(classes(parent)) if depth == 0 else ())]))
    return tuple(path)


def _outermost(found: Sequence[Group]) -> list[Group]:
    """Without the groups whose members lie, one each, in the members of a larger one of the same number."""
    by_member: dict[int, list[Group]] = defaultdict(list)
    for group in found:
        for member in group.members:
            by_member[id(member)].append(group)
    return [g for g in found if not _swallowed(g, by_member)]


def _swallowed(group: Group, by_member: Mapping[int, Sequence[Group]]) -> bool:
    above = [next((id(p) for p in m.parents if id(p) in by_member), 0) for m in group.members]
    if len(set(above)) < len(above) or 0 in above:
        return False
    return any(len(o.members) == len(above) and {id(m) for m in o.members} == set(above) for o in by_member[above[0]])


def _score(group: Group, blocks: Blocks) -> float:
    """Higher is likelier. Weights were set by hand: dates and many blocks speak for news, places and bare links against."""
    sample = group.sample
    size = len(sample)
    texts = [_webpage.text(m) for m in sample]
    lengths = [len(t) for t in texts]
    links = [blocks.links_of(m) for m in sample]
    first = [_webpage.address(row[0], blocks.page.base) for row in links]
    days = [len(blocks.days(m)) for m in sample]
    dated = sum(0 < d <= 4 for d in days) / size  # noqa: PLR2004 - posted, heard, filed, updated
    linked = sum(len(_webpage.text(a)) for row in links for a in row) / max(1, sum(lengths))
    words = median(max((len(_webpage.text(a).split()) for a in row), default=0) for row in links)
    headed = sum(m.name in _HEADINGS or m.find(list(_HEADINGS)) is not None for m in sample) / size
    score = 1.2 * log2(min(len(group.members), 64))
    score += 4.0 * dated + 1.5 * headed
    score += 1.5 * min(1.0, max(0, median(lengths) - 20) / 120)
    score += min(1.5, words / 4)
    score += 1.0 * _alike(first) + 1.5 * (len(set(first)) / size) + 1.0 * (len(set(texts)) / size)
    score -= 4.0 * sum(_aside(m) for m in sample) / size
    score += 1.0 * sum(_central(m) for m in sample) / size
    score -= 2.0 * (linked > 0.9 and dated < 0.5)  # noqa: PLR2004 - bare links without dates
    score -= 1.5 * max(0.0, log2(max(1.0, median(lengths) / 1200)))
    score -= 1.5 * max(0.0, log2(max(1.0, median(map(float, days)) / 2)))
    return score - 1.0 * max(0.0, log2(max(1.0, median(len(row) for row in links) / 3)))


def _alike(addresses: Sequence[str]) -> float:
    """The share of the commonest shape among addresses: the same host, depth and ending."""
    shapes = Counter(_shape(a) for a in addresses)
    return max(shapes.values(), default=0) / max(1, len(addresses))


def _shape(address: str) -> tuple[str, int, str]:
    parts = urls.parts(address)
    last = parts.path.rpartition("/")[2]
    return parts.netloc, parts.path.count("/"), last.rpartition(".")[2].lower() if "." in last else ""


def _aside(block: Tag) -> bool:
    """Whether a block lies in a part of the page that is not about news."""
    for parent in [block, *block.parents][:_DEEPEST]:
        if parent.name in {"main", "article", "body", "html"}:
            return False
        if parent.name in _ASIDE_TAGS or parent.get("role") in {"navigation", "banner", "contentinfo", "menu"}:
            return True
        if _ASIDE.search(_names(parent)):
            return True
    return False


def _central(block: Tag) -> bool:
    return any(
        p.name in {"main", "article"} or p.get("role") == "main" or _MAIN.search(_names(p)) for p in [*block.parents][:_DEEPEST]
    )


def _names(tag: Tag) -> str:
    return " ".join(map(str, [tag.get("id") or "", *filter(None, tag.get_attribute_list("class"))]))

"""Selectors for a group of blocks: one that selects the blocks, and those of their link, title, date and summary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from bs4 import Tag

from trendwatch.collect import datewords
from trendwatch.collect._listing_blocks import ANY_DAY, Blocks, Group, classes
from trendwatch.collect.sources import _webpage
from trendwatch.collect.sources._webpage import Selectors

_PARTS_OF_CELLS = frozenset(("td", "th", "tr", "tbody"))
_PLAIN = frozenset(("span", "div", "p", "font", "b", "i", "em", "strong"))
_MOST_KINDS = 60
_SIMPLER = 0.02
"""How much precision a shorter selector may cost."""
_TITLED = re.compile(r"title|headline|heading|subject|name\b|titel|titre|titulo", re.IGNORECASE)
_DATED = re.compile(r"date|time|datum|fecha|posted|publish|when", re.IGNORECASE)
_SUMMED = re.compile(r"summary|desc|teaser|excerpt|snippet|abstract|intro|lead|body|text", re.IGNORECASE)
_ITEMS = re.compile(
    r"item|entry|post|article|card|result|row|news|story|release|listing|teaser|node|publication", re.IGNORECASE
)
_HEADING = re.compile(r"^h[1-6]\b|\bh[1-6]$", re.IGNORECASE)
_IDLE = re.compile(
    r"^\W*(?:(?:read|learn|find out|view|see|show) ?(?:more|all|details?|document|online)?|more|details?|pdf|html?|docx?|download|link|case details"
    r"|weiterlesen|mehr(?: lesen| erfahren)?|lire la suite|en savoir plus|leer m[aá]s|ver m[aá]s|leggi(?: tutto)?|saiba mais|lees (?:meer|verder)"
    r"|czytaj (?:dalej|więcej)|więcej|続きを読む|詳細|더 ?보기|자세히|更多|详情|查看)\b.{0,40}$",
    re.IGNORECASE,
)
_FILES = re.compile(r"\.(?:pdf|html?|php|aspx?)(?:$|[?#])", re.IGNORECASE)
_NOT_FIRST = re.compile(
    r"\.(?:docx?|wpd|zip|rtf|odt|xlsx?|mp3|ics)(?:$|[?#])|/(?:tag|tags|category|author|topics?)/|^mailto:", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A selector and what it finds in each of the sampled blocks; None where it finds nothing."""

    css: str
    found: tuple[Tag | None, ...]

    @property
    def texts(self) -> list[str]:
        return [_webpage.text(t) for t in self.found if t is not None]

    @property
    def coverage(self) -> float:
        return sum(t is not None for t in self.found) / len(self.found)


def item_css(group: Group, blocks: Blocks) -> str:
    """The shortest selector for exactly the group's blocks, not counting those without link; else one that comes near."""
    wanted = frozenset(map(id, group.members))
    valued: list[tuple[float, str]] = []
    for css in dict.fromkeys(_item_candidates(group)):
        found = [t for t in _webpage.select(blocks.soup, css, "item") if id(t) in blocks.holding]
        right = sum(id(t) in wanted for t in found)
        valued.append((2 * right / (len(found) + len(wanted)), css))
        if valued[-1][0] == 1:
            return css
    best = max((v for v, _ in valued), default=0.0)
    return next((css for v, css in valued if v > best - _SIMPLER), "")


def _item_candidates(group: Group) -> Iterator[str]:
    """From the general to the particular: class, parent and own name, ancestor by id or class and own name, the whole path."""
    first = group.members[0]
    shared = [c for c in classes(first) if all(c in m.get_attribute_list("class") for m in group.members)]
    own = sorted(shared, key=lambda c: (not _ITEMS.search(c), first.get_attribute_list("class").index(c)))
    names = [f"{first.name}.{c}" for c in own]
    yield from names
    bare = first.name
    parents = [p for p in first.parents if p.name not in {"html", "[document]"}][:12]
    for end in (*names, bare):
        for depth, parent in enumerate(parents):
            yield from (f"{handle}{' > ' if depth == 0 else ' '}{end}" for handle in _handles(parent))
    path = [bare]
    for parent in parents:
        path.insert(0, ".".join([parent.name, *classes(parent)[:1]]))
        yield " > ".join(path)
    yield bare


def _handles(tag: Tag) -> list[str]:
    """How an element may be called in a selector."""
    own = str(tag.get("id") or "")
    named = [f"#{own}"] if re.fullmatch(r"[A-Za-z][\w-]*", own) and not re.search(r"\d{3,}|-[0-9a-f]{8}", own) else []
    return [
        *(f"{tag.name}.{c}" for c in classes(tag)),
        *named,
        *([tag.name] if tag.name in {"main", "article", "body"} else []),
    ]


def selectors(group: Group, item: str, blocks: Blocks) -> Selectors:
    """The parts of the group's blocks."""
    sample = group.sample
    among = frozenset(map(id, group.members))
    parts = [p for css in _part_candidates(group, among) if (p := _read(css, sample, among)).coverage > 0.3]  # noqa: PLR2004 - in a third
    link = _best(parts, lambda p: _link_value(p, blocks))
    title = _best(parts, lambda p: _title_value(p, link))
    date = _best(parts, _date_value)
    summary = _best(parts, lambda p: _summary_value(p, title))
    return Selectors(
        item=item,
        link=link.css if link else "",
        title=title.css if title else "",
        date=date.css if date else "",
        summary=summary.css if summary else "",
    )


def _read(css: str, sample: Sequence[Tag], among: frozenset[int]) -> _Part:
    return _Part(css, tuple(_webpage.part(block, css, "part", among) for block in sample))


def _part_candidates(group: Group, among: frozenset[int]) -> list[str]:
    """Selectors that occur in many of the blocks, the block itself, and what follows it where it is a heading of its own."""
    counts: Counter[str] = Counter()
    for block in group.sample:
        counts.update({css for tag in block.find_all(name=True) for css in _names_in(tag, block)})
    kept = [css for css, n in sorted(counts.items(), key=lambda c: (-c[1], c[0])) if n > len(group.sample) * 0.3]
    behind: Counter[str] = Counter()
    if group.members[0].name in {"dt", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "a"}:
        for block in group.sample:
            behind.update({css for tag in _followers(block, among) for css in _names_behind(tag)})
    followed = [css for css, n in sorted(behind.items()) if n > len(group.sample) * 0.5]
    return [".", *kept[:_MOST_KINDS], *followed[:10]]


def _followers(block: Tag, among: frozenset[int]) -> Iterator[Tag]:
    for count, sibling in enumerate(t for t in block.next_siblings if isinstance(t, Tag)):
        if id(sibling) in among or count > 5:  # noqa: PLR2004 - what belongs to a heading stands close
            return
        yield sibling


def _names_behind(tag: Tag) -> Iterator[str]:
    if tag.name not in {"br", "hr", "script", "style"}:
        yield f"+ {tag.name}"
        yield from (f"+ {tag.name}.{c}" for c in classes(tag)[:2])
        yield from (f"+ {inner.name}" for inner in tag.find_all(["a", "b", "strong", "h3", "h4"], limit=3))


def _names_in(tag: Tag, block: Tag) -> Iterator[str]:
    """What an element inside a block may be called: by class, by name, by its cell, by its parent's class and its name."""
    if tag.name in {"br", "hr", "img", "script", "style", "svg", "path", "source", "tbody", "tr"}:
        return
    own = classes(tag)[:3]
    yield from (f"{tag.name}.{c}" for c in own)
    if tag.name in _PARTS_OF_CELLS:
        yield f"{tag.name}:nth-of-type({1 + sum(1 for s in tag.find_previous_siblings(tag.name))})"
        return
    yield tag.name
    cell = tag.find_parent(["td", "th"])
    if isinstance(cell, Tag) and block in cell.parents and tag.name in {"a", "b", "strong", "span", "em", "i", "p"}:
        yield f"{cell.name}:nth-of-type({1 + len(cell.find_previous_siblings(cell.name))}) {tag.name}"
    parent = tag.parent
    if parent is not None and parent is not block and not own:
        handles = [f"{parent.name}.{c}" for c in classes(parent)[:2]] or [parent.name]
        yield from (f"{h} > {tag.name}" for h in handles if parent.name not in _PARTS_OF_CELLS)


def _best(parts: Sequence[_Part], value: Callable[[_Part], float]) -> _Part | None:
    """The part of the highest value above zero; of equals the shorter one, but for names that say nothing."""
    valued = [(value(p) - 0.3 * (p.css in _PLAIN), p) for p in parts]
    found = max(valued, key=lambda v: (v[0], -len(v[1].css)), default=None)
    return found[1] if found and found[0] > 0 else None


def _link_value(part: _Part, blocks: Blocks) -> float:
    """In every block, another address each, of words that are a title, of a document rather than of its text for a word processor."""
    ids = blocks.link_ids
    there = [t for t in part.found if t is not None and id(t) in ids]
    if len(there) < len(part.found) * 0.5:
        return 0.0
    to = [_webpage.address(t, blocks.page.base) for t in there]
    worded = [_webpage.text(t) for t in there]
    value = 4.0 * len(there) / len(part.found) + 3.0 * len(set(to)) / len(to)
    value += min(2.0, median(len(w.split()) for w in worded) / 3) * (not _mostly(worded, _IDLE.match))
    value += 1.0 * any(t.find_parent(["h1", "h2", "h3", "h4", "h5", "h6"]) for t in there[:3])
    return value + 0.5 * bool(_mostly(to, _FILES.search)) - 3.0 * bool(_mostly(to, _NOT_FIRST.search))


def _title_value(part: _Part, link: _Part | None) -> float:
    """Words that differ from block to block, neither few nor many, no dates; headings and links are titles more often."""
    texts = part.texts
    if part.coverage < 0.6 or not any(texts) or part.css == ".":  # noqa: PLR2004 - most blocks
        return 0.5 * bool(part.css == "." and any(texts))
    own = _own_words(texts)
    words = median(len(t.split()) for t in own)
    letters = median(sum(c.isalpha() for c in t) / max(1, len(t)) for t in own)
    size = median(map(len, own))
    value = 4.0 * part.coverage + 3.0 * len(set(texts)) / len(texts) + min(1.0, size / 25) * 1.5 + min(1.0, words / 4)
    value += 1.5 * letters - 2.0 * (letters < 0.5)  # noqa: PLR2004 - a number more than a name
    value += 1.5 * bool(_HEADING.search(part.css)) + 1.0 * bool(_TITLED.search(part.css))
    value += 1.2 * bool(link and any(a is b and a is not None for a, b in zip(part.found, link.found, strict=True)))
    value -= 3.0 * (median(map(len, texts)) > 250) + 4.0 * _mostly(texts, _IDLE.match)  # noqa: PLR2004 - no title is as long
    return value - 4.0 * _mostly(texts, _only_a_date) - 1.0 * bool(_SUMMED.search(part.css)) - 1.5 * part.css.startswith("+")


def _date_value(part: _Part) -> float:
    """A date in most blocks, with few other words."""
    found = [t for t in part.found if t is not None]
    days = [datewords.find(_words_of(t)[:300], today=ANY_DAY) for t in found]
    share = sum(d is not None for d in days) / len(part.found)
    if share < 0.5:  # noqa: PLR2004 - a date that most blocks lack is another's
        return 0.0
    extra = median(len(_webpage.text(t)) for t in found)
    value = 5.0 * share - min(4.0, extra / 60) + 1.0 * (part.css.startswith("time")) + 0.5 * bool(_DATED.search(part.css))
    return value + 0.5 * any(t.get("datetime") for t in found) - 0.5 * part.css.startswith("+")


def _words_of(tag: Tag) -> str:
    return str(tag.get("datetime") or "") or _webpage.text(tag)


def _summary_value(part: _Part, title: _Part | None) -> float:
    """Longer than a title and not around it."""
    texts = part.texts
    if part.coverage < 0.4 or part.css == "." or not texts or median(map(len, texts)) < 40:  # noqa: PLR2004 - a sentence
        return 0.0
    titles = [_webpage.text(t) if t is not None else "" for t in title.found] if title else []
    around = sum(
        bool(a is not None and b and (b in _webpage.text(a) or _webpage.text(a) in b))
        for a, b in zip(part.found, titles, strict=bool(titles))
    )
    if around * 3 > len(texts):
        return 0.0
    return part.coverage + 0.5 * bool(_SUMMED.search(part.css)) + min(1.0, median(map(len, texts)) / 200)


def _own_words(texts: Sequence[str]) -> list[str]:
    """The texts without the words that most of them share ("opens in a new window")."""
    uses = Counter(word for t in texts for word in set(t.split()))
    return [" ".join(w for w in t.split() if uses[w] * 2 <= len(texts) or len(texts) < 4) for t in texts]  # noqa: PLR2004 - too few to tell


def _only_a_date(words: str) -> bool:
    found = datewords.find(words, today=ANY_DAY)
    return found is not None and len(words) < len(found.words) + 12


def _mostly(texts: Sequence[str], test: Callable[[str], object]) -> bool:
    return sum(bool(test(t)) for t in texts) * 2 > len(texts)

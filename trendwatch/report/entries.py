"""A candidate written out as an `Entry`: its cleaned title, summary, tags with evidence, dates that bind, and sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from trendwatch.model import DateLine, Deadline, Doctype, Entry, Item, SourceLine, Tagging, TagLine
from trendwatch.report import rank, safe
from trendwatch.report.candidates import Candidate
from trendwatch.report.desk import Desk
from trendwatch.report.stakes import stakes
from trendwatch.report.summary import sentences, summarise, words

FACETS_SHOWN, FRAMEWORKS_SHOWN, DATES_SHOWN = 4, 3, 4
_TITLE, _QUOTE, _SENTENCE, _SOURCE = 220, 110, 280, 60
_PREFIX = re.compile(
    r"^(?:\[\d{4}\.\d{4,5}(?:v\d+)?\]\s*|arXiv:\d{4}\.\d{4,5}(?:v\d+)?\s*(?:\[[\w.-]+\])?:?\s*|(?:Show|Tell|Launch) HN:\s*)",
    re.IGNORECASE,
)

# A listing page read as one run of text: "Jan 29, 2026PolicyHow assistants …"; the rubric goes with the date.
_GLUED = re.compile(r"^(?:[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4})(?=[A-Z])(?:(?:[A-Z][a-z]+ ){0,2}[A-Z][a-z]{5,}(?=[A-Z][a-z ]))?")


def title_of(item: Item) -> str:
    """An item's title for people: one line, no feed prefixes, at most 220 characters; the host of its URL when it has none."""
    return safe.clip(_PREFIX.sub("", _GLUED.sub("", safe.prose(item.title))), _TITLE) or safe.host(item.url) or "(untitled)"


def _quote(tagging: Tagging) -> tuple[str, str]:
    best = max(tagging.evidence, key=lambda e: (len(e.quote) <= _QUOTE, -e.start if e.field == "text" else 1), default=None)
    return (safe.clip(best.quote, _QUOTE), best.field) if best else ("", "text")


def _tag_line(tagging: Tagging, desk: Desk) -> TagLine:
    info = desk.tags.get(tagging.tag)
    quote, where = _quote(tagging)
    name = info.name if info else tagging.tag.partition(":")[2] or tagging.tag
    return TagLine(
        tag=tagging.tag,
        name=safe.clip(name, 60),
        facet=info.facet if info else "",
        score=round(tagging.score, 4),
        tagger=tagging.tagger,
        quote=quote,
        where=where,
        item_id=tagging.item_id,
    )


def tags_of(candidate: Candidate, desk: Desk) -> list[TagLine]:
    """Every tag of a story, each once with its best evidence, most certain first; the speaking item's own words are preferred."""
    best: dict[str, tuple[tuple[bool, float, str], Tagging]] = {}
    for item in candidate.items:
        judged = desk.judgements.get(item.id)
        for tagging in judged.taggings if judged and judged.relevance.verdict != "off-topic" else ():
            key = (item.id == candidate.lead.id, tagging.score, item.id)
            if tagging.tag not in best or key > best[tagging.tag][0]:
                best[tagging.tag] = (key, tagging)
    lines = [_tag_line(t, desk) for _, t in best.values()]
    return sorted(lines, key=lambda t: (-t.score, t.tag))


def most_telling(lines: Sequence[TagLine], asked: Sequence[str]) -> tuple[TagLine, ...]:
    """The tags an entry shows: up to four of our own facets, then up to three of published frameworks, one of each.

    Those asked for come first, then by certainty; two of a facet and of a quotation at most, and no facet that says what another
    says already ("Copyright" beside "Copyright and licences"). Of a framework's versions the newest speaks.
    """
    order = sorted(lines, key=lambda t: (t.tag not in asked, -t.score, t.tag))
    facets = _facets([t for t in order if t.facet])
    newest = {base: max(t.tag.partition(":")[0] for t in lines if _base(t) == base) for base in map(_base, lines)}
    frameworks: dict[str, TagLine] = {}
    for tag in order:
        if not tag.facet and tag.tag.partition(":")[0] == newest[_base(tag)]:
            frameworks.setdefault(_base(tag), tag)
    return (*facets, *list(frameworks.values())[:FRAMEWORKS_SHOWN])


def _base(tag: TagLine) -> str:
    """A framework without its version: "owasp-llm"."""
    return tag.tag.partition("@")[0]


def _facets(lines: Sequence[TagLine]) -> list[TagLine]:
    chosen: list[TagLine] = []
    crowd: dict[str, int] = {}
    for tag in lines:
        name = words(tag.name)
        again = any(tag.name.casefold() == c.name.casefold() or (name and name <= words(c.name)) for c in chosen)
        keys = (tag.facet, f"quote {tag.quote.casefold()}")
        if len(chosen) < FACETS_SHOWN and not again and all(crowd.get(k, 0) < 2 for k in keys):  # noqa: PLR2004 - variety
            chosen.append(tag)
            crowd.update({k: crowd.get(k, 0) + 1 for k in keys})
    return sorted(chosen, key=lambda t: (-t.score, t.tag))


def _sentence(deadline: Deadline, item: Item) -> str:
    """The sentence that states a date: the evidence itself, widened to its sentence when it is only a few words."""
    found = deadline.evidence
    if found is None:
        return (
            f"in the publisher's data, as “{deadline.source_field.replace('_', ' ')}”"
            if deadline.source_field
            else "in the publisher's data"
        )
    quote = safe.prose(found.quote)
    if len(quote) < 40 and found.field == "text":  # noqa: PLR2004 - a bare date says nothing by itself
        around = item.text[max(0, found.start - 600) : found.end + 600]
        quote = next((safe.prose(s) for s in sentences(around) if quote in safe.prose(s)), quote)
    return safe.clip(quote, _SENTENCE)


def date_line(deadline: Deadline, item: Item) -> DateLine:
    """A date that binds, as it is shown."""
    return DateLine(
        on=deadline.on,
        what=deadline.what,
        quote=_sentence(deadline, item),
        item_id=item.id,
        title=title_of(item),
        url=safe.link(item.url),
    )


def distinct(lines: Iterable[DateLine]) -> list[DateLine]:
    """Dates in order, each (day, meaning, title) once."""
    kept: dict[tuple[object, str, str], DateLine] = {}
    for one in sorted(lines, key=lambda d: (d.on, d.what, d.title, d.item_id)):
        kept.setdefault((one.on, one.what, one.title), one)
    return list(kept.values())


def dates_of(candidate: Candidate, desk: Desk) -> list[DateLine]:
    """The dates of a story from its week on, soonest first, each (day, meaning) once."""
    lines = [
        date_line(d, item)
        for item in sorted(candidate.items, key=lambda i: (i.id != candidate.lead.id, i.at, i.id))
        if (judged := desk.judgements.get(item.id)) and judged.relevance.verdict == "relevant"
        for d in judged.deadlines
        if d.on >= desk.week.starts_on
    ]
    kept: dict[tuple[object, str], DateLine] = {}
    for one in lines:
        kept.setdefault((one.on, one.what), one)
    return sorted(kept.values(), key=lambda d: (d.on, d.what))


def sources_of(candidate: Candidate, desk: Desk) -> tuple[SourceLine, ...]:
    """Every place a story stands, the speaking item first, then by weight and time; the same address once."""
    lines: dict[str, SourceLine] = {}
    order = sorted(
        candidate.items, key=lambda i: (i.id != candidate.lead.id, i.id in desk.duplicates, desk.tier(i), i.at, i.id)
    )
    for item in order:
        url = safe.link(item.url) or safe.link(item.canonical_url)
        copy = desk.document(item.id) != item.id or item.id != candidate.lead.id == desk.document(item.id)
        line = SourceLine(
            source=safe.clip(item.source, _SOURCE),
            title=title_of(item),
            url=url,
            host=safe.host(url),
            at=item.at,
            tier=desk.tier(item),
            item_id=item.id,
            duplicate=copy,
        )
        lines.setdefault(url or item.id, line)
    return tuple(lines.values())


def _summary(candidate: Candidate, tags: Sequence[TagLine], desk: Desk) -> tuple[str, ...]:
    """From the speaking item; from the next relevant item of the story only when that one is a mere headline."""
    quotes = [t.quote for t in tags]
    others = [i for i in candidate.items if desk.relevance(i).verdict == "relevant"]
    return next((s for i in (candidate.lead, *others) if (s := summarise(i, quotes))), ())


def _doctype(candidate: Candidate) -> Doctype:
    """What the story is: its lead's sort, but a press report of something that an incident log holds is an incident."""
    reported = candidate.lead.doctype in ("news", "post") and any(i.doctype == "incident" for i in candidate.items)
    return "incident" if reported else candidate.lead.doctype


def entry(candidate: Candidate, memory: rank.Memory, desk: Desk) -> Entry:
    """A candidate as the digest tells it."""
    tags, dates = tags_of(candidate, desk), dates_of(candidate, desk)
    summary = _summary(candidate, tags, desk)
    weight, at_stake = stakes(candidate, tags)
    summands = rank.parts(candidate, tags, dates, memory, desk, stakes=weight, readable=bool(summary))
    lead = candidate.lead
    return Entry(
        story_id=candidate.story_id,
        item_ids=tuple(i.id for i in candidate.items),
        title=title_of(lead),
        url=safe.link(lead.url) or safe.link(lead.canonical_url),
        summary=summary,
        doctype=_doctype(candidate),
        first_seen_at=lead.first_seen_at,
        published_at=lead.published_at,
        tags=most_telling(tags, desk.spec.tags),
        dates=tuple(dates[:DATES_SHOWN]),
        sources=sources_of(candidate, desk),
        score=round(sum(summands.values()), 4),
        parts=summands,
        why=rank.why(candidate, summands, tags, dates, desk, at_stake=at_stake),
    )

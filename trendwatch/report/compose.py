"""Choose and rank a week's stories → `Digest`: pure, and the same bytes from the same archive and configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from trendwatch.model import (
    DateLine,
    Digest,
    DigestSpec,
    Doctype,
    Duplicate,
    Entry,
    Item,
    Judgement,
    Left,
    Section,
    Source,
    SourceNote,
    Story,
    TagInfo,
    Trend,
)
from trendwatch.report import rank
from trendwatch.report.budget import Ranked, choose
from trendwatch.report.candidates import Candidate, weigh
from trendwatch.report.desk import Desk, Week
from trendwatch.report.entries import date_line, distinct, entry, title_of

UPCOMING_DAYS, UPCOMING_SHOWN, LEFT_SHOWN = 60, 12, 50
_THIN = 5  # fewer entries than this is a quiet week
_NOTHING: Mapping[str, int] = MappingProxyType({})


def _title_key(title: str) -> str:
    return "".join(c for c in title.casefold() if c.isalnum())


def _told_titles(desk: Desk) -> dict[str, str]:
    """Titles told in earlier issues, long enough to mean one story: the guard against a story that lost its id."""
    told = {_title_key(desk.items[i].title): week for i, (_, week) in sorted(desk.told.items()) if i in desk.items}
    return {key: week for key, week in told.items() if len(key) >= 25}  # noqa: PLR2004 - "Weekly update" may come weekly


def _weighed(desk: Desk) -> tuple[list[Candidate], list[Left]]:
    candidates: list[Candidate] = []
    left: list[Left] = []
    told = _told_titles(desk)
    for story in sorted(desk.stories, key=lambda s: s.id):
        found = weigh(story, desk)
        if isinstance(found, Left):
            left.append(found)
        elif found is not None:
            week = "" if found.told_week else told.get(_title_key(found.lead.title), "")
            if week:
                reason = f"told in {week} under the same title"
                left.append(Left(story_id=story.id, title=title_of(found.lead), score=found.relevance.score, reason=reason))
            else:
                candidates.append(found)
    return candidates, left


def _upcoming(sections: Mapping[Section, tuple[Entry, ...]], desk: Desk) -> tuple[DateLine, ...]:
    """Dates of the next 60 days that this issue or an earlier one told of, soonest first."""
    shown = {i for rows in sections.values() for e in rows for i in e.item_ids}
    last = desk.week.ends_on + timedelta(days=UPCOMING_DAYS)
    lines = [
        date_line(d, desk.items[i])
        for i in sorted(shown | set(desk.told))
        if i in desk.items and i in desk.judgements and desk.judgements[i].relevance.verdict == "relevant"
        for d in desk.judgements[i].deadlines
        if desk.week.ends_on < d.on <= last and desk.document(i) == i
    ]
    return tuple(distinct(lines)[:UPCOMING_SHOWN])


def _quiet(sections: Mapping[Section, tuple[Entry, ...]], desk: Desk) -> tuple[str, ...]:
    """What the week lacked, in sentences, of what the digest asks for."""
    floor = desk.spec.floor
    entries = [e for rows in sections.values() for e in rows]
    if not entries:
        return (f"A quiet week: no story was about the safety of generative AI with relevance of at least {floor:.2f}.",)
    said = []
    if len(entries) < _THIN:
        many = "one story" if len(entries) == 1 else f"{len(entries)} stories"
        said.append(f"A quiet week: only {many} passed the bar, and nothing was added to fill the page.")
    kinds = {e.doctype for e in entries} | {desk.items[i].doctype for e in entries for i in e.item_ids}
    names: dict[Doctype, str] = {"incident": "incident", "regulation": "rule or bill", "paper": "paper"}
    asked = desk.spec.doctypes or tuple(names)
    missing = [f"no {name}" for kind, name in names.items() if kind in asked and kind not in kinds]
    if missing:
        said.append(f"This week brought {' and '.join(', '.join(missing).rsplit(', ', 1))} that passed the bar.")
    return tuple(said)


def _counts(
    given: Mapping[str, int], candidates: int, left: int, sections: Mapping[Section, tuple[Entry, ...]]
) -> dict[str, int]:
    ours = {"weighed": candidates + left, "told": sum(map(len, sections.values()))}
    return {**ours, **dict(sorted(given.items()))}


def compose(
    spec: DigestSpec,
    *,
    week: str,
    now: datetime,
    stories: Sequence[Story],
    items: Mapping[str, Item],
    judgements: Mapping[str, Judgement],
    duplicates: Mapping[str, Duplicate],
    sources: Mapping[str, Source],
    tags: Mapping[str, TagInfo],
    told: Mapping[str, tuple[str, str]],
    notes: Sequence[SourceNote] = (),
    trends: Sequence[Trend] = (),
    counts: Mapping[str, int] = _NOTHING,
    fresh: frozenset[str] | None = None,
) -> Digest:
    """The issue of `week` ("2026-W09"). `told` maps item id → (story id, first week); weeks from this one on are not looked at.

    `now` is only stamped on the issue: what is told depends on the week alone. Raises ValueError when `week` is no ISO week.
    """
    told_before = {i: t for i, t in told.items() if t[1] < week}
    desk = Desk(
        spec=spec,
        week=Week.named(week, spec.timezone),
        stories=stories,
        items=items,
        judgements=judgements,
        duplicates=duplicates,
        sources=sources,
        tags=tags,
        told=told_before,
        told_stories=dict(sorted(told_before.values(), key=lambda t: t[1])),
        fresh=fresh,
    )
    candidates, left = _weighed(desk)
    memory = rank.remembered(desk)
    ranked = [
        Ranked(entry=entry(c, memory, desk), source=c.lead.source, context=c.relevance.verdict == "context") for c in candidates
    ]
    sections, beaten = choose(ranked, spec)
    out = sorted([*beaten, *left], key=lambda x: (-x.score, x.story_id))
    return Digest(
        name=spec.name,
        week=week,
        title=spec.title,
        starts_on=desk.week.starts_on,
        ends_on=desk.week.ends_on,
        composed_at=now,
        sections=sections,
        quiet=_quiet(sections, desk),
        upcoming=_upcoming(sections, desk),
        trends=tuple(trends),
        counts=_counts(counts, len(candidates), len(left), sections),
        notes=tuple(sorted(notes, key=lambda n: (n.state, n.source))),
        left_out=tuple(out[:LEFT_SHOWN]),
    )

"""Stage 2, its end: stories of what was seen and compared. It needs neither store nor model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from trendwatch.model import Duplicate, Item, Judgement, Story

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trendwatch.config import Config

WINDOW = timedelta(days=70)
"""How far back items can still join a story. Reports on one event lie within weeks; ten leave room for a slow court."""

MAYBE = 0.2
"""Relevance from which an off-topic item may still join a story: a headline that leaves out the AI is often a report of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The archive as of one moment, compared all with all: what stories are made from. It holds until something is stored.

    Of a year's archive this takes ten seconds, whatever the issue is: `enrich` and the issues composed right after it share one.
    """

    now: datetime
    items: Sequence[Item]
    vectors: NDArray[np.float32]
    judgements: Mapping[str, Judgement]
    duplicates: Sequence[Duplicate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The archive as of one moment, grouped."""

    items: Mapping[str, Item]
    duplicates: Mapping[str, Duplicate]
    stories: Sequence[Story]
    judgements: Mapping[str, Judgement]


def grouped(config: Config, seen: Survey, *, told: Mapping[str, str] | None = None, until: datetime | None = None) -> Groups:
    """Duplicates of a survey, and stories of the window that ends with it, or at `until`. `told` maps items to the stories whose
    ids they bear.

    What is clearly off topic is a story by itself: short headlines about anything find false friends, and nobody reads them.
    """
    from trendwatch.enrich import stories  # noqa: PLC0415 - numpy loads here, not with --help

    items, judged, same = seen.items, seen.judgements, seen.duplicates
    until = until or seen.now
    recent = [n for n, item in enumerate(items) if until - WINDOW <= item.at and (item.at <= until or until == seen.now)]
    members = {items[n].id for n in recent}
    window = [d for d in same if d.item_id in members and d.of_id in members]
    alone = frozenset(i for i in members if not _may_join(judged.get(i)))
    reports, threshold = [items[n] for n in recent], config.thresholds.story
    found = stories.group(reports, seen.vectors[recent], window, told or {}, alone, threshold=threshold)
    return Groups(items={i.id: i for i in items}, duplicates={d.item_id: d for d in same}, stories=found, judgements=judged)


def _may_join(judged: Judgement | None) -> bool:
    return judged is None or judged.relevance.verdict != "off-topic" or judged.relevance.score >= MAYBE


def windows(seen: Survey) -> list[datetime]:
    """The ends of the windows before the one that ends now, oldest first. They overlap by half, so that a story stays whole at an edge."""
    first = min((item.at for item in seen.items), default=seen.now)
    ends = [seen.now]
    while ends[-1] - WINDOW > first:
        ends.append(ends[-1] - WINDOW / 2)
    return ends[:0:-1]

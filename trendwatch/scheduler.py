"""What is due, worked out from the store: a restart forgets nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from trendwatch.model import Source, Visit

EARLY = 0.95
"""A visit may come this early: a daily timer is a little before or after its hour."""

LONGEST_WAIT = timedelta(days=1)
"""No visit asks for longer than this (`Visit.next_at`)."""


def due(sources: Sequence[Source], visits: Iterable[Visit], now: datetime) -> list[Source]:
    """The enabled sources whose time has come: never asked, or `every` has passed since the last visit, and no server or
    back-off asks to wait longer (`Visit.next_at`).
    """
    last = _last(visits)
    return [s for s in sources if s.enabled and due_at(s, last.get(s.name), now) <= now]


def next_due(sources: Sequence[Source], visits: Iterable[Visit], now: datetime) -> datetime | None:
    """The earliest moment at which a source is due; None when none is enabled."""
    last = _last(visits)
    return min((due_at(s, last.get(s.name), now) for s in sources if s.enabled), default=None)


def due_at(source: Source, last: Visit | None, now: datetime) -> datetime:
    """When a source is due, given its last visit: now when it was never asked."""
    if last is None:
        return now
    soonest = last.started_at + timedelta(seconds=source.every_s * EARLY)
    return max(soonest, last.next_at or soonest)


def relevant_since(sources: Sequence[Source], now: datetime) -> datetime:
    """Visits before this moment hold no source back any more: `due` needs the later ones only, and those after it."""
    slowest = max((s.every_s for s in sources if s.enabled), default=0)
    return now - max(timedelta(seconds=slowest), LONGEST_WAIT)


def _last(visits: Iterable[Visit]) -> dict[str, Visit]:
    last: dict[str, Visit] = {}
    for visit in visits:
        if visit.source not in last or visit.started_at >= last[visit.source].started_at:
            last[visit.source] = visit
    return last

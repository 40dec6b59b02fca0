"""What is due, worked out from the store: a restart forgets nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from trendwatch.model import Source, Visit

EARLY = 0.95
"""A visit may come this early: a daily timer is a little before or after its hour."""


def due(sources: Sequence[Source], visits: Iterable[Visit], now: datetime) -> list[Source]:
    """The enabled sources whose time has come: never asked, or `every` has passed since the last visit, and no server or
    back-off asks to wait longer (`Visit.next_at`).
    """
    last: dict[str, Visit] = {}
    for visit in visits:
        if visit.source not in last or visit.started_at >= last[visit.source].started_at:
            last[visit.source] = visit
    return [s for s in sources if s.enabled and _is_due(s, last.get(s.name), now)]


def _is_due(source: Source, last: Visit | None, now: datetime) -> bool:
    if last is None:
        return True
    if last.next_at is not None and last.next_at > now:
        return False
    return last.started_at + timedelta(seconds=source.every_s * EARLY) <= now

"""What is due, worked out from the store: a restart forgets nothing.

No timer decides here. Cron's `trendwatch run` and the APScheduler of `trendwatch serve` (`serving.alarm`) only ring; whoever hears
it asks this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from trendwatch.collect import closings, health
from trendwatch.model import Source, Visit

if TYPE_CHECKING:
    from trendwatch.storage import Store

EARLY = 0.95
"""A visit may come this early: a daily timer is a little before or after its hour."""


def due(sources: Sequence[Source], store: Store, now: datetime) -> list[Source]:
    """The enabled sources whose time has come: never asked, or its pace has passed since the last visit, and no server or
    back-off asks to wait longer (`Visit.next_at`), nor was it put off for the sake of a host that it still asks.
    """
    moments = _moments(sources, store, now)
    return [s for s in sources if s.enabled and moments[s.name] <= now]


def next_due(sources: Sequence[Source], store: Store, now: datetime) -> datetime | None:
    """The earliest moment at which a source is due; None when none is enabled."""
    return min(_moments(sources, store, now).values(), default=None)


def due_at(source: Source, last: Visit | None, dates: Sequence[datetime], now: datetime) -> datetime:
    """When a source is due, given its last visit and when it published: now when it was never asked.

    A source that publishes rarely is asked more rarely than `every` (`trendwatch.collect.health.pace_s`).
    """
    if last is None:
        return now
    soonest = last.started_at + timedelta(seconds=health.pace_s(source, dates, now) * EARLY)
    return max(soonest, last.next_at or soonest)


def _moments(sources: Sequence[Source], store: Store, now: datetime) -> dict[str, datetime]:
    enabled = [s for s in sources if s.enabled]
    names = [s.name for s in enabled]
    last = {v.source: v for v in store.last_visits(names, until=now)}
    dates = store.arrivals(names, until=now, most=health.LEARNED_FROM + 1)
    moments = {s.name: due_at(s, last.get(s.name), dates.get(s.name, ()), now) for s in enabled}
    put_off = closings.sources(store.memories([closings.KEEPER]), now, enabled)
    return moments | {name: max(moments[name], p.until) for name, p in put_off.items()}

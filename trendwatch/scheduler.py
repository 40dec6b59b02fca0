"""What is due, worked out from the store: a restart forgets nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from trendwatch.model import Source, Visit

EARLY = 0.95
"""A visit may come this early: a daily timer is a little before or after its hour."""

LONGEST_WAIT = timedelta(days=1)
"""No visit asks for longer than this (`Visit.next_at`)."""


def due(sources: Sequence[Source], visits: Iterable[Visit], now: datetime) -> list[Source]:
    """The enabled sources whose time has come: never asked, or `every` has passed since the last visit, and no server or
    back-off asks to wait longer (`Visit.next_at`). A crawl that found no network at all has asked nobody.
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


def offline_between(visits: Iterable[Visit]) -> tuple[datetime, datetime] | None:
    """When the crawls that found no network began and last happened; None when the last crawl reached somebody."""
    gone: list[datetime] = []
    for started_at, crawl in sorted(_crawls(visits).items(), reverse=True):
        if not _offline(crawl):
            break
        gone.append(started_at)
    return (gone[-1], gone[0]) if gone else None


def _last(visits: Iterable[Visit]) -> dict[str, Visit]:
    """The last visit of every source by a crawl that had a network."""
    last: dict[str, Visit] = {}
    for _, crawl in sorted(_crawls(visits).items()):
        if not _offline(crawl):
            last.update({visit.source: visit for visit in crawl})
    return last


def _crawls(visits: Iterable[Visit]) -> dict[datetime, list[Visit]]:
    """Visits by the crawl they belong to: all of one crawl bear its moment."""
    crawls: dict[datetime, list[Visit]] = defaultdict(list)
    for visit in visits:
        crawls[visit.started_at].append(visit)
    return crawls


def _offline(crawl: Sequence[Visit]) -> bool:
    if any(v.status or v.succeeded for v in crawl):
        return False
    from trendwatch.collect.crawl import offline  # noqa: PLC0415 - loads the network library, which few look-ups need

    return offline(crawl)

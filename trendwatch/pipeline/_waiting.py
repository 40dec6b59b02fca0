"""Hosts that want to be left alone: what the store knows of them at the start of a step, and what is told of sources put off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from trendwatch.collect import closings, health
from trendwatch.collect.closings import PutOff
from trendwatch.collect.pace import Pace
from trendwatch.errors import ClosedError
from trendwatch.model import Memory, Source, SourceState, Visit

if TYPE_CHECKING:
    from trendwatch.storage import Store

AGAIN_AND_AGAIN = timedelta(days=3)
"""A source put off for so long, because its host answers others of its sources that they come too often, is one that nobody reads."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def paced(pace: Pace | None, store: Store, now: datetime) -> Pace:
    """The pace of a step that begins: the one handed on from the step before, or a new one, with what the store knows."""
    pace = pace or Pace()
    pace.begin(now, closings.queues(store.memories([closings.KEEPER]), now))
    return pace


def in_order(sources: Sequence[Source], store: Store, now: datetime) -> list[Source]:
    """Who was asked longest ago comes first, once hosts have closed: one source that is always refused must not, by being first
    whenever its host opens, keep the others of that host from ever being asked.
    """
    if not store.memories([closings.KEEPER]):
        return list(sources)
    last = {v.source: v.started_at for v in store.last_visits([s.name for s in sources], until=now)}
    return sorted(sources, key=lambda s: last.get(s.name, NEVER))


def keep(store: Store, memories: Sequence[Memory], now: datetime) -> None:
    """Store what was asked of us, so that the next process knows it."""
    if memories:
        store.remember(memories, seen_at=now)


class Waiting:
    """Queues closed and sources put off in a crawl, on their way to the store."""

    def __init__(self, pace: Pace, now: datetime, tell: Callable[[PutOff], None] = lambda _: None) -> None:
        self.now, self.put_off = now, 0
        self._pace, self._tell = pace, tell
        self._fresh: list[PutOff] = []

    def take(self, source: Source, error: ClosedError) -> None:
        """One more is put off."""
        self.put_off += 1
        address = source.reader.address()
        self._fresh.append(PutOff(source=source.name, queue=error.queue, until=error.until, address=address))

    def taken(self) -> tuple[list[Memory], list[PutOff]]:
        """What came since this was last asked: as the store keeps it, and who is to be told of."""
        fresh, self._fresh = self._fresh, []
        return closings.memories(self._pace.unkept(), fresh), fresh

    def told(self, put_off: Iterable[PutOff]) -> None:
        """Tell of those that are stored."""
        for one in put_off:
            self._tell(one)


def told(
    states: Sequence[SourceState], sources: Sequence[Source], visits: Sequence[Visit], store: Store, now: datetime
) -> list[SourceState]:
    """The states, with why and until when a source is put off; it is blocked when that goes on and on. Worst first."""
    waiting = closings.sources(store.memories([closings.KEEPER]), now, sources)
    if not waiting:
        return list(states)
    asked = {v.source: v.started_at for v in visits}
    since = closings.since([v for v in store.versions(closings.KEEPER) if v[0] <= now], asked)
    found = [_told(s, waiting[s.source], since.get(s.source, now), now) if s.source in waiting else s for s in states]
    return sorted(found, key=lambda s: (health.ORDER.index(s.state), s.source))


def _told(state: SourceState, put_off: PutOff, since: datetime, now: datetime) -> SourceState:
    long = now - since >= AGAIN_AND_AGAIN
    reason = f"not asked since {since:%Y-%m-%d}, {put_off}" if long else f"{state.reason}; {put_off}"
    return replace(state, state="blocked" if long and state.state not in health.ALARMS else state.state, reason=reason)

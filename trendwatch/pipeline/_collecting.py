"""Stage 1: ask the sources, store what is new, see how each is."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from trendwatch.collect import health, identity, patience
from trendwatch.collect.closings import PutOff
from trendwatch.collect.crawl import crawl, offline
from trendwatch.collect.pace import Pace
from trendwatch.collect.urls import host
from trendwatch.errors import OfflineError
from trendwatch.model import Item, Memory, Source, SourceState, Validators, Visit
from trendwatch.pipeline import _waiting
from trendwatch.pipeline._following import followed
from trendwatch.pipeline._progress import Progress, quiet

if TYPE_CHECKING:
    from trendwatch.config import Config
    from trendwatch.storage import Store

LOOK_S = 0.25
"""Seconds between two looks up from a crawl."""
TOGETHER = 200
"""So many visits and items are worth a write; fewer are written when `LOOK_S` has passed."""
MOST_TOGETHER = 2000
"""So many are written at once at most: what a signal or a full disk interrupts is done again."""
MOST_WAITING = 4000
"""While more wait to be written, nothing new is asked for: a slow disk must not fill the memory."""


def collect(
    config: Config,
    store: Store,
    *,
    now: datetime,
    sources: Sequence[Source] | None = None,
    progress: Progress = quiet,
    tell: Callable[[Visit], None] = lambda _: None,
    tell_put_off: Callable[[PutOff], None] = lambda _: None,
    pace: Pace | None = None,
) -> list[Visit]:
    """Ask the sources (default: all enabled ones) and store what is new. Raises OfflineError when no host could be reached.

    `tell` hears of every visit once it is stored, `tell_put_off` of every source that was not asked because its host wants to be
    left alone; of that the store keeps until when. `progress` is called then, and now and then while all wait. What they raise
    ends the crawl, between two writes. `pace` is handed on from step to step of a run.
    """
    asked = _waiting.in_order([s for s in (config.sources if sources is None else sources) if s.enabled], store, now)
    names = [s.name for s in asked]
    last = {v.source: v.started_at for v in store.last_visits(names, until=now, succeeded=True)}
    remembering = [s.name for s in asked if s.reader.remembers]
    pace = _waiting.paced(pace, store, now)
    kept = _Kept(store, {s.name: s.every_s for s in asked}, tell, _waiting.Waiting(pace, now, tell_put_off))

    def look() -> None:
        progress("crawl", len(kept.visits) + len(kept.unreached) + kept.waits.put_off, len(asked))

    work = crawl(
        asked,
        network=config.network,
        since=last,
        validators=store.known_validators(),
        now=now,
        on_visit=kept.take,
        memories=store.memories(remembering) if remembering else {},
        secrets=config.variables,
        room=kept.room,
        pace=pace,
        on_closed=kept.waits.take,
    )
    with ThreadPoolExecutor(1, thread_name_prefix="store") as writer:  # waits for its write, whatever ends the crawl
        asyncio.run(kept.stored(work, look, writer))
    if offline([*kept.visits, *kept.unreached]):
        raise OfflineError(
            f"none of the {len(asked)} sources could be reached: this machine seems to have no network. "
            "`make demo` shows trendwatch on a bundled sample, without one."
        )
    kept.write_unreached()
    return sorted(kept.visits, key=lambda v: v.source)


_Brought = tuple[Visit, Sequence[Item], Sequence[Validators], Sequence[Memory]]


class _Kept:
    """Visits on their way to the store: `visits` are stored, `unreached` wait for the end."""

    def __init__(
        self, store: Store, every_s: Mapping[str, int], tell: Callable[[Visit], None], waits: _waiting.Waiting
    ) -> None:
        self.waits = waits
        self._store, self._every_s, self._tell = store, every_s, tell
        self._waiting: list[_Brought] = []
        self._weight = 0
        self._worth_it, self._roomy = asyncio.Event(), asyncio.Event()
        self._roomy.set()
        self.visits: list[Visit] = []
        self.unreached: list[Visit] = []

    async def room(self) -> None:
        """Wait while much waits to be written."""
        await self._roomy.wait()

    async def stored(self, work: Coroutine[Any, Any, Any], look: Callable[[], None], writer: Executor) -> None:
        """Do the work, and store what it hands over while it goes on; what `look` raises ends it, though every source keeps us waiting.

        A thread writes, one batch after another: a disk that takes its time, and SQLite itself, hold up neither network nor readers.
        """
        task = asyncio.ensure_future(work)
        task.add_done_callback(lambda _: self._worth_it.set())
        try:
            while not task.done():
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._worth_it.wait()
                self._worth_it.clear()
                await self._store_some(look, writer)
                look()
        finally:
            task.cancel()
            await asyncio.wait({task})
        task.result()
        await self._store_some(look, writer)
        while self._waiting:
            await self._store_some(look, writer)
        look()

    async def _store_some(self, look: Callable[[], None], writer: Executor) -> None:
        """Write one batch, looking up while it takes long."""
        batch, (asked, put_off) = self._next_batch(), self.waits.taken()
        if not batch and not asked:
            return
        writing = asyncio.get_running_loop().run_in_executor(writer, self._write, batch, asked)
        while not (await asyncio.wait({writing}, timeout=LOOK_S))[0]:
            look()
        self._told(writing.result())
        self.waits.told(put_off)

    def _next_batch(self) -> list[_Brought]:
        size = weight = 0
        while size < len(self._waiting) and weight < MOST_TOGETHER:
            weight += _weight(self._waiting[size])
            size += 1
        batch, self._waiting = self._waiting[:size], self._waiting[size:]
        self._weigh(-weight)
        return batch

    def _weigh(self, more: int) -> None:
        """Count what waits, and say who may go on."""
        self._weight += more
        if self._weight >= TOGETHER:
            self._worth_it.set()
        if self._weight < MOST_WAITING:
            self._roomy.set()
        else:
            self._roomy.clear()

    def take(self, visit: Visit, items: Sequence[Item], *more: Any) -> None:
        """Hold a visit. One without any answer waits for the end: then it shows whether this machine is to blame."""
        if visit.status == 0 and not visit.succeeded:
            self.unreached.append(visit)
        else:
            self._waiting.append((visit, items, *more))
            self._weigh(_weight(self._waiting[-1]))

    def write_unreached(self) -> None:
        """Store the visits without any answer."""
        waiting, self.unreached = self.unreached, []
        if waiting:
            self._told(self._write([(visit, (), (), ()) for visit in waiting]))

    def _write(self, waiting: Sequence[_Brought], asked: Sequence[Memory] = ()) -> list[Visit]:
        """All or nothing; the visits as they were stored."""
        with self._store.batch():
            _waiting.keep(self._store, asked, self.waits.now)
            return [self._add(*one) for one in waiting]

    def _told(self, stored: Sequence[Visit]) -> None:
        self.visits += stored
        for visit in stored:
            self._tell(visit)

    def _add(self, visit: Visit, items: Sequence[Item], *more: Any) -> Visit:
        visit = _patient(self._store, visit, self._every_s[visit.source])
        added = self._store.add_visit(visit, recognised(self._store, visit.source, items), *more)
        return replace(visit, new=len(added.new), revised=len(added.revised))


def _weight(brought: _Brought) -> int:
    return 1 + len(brought[1])


def _patient(store: Store, visit: Visit, every_s: int) -> Visit:
    """A failed visit with the moment before which the source is not asked again (`trendwatch.collect.patience`)."""
    if visit.succeeded:
        return visit
    before = store.visits(source=visit.source, since=visit.started_at - patience.REMEMBERED, until=visit.started_at)
    return replace(visit, next_at=patience.next_at(visit, before, every_s))


def recognised(store: Store, source: str, items: Sequence[Item]) -> Sequence[Item]:
    """Items under the ids they are known by, when a publisher rewrote them: one entry's or all of a feed's."""
    known = store.known(i.id for i in items)
    strange = [i for i in items if i.id not in known]
    akin = store.akin(source, strange) if strange else []
    if not akin:
        return items
    published = store.published_hashes(source)  # an article's text is not what the publisher's feed holds
    here = {i.id: i for i in [*store.items(ids=known), *akin]}.values()
    return identity.adopt(items, [replace(i, content_hash=published.get(i.id, i.content_hash)) for i in here])


def states(config: Config, store: Store, *, now: datetime) -> list[SourceState]:
    """What each source's visits, and the items they brought, say of its health; worst first."""
    seen: dict[str, list[datetime]] = defaultdict(list)
    arrivals: dict[str, list[health.Arrival]] = defaultdict(list)
    known = store.duplicates()
    copies: Counter[str] = Counter()
    for item in store.items(seen_until=now):
        seen[item.source].append(item.at)
        arrivals[item.source].append(
            health.Arrival(seen_at=item.first_seen_at, published_at=item.published_at, host=host(item.canonical_url))
        )
        copies[item.source] += item.id in known
    config = followed(config, store)
    visits = store.visits(until=now)
    found = health.states(config.sources, visits, seen, now, arrivals=arrivals, duplicates=copies)
    return _waiting.told(found, config.sources, visits, store, now)

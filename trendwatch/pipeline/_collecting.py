"""Stage 1: ask the sources, store what is new, see how each is."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from trendwatch.collect import health, identity, patience
from trendwatch.collect.crawl import crawl, offline
from trendwatch.collect.urls import host
from trendwatch.errors import OfflineError
from trendwatch.model import Item, Memory, Source, SourceState, Validators, Visit
from trendwatch.pipeline._following import followed
from trendwatch.pipeline._progress import Progress, quiet

if TYPE_CHECKING:
    from trendwatch.config import Config
    from trendwatch.storage import Store

LOOK_S = 0.25
"""Seconds between two looks up from a crawl."""


def collect(
    config: Config,
    store: Store,
    *,
    now: datetime,
    sources: Sequence[Source] | None = None,
    progress: Progress = quiet,
    tell: Callable[[Visit], None] = lambda _: None,
) -> list[Visit]:
    """Ask the sources (default: all enabled ones) and store what is new. Raises OfflineError when no host could be reached.

    `tell` hears of every visit once it is stored. `progress` is called then, and now and then while all wait. What they raise
    ends the crawl, between two writes.
    """
    asked = [s for s in (config.sources if sources is None else sources) if s.enabled]
    names = [s.name for s in asked]
    every_s = {s.name: s.every_s for s in asked}
    last = {v.source: v.started_at for v in store.last_visits(names, until=now, succeeded=True)}
    remembering = [s.name for s in asked if s.reader.remembers]
    visits: list[Visit] = []
    unreached: list[Visit] = []

    def keep(visit: Visit, items: Sequence[Item], validators: Sequence[Validators], memories: Sequence[Memory]) -> None:
        if visit.status == 0 and not visit.succeeded:
            unreached.append(visit)  # no answer at all: whether the source or this machine is to blame shows at the end
            visits.append(visit)
        else:
            visit = _patient(store, visit, every_s[visit.source])
            added = store.add_visit(visit, _recognised(store, visit.source, items), validators, memories)
            visits.append(replace(visit, new=len(added.new), revised=len(added.revised)))
            tell(visits[-1])
        progress("crawl", len(visits), len(asked))

    work = crawl(
        asked,
        network=config.network,
        since=last,
        validators=store.known_validators(),
        now=now,
        on_visit=keep,
        memories=store.memories(remembering) if remembering else {},
        secrets=config.variables,
    )
    asyncio.run(_watched(work, lambda: progress("crawl", len(visits), len(asked))))
    if offline(visits):
        raise OfflineError(
            f"none of the {len(asked)} sources could be reached: this machine seems to have no network. "
            "`make demo` shows trendwatch on a bundled sample, without one."
        )
    for visit in unreached:
        store.add_visit(_patient(store, visit, every_s[visit.source]))
        tell(visit)
    return sorted(visits, key=lambda v: v.source)


async def _watched(work: Coroutine[Any, Any, None], look: Callable[[], None]) -> None:
    """Do the work and look up now and then: what `look` raises ends it, though every source keeps us waiting."""
    task = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({task}, timeout=LOOK_S))[0]:
            look()
    finally:
        task.cancel()
        await asyncio.wait({task})
    task.result()


def _patient(store: Store, visit: Visit, every_s: int) -> Visit:
    """A failed visit with the moment before which the source is not asked again (`trendwatch.collect.patience`)."""
    if visit.succeeded:
        return visit
    before = store.visits(source=visit.source, since=visit.started_at - patience.REMEMBERED, until=visit.started_at)
    return replace(visit, next_at=patience.next_at(visit, before, every_s))


def _recognised(store: Store, source: str, items: Sequence[Item]) -> Sequence[Item]:
    """Items under the ids they are known by, when a publisher rewrote them; looked for only where most of a feed is new."""
    known = {i.id for i in store.items(ids=[i.id for i in items])}
    if len(items) - len(known) <= len(items) // 2:
        return items
    return identity.adopt(items, store.items(source=source))


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
    return health.states(config.sources, store.visits(until=now), seen, now, arrivals=arrivals, duplicates=copies)

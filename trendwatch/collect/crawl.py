"""The loop: ask a source, read what came, ask for what the page points to. One failing source is a visit, the others go on.

Sources are visited at once as far as hosts and limits allow, hosts taking turns. A source's visit is handed on the moment
it is over, with its items and then the validators that stand for them, so a killed run loses only the visits in hand.
"""

from __future__ import annotations

import asyncio
import zlib
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from trendwatch import __version__
from trendwatch.collect import wire
from trendwatch.collect.child import Readers
from trendwatch.collect.fetch import PUBLIC_HEADERS, Fetcher, always
from trendwatch.collect.guard import split
from trendwatch.collect.pace import Pace
from trendwatch.collect.reading import Normalise, Reading, read
from trendwatch.collect.sources import SourceKind
from trendwatch.collect.tally import Tally
from trendwatch.errors import ClosedError, CollectError, FetchError, ParseError
from trendwatch.model import Item, Memory, Network, Request, Response, Skip, Source, Validators, Visit

OnVisit = Callable[[Visit, Sequence[Item], Sequence[Validators], Sequence[Memory]], None]
OnClosed = Callable[[Source, ClosedError], None]
Memories = Mapping[tuple[str, str], str]

NOTHING: Mapping[Any, Any] = MappingProxyType({})
VISITS_PER_SLOT = 16  # visits under way for each request allowed at once: most only wait for their host's turn
FULL_EVERY_DAYS = 60  # each address is now and then asked without validators: some servers say "not modified" for ever
_NO_NETWORK = (wire.NO_RESOLVER, wire.NO_NAME, wire.NO_ROUTE)
_SAME = {200, 304}  # an answer without content, 204, confirms nothing
_SURE_HOSTS = 3  # so many different names not found are no typing errors


async def crawl(
    sources: Sequence[Source],
    *,
    network: Network,
    since: Mapping[str, datetime | None],
    validators: Mapping[str, Validators],
    now: datetime,
    on_visit: OnVisit,
    max_requests: int = 50,
    memories: Memories = NOTHING,
    secrets: Mapping[str, str] = NOTHING,
    normalise: Normalise | None = None,
    ca_file: str = "",
    room: Callable[[], Awaitable[object]] = always,
    pace: Pace | None = None,
    on_closed: OnClosed | None = None,
) -> None:
    """Visit every source once. `now` stamps visits and items; errors of `on_visit` end the crawl and are raised.

    `memories` is what kinds left at earlier visits, by source and URL; `secrets` what credentials may name, by variable; `room`
    returns when what `on_visit` took leaves room for more. `pace` knows what hosts asked for before; a source whose host wants to
    be left alone is handed to `on_closed` in place of a visit, or is a failed visit where nobody listens.
    """
    under_way = asyncio.Semaphore(network.at_once * VISITS_PER_SLOT)

    async def both() -> None:
        await readers.room()
        await room()

    async with (
        Readers(normalise) as readers,
        Fetcher(
            network, validators=validators, version=__version__, secrets=secrets, ca_file=ca_file, room=both, pace=pace
        ) as fetcher,
    ):
        crawler = _Crawler(fetcher, readers, network, validators, now, on_visit, max_requests, memories, normalise, on_closed)
        try:
            async with asyncio.TaskGroup() as tasks:
                for source in in_turn(sources):
                    await under_way.acquire()
                    task = tasks.create_task(crawler.visit(source, since.get(source.name)))
                    task.add_done_callback(lambda _: under_way.release())
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None


def in_turn(sources: Sequence[Source]) -> list[Source]:
    """The first source of every host, then the second of every host …: a host with many sources holds up nobody."""
    hosts: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        hosts[_host(source)].append(source)
    return [s for row in zip_longest(*hosts.values()) for s in row if s is not None]


def _host(source: Source) -> str:
    with suppress(Exception):  # whatever is wrong with a source is told by its visit
        return split(source.reader.address()).host
    return ""


def offline(visits: Sequence[Visit]) -> bool:
    """Whether a crawl's visits say that this machine has no network: every host failed before it was reached, for want of names
    or of a route. One or two names that do not exist are no proof.
    """
    asked = [v for v in visits if v.outcome != "policy"]
    if not asked or not all(v.status == 0 and v.error.startswith(_NO_NETWORK) for v in asked):
        return False
    return len({v.error for v in asked}) >= _SURE_HOSTS or not all(v.error.startswith(wire.NO_NAME) for v in asked)


@dataclass(frozen=True, slots=True)
class _Crawler:
    fetcher: Fetcher
    readers: Readers
    network: Network
    validators: Mapping[str, Validators]
    now: datetime
    on_visit: OnVisit
    max_requests: int
    memories: Memories
    normalise: Normalise | None
    on_closed: OnClosed | None

    async def visit(self, source: Source, since: datetime | None) -> None:
        """Ask and read one source; hand on what came of it."""
        clock = asyncio.get_running_loop().time
        started, tally = clock(), Tally()
        try:
            await self._ask_all(source, source.reader.start(since), tally)
        except CollectError as error:
            tally.failures.append(error)
        if self.on_closed and tally.closed:
            self.on_closed(source, tally.closed)
            return
        visit = tally.visit(source, self.now, clock() - started)
        self.on_visit(visit, tuple(tally.items.values()), tally.kept_validators(), tally.remembered(source))

    async def _ask_all(self, source: Source, first: Sequence[Request], tally: Tally) -> None:
        waiting, known = deque(first), {r.url for r in first}
        asked = 0
        while waiting:
            if asked >= self.max_requests:
                tally.skipped.append(
                    Skip(what=waiting[0].url[:200], reason=f"not asked: {asked} requests are enough for one visit")
                )
                return
            request = waiting.popleft()
            asked += 1
            try:
                reading = await self._ask(source, request, tally)
            except (FetchError, ParseError) as error:
                tally.failed(error)
                continue
            for more in self._follow(request, reading, tally) if reading else ():
                if more.url not in known:
                    known.add(more.url)
                    waiting.append(more)

    async def _ask(self, source: Source, request: Request, tally: Tally) -> Reading | None:
        """One request: what its answer held, None when it was the last one again."""
        reader: SourceKind = source.reader
        robots = reader.obeys_robots or self.network.robots_for_feeds
        fetched = await self.fetcher.get(self._unstuck(request), robots=robots)
        tally.answered(fetched)
        if fetched.response is None:
            tally.sums["not_modified"] += 1
            if fetched.status in _SAME:  # what was read before stands at its new address
                tally.moved_to = tally.moved_to or fetched.moved_to
            if fetched.validators:
                tally.validators.append((fetched.validators, False))
            return None
        memory = self.memories.get((source.name, request.url), "")
        reading = await self._read(source, replace(fetched.response, memory=memory) if memory else fetched.response)
        tally.note(reading, request)
        tally.moved_to = tally.moved_to or fetched.moved_to
        if fetched.validators and not (reading.damaged or reading.warning or reading.unsettled):
            tally.validators.append((fetched.validators, bool(reading.requests)))
        return reading

    async def _read(self, source: Source, response: Response) -> Reading:
        if source.reader.bulky:
            return await self.readers.read(source, response, self.now)
        try:
            return read(source, response, self.now, *([self.normalise] if self.normalise else []))
        except RecursionError as error:
            raise ParseError("the answer is nested too deeply") from error

    def _follow(self, asked: Request, reading: Reading, tally: Tally) -> Sequence[Request]:
        """Keep what a page brought; what it points to is asked, unless it only repeated pages before it."""
        repeated = bool(reading.keys) and reading.keys <= tally.keys
        tally.keys |= reading.keys
        for item in reading.items:
            if item.id in tally.items and not repeated:
                tally.skipped.append(Skip(what=item.title[:100], reason="has the same id as an entry on a page before"))
            tally.items.setdefault(item.id, item)
        if repeated and reading.requests:
            tally.skipped.append(
                Skip(what=reading.requests[0].url[:200], reason="not asked: the page before it brought nothing new")
            )
            return ()
        return [_at_home(r, asked) for r in reading.requests]

    def _unstuck(self, request: Request) -> Request:
        if request.url not in self.validators:
            return request
        due = zlib.crc32(request.url.encode()) % FULL_EVERY_DAYS == self.now.toordinal() % FULL_EVERY_DAYS
        return replace(request, conditional=False) if due else request


def _at_home(request: Request, asked: Request) -> Request:
    """A page may point anywhere, but a kind's own headers, which may hold a key, stay with the origin they were meant for."""
    with suppress(FetchError):
        if split(request.url).origin == split(asked.url).origin:
            return request
    return replace(request, headers={k: v for k, v in request.headers.items() if k.lower() in PUBLIC_HEADERS})

"""Whether sources die unnoticed, and whether the living are called dead: sixteen kinds of failure over twelve simulated weeks.

Sixteen publishers (several a day, on working days, twice a week at random, weekly, monthly, in bursts, and arXiv's batches with
its weekends and holidays) are watched for twelve weeks at the pace that their habit earns (`every` after a failure). Real are the pace, the crawl's visit,
the parser, the cleaned items and the health told of them; simulated are the web and the clock. One answer in fifty fails on the way, and
each publisher's server is down for up to ten hours once.

`health.recall`: every failure of every kind begins in weeks 3 to 8 at a moment of its own and stays. It counts as noticed when a state
that names it rightly stands within the source's own cadence. For failures that the answers show, that is the mean time between
its publications in the year before, at least a day, from the first visit that meets it. For those that no answer shows (frozen,
wrong dates, another's entries; empty lists at arXiv, which are usual) it is twice the longest time between publications in that
year, at least four days, from the last entry that was good. The replay goes on until then, though the twelve weeks be over.
`health.false_alarms_per_100`: of 100 weeks of a healthy source, those in which any visit left a state that asks for attention.
Seeds 1 to 10 were used while the rules were made; the figures are those of seeds 101 to 103.
"""

from __future__ import annotations

import asyncio
import random
import re
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from harness import Measure, main
from health_world import DAY, FAILURES, HOUR, UNSEEN, Answer, Publisher, good, publishers, starts

from trendwatch.collect import _habit, health
from trendwatch.collect.crawl import _Crawler
from trendwatch.collect.fetch import Fetched
from trendwatch.collect.reading import Reading, read
from trendwatch.collect.sources.feed import Feed
from trendwatch.collect.urls import host
from trendwatch.errors import FetchError, ParseError
from trendwatch.model import Item, Network, Request, Response, Source, SourceState, Validators, Visit

TUNED = (1, 2, 3, 4)
HELD_OUT = (101, 102, 103)
WEEKS = 12
HICCUPS = 0.02
SPARSE = frozenset({"empty", "frozen"})
"""One and the same failure where the feed is emptied by habit."""
Web = Callable[[datetime], Answer]


class Readers:
    """Parses as a crawl does, each distinct answer once."""

    def __init__(self) -> None:
        self._known: dict[bytes, Reading | ParseError] = {}

    async def read(self, source: Source, response: Response, now: datetime) -> Reading:
        """See trendwatch.collect.child.Readers.read."""
        key = re.sub(rb"<lastBuildDate>.*?</lastBuildDate>", b"", response.body) + response.url.encode()
        if key not in self._known:
            try:
                self._known[key] = read(source, response, now)
            except ParseError as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, ParseError):
            raise found
        return found


@dataclass
class Watched:
    """A source under watch: what a store would hold of it."""

    who: Publisher
    source: Source
    visits: list[Visit] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    last_body: bytes = b""

    def copy(self) -> Watched:
        """The same, to go on otherwise."""
        return Watched(self.who, self.source, [*self.visits], {**self.items}, self.last_body)

    def state(self, now: datetime) -> SourceState:
        """Its health."""
        name, items = self.source.name, self.items.values()
        arrivals = [
            health.Arrival(seen_at=i.first_seen_at, published_at=i.published_at, host=host(i.canonical_url)) for i in items
        ]
        return health.states([self.source], self.visits, {name: [i.at for i in items]}, now, arrivals={name: arrivals})[0]

    def next_at(self) -> datetime:
        """When it is due."""
        last = self.visits[-1].started_at
        if not self.visits[-1].succeeded:
            return last + timedelta(seconds=self.source.every_s)
        return last + timedelta(seconds=_habit.pace_s(self.source, [i.at for i in self.items.values()], last))


@dataclass
class Wire:
    """Stands for the fetcher: answers at a moment, and says when nothing changed."""

    watched: Watched
    web: Web
    now: datetime

    async def get(self, request: Request, *, robots: bool = False) -> Fetched:
        """See trendwatch.collect.fetch.Fetcher.get."""
        del robots
        answer = self.web(self.now)
        kept = Validators(url=request.url)
        same, self.watched.last_body = answer.body == self.watched.last_body, answer.body
        whole = Response(request=request, url=answer.url, status=answer.status, headers={}, body=answer.body)
        return Fetched(
            response=None if same else whole,
            validators=kept,
            url=answer.url,
            bytes=len(answer.body),
            requests=1,
            status=answer.status,
        )


async def visit(watched: Watched, web: Web, now: datetime, readers: Readers) -> None:
    """One visit by the real crawler, stored as a store would."""

    def keep(seen: Visit, items: Sequence[Item], *_: object) -> None:
        fresh = {i.id: replace(i, first_seen_at=now) for i in items if i.id not in watched.items}
        watched.items |= fresh
        watched.visits.append(replace(seen, new=len(fresh)))

    body = watched.last_body
    fetcher: Any = Wire(watched, web, now)  # stands in for a Fetcher
    crawler = _Crawler(
        fetcher=fetcher,
        readers=readers,
        network=Network(),
        validators={},
        now=now,
        on_visit=keep,
        max_requests=5,
        memories={},
        normalise=None,
        on_closed=None,
    )
    await crawler.visit(watched.source, None)
    if not watched.visits[-1].succeeded:
        watched.last_body = body  # validators stand only for what was read


def unsteady(web: Web, rng: random.Random, start: datetime) -> Web:
    """The same web with hiccups and one night of maintenance."""
    down = start + DAY * rng.uniform(3, 80)
    up = down + HOUR * rng.uniform(1, 10)

    def ask(now: datetime) -> Answer:
        if down < now < up:
            raise FetchError("HTTP 503: the server failed", status=503)
        if rng.random() < HICCUPS:
            raise FetchError("no whole answer within 30 s")
        return web(now)

    return ask


@dataclass
class Tally:
    """What a seed brought."""

    noticed: Counter[str] = field(default_factory=Counter)
    injected: Counter[str] = field(default_factory=Counter)
    alarmed_weeks: int = 0
    weeks: int = 0
    waited: list[float] = field(default_factory=list)
    plainly: int = 0  # noticed within the mean time between publications


async def replay(seed: int, tally: Tally) -> None:
    """All publishers of a seed: healthy for twelve weeks, and broken in every way."""
    start = starts(seed)
    for who in publishers(seed, start):
        rng, readers = random.Random(f"{seed} {who.name}"), Readers()
        broken = sorted((start + DAY * rng.uniform(14, 56), name) for name in FAILURES)
        watched = Watched(who, Source(name=who.name, kind="feed", reader=Feed(url=who.url), every_s=who.every_s))
        web = unsteady(lambda now, who=who: good(who, now), rng, start)
        now, alarms = start + HOUR * rng.uniform(0, 6), set()
        while now < start + 7 * WEEKS * DAY:
            while broken and broken[0][0] <= now:
                await fail(watched.copy(), broken[0][1], now, readers, tally)
                broken.pop(0)
            await visit(watched, web, now, readers)
            state = watched.state(now)
            if state.state in health.ALARMS and (week := (now - start) // (7 * DAY)) not in alarms:
                alarms.add(week)
                print(
                    f"  false alarm: seed {seed} {who.name} {now:%Y-%m-%d %a}: {state.state}: {state.reason}", file=sys.stderr
                )
            now = watched.next_at() + timedelta(minutes=rng.uniform(0, 20))
        tally.alarmed_weeks += len(alarms)
        tally.weeks += WEEKS


async def fail(watched: Watched, name: str, broke: datetime, readers: Readers, tally: Tally) -> None:
    """Break a source and see whether it is noticed in time."""
    who, (answer, rightly) = watched.who, FAILURES[name]
    gaps = who.gaps(broke)
    plain = broke + max(sum(gaps, timedelta(0)) / len(gaps), DAY)
    if name in UNSEEN or (who.daily and name in SPARSE):
        limit = max(t for t in who.times if t <= broke) + max(2 * gaps[-1], 4 * DAY)
    else:
        limit = plain
    tally.injected[name] += 1
    now = broke
    while now <= limit:
        await visit(watched, lambda at: answer(who, broke, at), now, readers)
        if watched.state(now).state in rightly | (SPARSE if who.daily else frozenset()):
            tally.noticed[name] += 1
            tally.waited.append((now - broke) / DAY)
            tally.plainly += now <= plain
            return
        now = watched.next_at() + timedelta(minutes=7)
    state = watched.state(min(now, limit))
    print(
        f"  missed: {name} of {who.name} ({broke:%Y-%m-%d} to {limit:%Y-%m-%d}): {state.state}: {state.reason}", file=sys.stderr
    )


def measure(shared: Path) -> list[Measure]:  # noqa: ARG001 - the shape of every benchmark
    """The figures of the held-out seeds; nothing of `shared` is read."""
    return figures(HELD_OUT)


def figures(seeds: Sequence[int]) -> list[Measure]:
    """The figures of some seeds, by kind on the error stream."""
    tally = Tally()
    for seed in seeds:
        asyncio.run(replay(seed, tally))
    for name, count in tally.injected.items():
        print(f"  {name}: {tally.noticed[name]} of {count}", file=sys.stderr)
    injected = tally.injected.total()
    return [
        Measure("health.recall", tally.noticed.total() / injected, f"of {injected} failures, within the source's own cadence"),
        Measure(
            "health.recall_worst_kind", min(tally.noticed[k] / n for k, n in tally.injected.items()), "the kind noticed least"
        ),
        Measure(
            "health.recall_plain_cadence",
            tally.plainly / injected,
            "of all kinds, within the mean time between publications; for what no answer shows that is within its habit",
        ),
        Measure("health.days_to_notice", statistics.median(tally.waited), "days, median"),
        Measure(
            "health.false_alarms_per_100", 100 * tally.alarmed_weeks / tally.weeks, f"of {tally.weeks} healthy source-weeks"
        ),
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--tune"]:
        print(*figures(TUNED), sep="\n")
    else:
        main(measure)

"""Looking on the site of a dead feed for the feed that took its place. No command."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from trendwatch import __version__
from trendwatch.collect import discover
from trendwatch.collect.child import Readers
from trendwatch.collect.fetch import Fetcher
from trendwatch.collect.pace import Pace
from trendwatch.errors import CollectError
from trendwatch.model import Item, Network, Request, Source, Visit

if TYPE_CHECKING:
    from trendwatch.collect.reading import Reading

STALE = timedelta(days=180)
"""A feed whose newest entry is older may have been left for another."""
_CLOSED = {401, 402, 403, 407, 451}
_PAGES = 3
_NAMED = 5
_GUESSED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed that could take a dead one's place."""

    url: str
    entries: int
    newest: datetime | None


def dead(source: Source, visit: Visit, newest: datetime | None, now: datetime) -> bool:
    """Whether a feed's visit says that it may have moved: gone, no feed any more, empty, or nothing new for `STALE`.

    Who asks for a login, or turns us away, is not asked for more; nor is who did not answer at all.
    """
    if source.kind != "feed" or visit.status in _CLOSED:
        return False
    if visit.succeeded:
        return visit.outcome == "empty" or (newest is not None and now - newest > STALE)
    return visit.outcome in ("permanent", "parse-error")


def seek(
    network: Network,
    lost: Sequence[tuple[Source, datetime | None]],
    *,
    taken: Sequence[str],
    now: datetime,
    progress: Callable[[str, int, int], None],
    pace: Pace,
) -> dict[str, Found]:
    """What was found on their sites, by source. `lost` gives each with its newest entry: what is no newer is no successor.
    Addresses in `taken` are never proposed. robots.txt is obeyed, and what hosts asked of the crawl before (`pace`).
    """
    return asyncio.run(_seek(network, lost, {_bare(url) for url in taken}, now=now, progress=progress, pace=pace))


async def _seek(
    network: Network,
    lost: Sequence[tuple[Source, datetime | None]],
    taken: set[str],
    *,
    now: datetime,
    progress: Callable[[str, int, int], None],
    pace: Pace,
) -> dict[str, Found]:
    found: dict[str, Found] = {}
    done = 0
    async with Fetcher(network, validators={}, version=__version__, pace=pace) as fetcher, Readers(None) as readers:
        search = _Search(fetcher, readers, taken, now)

        async def one(source: Source, newest: datetime | None) -> None:
            nonlocal done
            if successor := await search.successor(source, newest):
                found[source.name] = successor
            done += 1
            progress("seek", done, len(lost))

        async with asyncio.TaskGroup() as tasks:
            for source, newest in lost:
                tasks.create_task(one(source, newest))
    return found


@dataclass(frozen=True, slots=True)
class _Search:
    fetcher: Fetcher
    readers: Readers
    taken: set[str]
    now: datetime

    async def successor(self, source: Source, newest: datetime | None) -> Found | None:
        """The first feed, of those that the site's pages name and then of the usual places, that holds something newer."""
        address = source.reader.address()
        named = [url for page in pages(address) for url in await self._named(page)]
        guessed = discover.guesses(pages(address)[-1])[:_GUESSED]
        for url in [*self._fit(named)[:_NAMED], *(u for u in self._fit(guessed) if u not in named)]:
            items = await self._items(replace(source, reader=replace(source.reader, url=url)))
            latest = max((i.published_at for i in items if i.published_at), default=None)
            if items and (newest is None or (latest is not None and latest > newest)):
                return Found(url=url, entries=len(items), newest=latest)
        return None

    def _fit(self, urls: Sequence[str]) -> list[str]:
        return [url for url in dict.fromkeys(urls) if _bare(url) not in self.taken]

    async def _named(self, page: str) -> list[str]:
        try:
            fetched = await self.fetcher.get(Request(url=page, conditional=False), robots=True)
        except CollectError:
            return []
        response = fetched.response
        return [url for url, _ in discover.feeds_in(response.body, response.url)] if response else []

    async def _items(self, source: Source) -> Sequence[Item]:
        try:
            fetched = await self.fetcher.get(replace(source.reader.start(None)[0], conditional=False), robots=True)
            reading: Reading | None = await self.readers.read(source, fetched.response, self.now) if fetched.response else None
        except CollectError:
            return ()
        return reading.items if reading else ()


def pages(address: str) -> list[str]:
    """The pages to look at: the address itself, the folder it lies in, the site's home page; the home page is the last."""
    parts = urlsplit(address)
    home = f"{parts.scheme}://{parts.netloc}/"
    return list(dict.fromkeys([address, urljoin(address, "."), home]))[-_PAGES:]


def _bare(url: str) -> str:
    return url.rstrip("/").partition("://")[2]

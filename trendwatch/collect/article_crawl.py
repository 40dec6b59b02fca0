"""The step after the crawl: fetch the pages behind items and hand on each article as it comes.

The same politeness as a crawl, robots.txt included. Hosts are asked side by side, each one page after another, newest first. A
page that fails is an article with its reason; a host that keeps failing is spared until the next run, and so is everything when
no host can be reached.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import zip_longest
from urllib.parse import urlsplit

from trendwatch import __version__
from trendwatch.collect import article, guard, wire
from trendwatch.collect.child import Readers
from trendwatch.collect.fetch import Fetcher
from trendwatch.collect.pace import Pace, queue_of
from trendwatch.errors import ClosedError, FetchError, ParseError
from trendwatch.model import Article, ArticleBudget, ArticleState, Item, Network, Request, Response

OnArticle = Callable[[Article], None]
OnClosed = Callable[[Sequence[Item], ClosedError], None]

TRIES = 3
"""A page that gives no usable answer is asked so often, on different days, before its item keeps the teaser for good."""
AGAIN = (timedelta(hours=6), timedelta(days=1))
FAILURES = 3
"""So many pages of a host that fail on end spare the others until the next run."""
_ACCEPT = "text/html, application/xhtml+xml;q=0.9, application/pdf;q=0.5, */*;q=0.1"
SILENT = 8
"""So many hosts without any answer, and none with one, end the step: this machine is to blame, not they."""
_NO_NETWORK = (wire.NO_RESOLVER, wire.NO_ROUTE)
_NO_RULES = "robots.txt cannot be had"
_STATES: Mapping[int, ArticleState] = {401: "login", 402: "paywall", 407: "login"}
_HOST_FAILED = ("unreached", "captcha", "login", "robots")


async def fetch(
    items: Sequence[Item],
    *,
    network: Network,
    budget: ArticleBudget,
    now: datetime,
    on_article: OnArticle,
    tried: Mapping[str, int] | None = None,
    ca_file: str = "",
    pace: Pace | None = None,
    on_closed: OnClosed = lambda *_: None,
) -> int:
    """Fetch the pages of these items within the budget; returns how many items are left for another run.

    `tried` is how often an item's page was asked before, `pace` knows what hosts asked of the crawl. `on_closed` hears of the
    items of a host that wants to be left alone: they are among those left. A page that leads to another host that does is put off
    alone, as an article with its moment. Errors of `on_article` end the step and are raised.
    """
    async with (
        Fetcher(network, validators={}, version=__version__, ca_file=ca_file, pace=pace) as fetcher,
        Readers() as readers,
    ):
        step = _Step(fetcher, readers, now, on_article, on_closed, tried or {})
        room = asyncio.Semaphore(network.at_once)

        async def ask(pages: Iterable[list[Item]]) -> None:
            async with room:
                await step.host(deque(pages))

        with suppress(TimeoutError):
            async with asyncio.timeout(budget.seconds_s):
                try:
                    async with asyncio.TaskGroup() as tasks:
                        for pages in _by_host(items, budget.pages):
                            tasks.create_task(ask(pages))
                except BaseExceptionGroup as group:
                    raise group.exceptions[0] from None
    return len(items) - step.done


def _by_host(items: Sequence[Item], most: int) -> list[list[list[Item]]]:
    """At most so many pages, each with the items that link to it, by host and newest first: of every host the newest, then of
    every host the second, and so on.
    """
    hosts: dict[str, dict[str, list[Item]]] = {}
    for item in sorted(items, key=lambda i: (-i.at.timestamp(), i.id)):
        hosts.setdefault(urlsplit(item.url).netloc.lower(), {}).setdefault(item.url, []).append(item)
    pages = [[(host, page) for page in found.values()] for host, found in sorted(hosts.items())]
    chosen: dict[str, list[list[Item]]] = {}
    for host, page in [one for row in zip_longest(*pages) for one in row if one][:most]:
        chosen.setdefault(host, []).append(page)
    return list(chosen.values())


@dataclass(slots=True)
class _Step:
    fetcher: Fetcher
    readers: Readers
    now: datetime
    on_article: OnArticle
    on_closed: OnClosed
    tried: Mapping[str, int]
    done: int = 0
    answered: bool = False
    silent: int = 0
    waiting: list[Article] = field(default_factory=list)

    async def host(self, pages: deque[list[Item]]) -> None:
        """One host's pages, until it fails too often."""
        failures = 0
        while pages and failures < FAILURES and (self.answered or self.silent < SILENT):
            items = pages.popleft()
            try:
                found = await self._page(items)
            except ClosedError as error:
                if error.queue == queue_of(guard.split(items[0].url), Request(url=items[0].url))[0]:
                    self.on_closed([*items, *(item for page in pages for item in page)], error)
                    return
                self.answered = True  # this host did, by leading elsewhere: its other pages may be well
                self._keep([self._put_off(item, error) for item in items])
                continue
            if found is None:
                return  # nothing was tried
            failures = failures + 1 if found[0].state in _HOST_FAILED else 0
            self._keep(found)
            self.silent += failures == 1 and not self.answered

    def _keep(self, found: Sequence[Article]) -> None:
        """Hand on what was found. What got no answer waits for one from anywhere: before, this machine may be to blame."""
        self.answered = self.answered or found[0].state not in ("unreached", "policy")
        self.waiting += found
        if self.answered:
            ready, self.waiting = self.waiting, []
            for one in ready:
                self.done += 1
                self.on_article(one)

    async def _page(self, items: Sequence[Item]) -> list[Article] | None:
        """What a page comes to for the items that link to it; None when this machine has no network.

        Raises ClosedError when the host, or one that it leads to, wants to be left alone.
        """
        first = items[0]
        try:
            request = Request(url=first.url, headers={"Accept": _ACCEPT}, conditional=False)
            response = (await self.fetcher.get(request, robots=True)).response
        except ClosedError:
            raise
        except FetchError as error:
            if any(words in str(error) for words in _NO_NETWORK):
                return None
            self.answered = self.answered or error.status > 0
            return [self._failed(item, error) for item in items]
        if response is None:
            return [article.failed(item, "short", "the answer is empty", self.now) for item in items]
        return [await self._read(response, item) for item in items]

    async def _read(self, response: Response, item: Item) -> Article:
        try:
            found: Article = await self.readers.work(article.extract, response, item, self.now)
        except ParseError as error:
            return article.failed(item, "unread", str(error), self.now, response.url)
        return found

    def _put_off(self, item: Item, error: ClosedError) -> Article:
        """The page was not had, and that is no try: the item is due again when the host it leads to may be asked."""
        reason = f"its page leads to {error.queue}, which asked to be left alone until {error.until:%Y-%m-%d %H:%M} UTC"
        found = article.failed(item, "unreached", reason, self.now)
        return replace(found, tries=self.tried.get(item.id, 0), next_at=error.until)

    def _failed(self, item: Item, error: FetchError) -> Article:
        state = _state(error)
        found = article.failed(item, state, str(error)[:300], self.now)
        tries = self.tried.get(item.id, 0) + 1
        if state != "unreached" or tries >= TRIES:
            return replace(found, tries=tries)
        wait = max(AGAIN[tries - 1], timedelta(seconds=error.retry_after_s or 0))
        return replace(found, tries=tries, next_at=self.now + wait)


def _state(error: FetchError) -> ArticleState:
    """What a fetch that failed means. A robots.txt that cannot be had forbids for now, as RFC 9309 wants it."""
    text = str(error)
    if text.startswith(_NO_RULES) or error.outcome == "transient":
        return "unreached"
    if "robots.txt" in text:
        return "robots"
    if "bot wall" in text:
        return "captcha"
    return _STATES.get(error.status, "policy" if error.outcome == "policy" else "gone")

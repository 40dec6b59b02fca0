"""One request at a time in each queue, and a gap between two.

A queue is a host, or a name that several hosts share (`queue_of`). Its clock starts when an answer has ended, so the gap
holds however slow a host is. One `Pace` serves all that a process fetches, step after step: what a host asked of a crawl binds
the articles after it and the next crawl. Retry-After closes a queue for everybody who waits in it, until a moment that the store
keeps for the next process (`trendwatch.collect.closings`).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from trendwatch.collect import guard
from trendwatch.collect.answers import DAY_S
from trendwatch.collect.guard import Address
from trendwatch.errors import ClosedError, FetchError
from trendwatch.model import Request

JITTER = 0.15  # of the gap, added at random: many readers started at the same second drift apart
PATIENCE_S = 20.0  # a queue closed for longer than this fails at once instead of holding up the run
TOGETHER: Mapping[str, float] = MappingProxyType({"arxiv.org": 3.0})
"""Domains that count their hosts together, and the least gap in seconds that they ask for. arXiv's terms want one request every
three seconds and one connection at a time, whether its API, its feeds or its pages are asked."""
NOTHING_CLOSED: Mapping[str, datetime] = MappingProxyType({})


def domain_of(host: str) -> str:
    """The domain of `TOGETHER` that a host belongs to, or ""."""
    return next((domain for domain in TOGETHER if host == domain or host.endswith(f".{domain}")), "")


def queue_of(address: Address, request: Request) -> tuple[str, float]:
    """The queue that a request to this address waits in, and its least gap; 0 is the network's.

    A queue that a kind names (`Request.pace`) holds for the request's own host; a redirect elsewhere waits in that host's queue.
    """
    if domain := domain_of(address.host):
        return domain, max(TOGETHER[domain], request.gap_s)
    with suppress(FetchError):
        if request.pace and guard.split(request.url).host == address.host:
            return request.pace, request.gap_s
    return address.queue, request.gap_s


def queues_of(requests: Iterable[Request]) -> set[str]:
    """The queues that these requests wait in; what is not HTTP waits in none."""
    found: set[str] = set()
    for request in requests:
        with suppress(FetchError):
            found.add(queue_of(guard.split(request.url), request)[0])
    return found


class _Queue:
    __slots__ = ("free_at", "gap_s", "lock")

    def __init__(self, free_at: float = 0.0) -> None:
        self.lock = asyncio.Lock()
        self.free_at = free_at  # of the monotonic clock
        self.gap_s = 0.0


class Pace:
    """All queues of a process. `gap_s` is the gap of queues that ask for none.

    It may serve one event loop after another, never two at once.
    """

    def __init__(self, gap_s: float = 1.0, at_once: int = 32) -> None:
        self._gap_s, self._at_once = gap_s, at_once
        self._queues: dict[str, _Queue] = {}
        self._slots = asyncio.Semaphore(at_once)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed: dict[str, datetime] = {}
        self._unkept: dict[str, datetime] = {}
        self._now, self._began = datetime(1970, 1, 1, tzinfo=UTC), time.monotonic()

    def adjust(self, gap_s: float, at_once: int) -> None:
        """What the configuration says now; for the fetches that begin from here on."""
        self._gap_s = gap_s
        if at_once != self._at_once:
            self._at_once, self._slots = at_once, asyncio.Semaphore(at_once)

    def begin(self, now: datetime, closed: Mapping[str, datetime] = NOTHING_CLOSED) -> None:
        """A step begins at `now`, with what the store knows of closed queues. Steps of one `now` follow each other in time."""
        if now != self._now:
            self._now, self._began = now, time.monotonic()
        for name, until in closed.items():
            self._closed[name] = max(until, self._closed.get(name, until))
        self._closed = {name: until for name, until in self._closed.items() if until > now}

    @asynccontextmanager
    async def turn(self, name: str, gap_s: float = 0.0) -> AsyncIterator[None]:
        """Wait for this queue's turn, then for one of the slots. Raises ClosedError when the queue is closed for long."""
        queue = self._queue(name)
        async with queue.lock:
            while (wait := max(self._left_s(name), queue.free_at - time.monotonic())) > 0:
                self.check(name)  # again after each wait: the answer before may have closed it
                await asyncio.sleep(wait)
            try:
                async with self._slots:
                    yield
            finally:
                gap = max(gap_s, queue.gap_s, self._gap_s)
                pause = gap * (1 + random.random() * JITTER)  # noqa: S311 - spreads load, guards no secret
                queue.free_at = time.monotonic() + pause

    def check(self, name: str) -> None:
        """Raise ClosedError when a queue is closed for longer than one waits."""
        left = self._left_s(name)
        if left > PATIENCE_S:
            message = f"{name} asked to be left alone for {left:.0f} s more"
            raise ClosedError(message, queue=name, until=self._closed[name], retry_after_s=left)

    def slow(self, name: str, gap_s: float) -> None:
        """Widen a queue's gap for this step: Crawl-delay."""
        queue = self._queue(name)
        queue.gap_s = max(queue.gap_s, gap_s)

    def close(self, name: str, seconds_s: float) -> None:
        """Nobody asks in this queue for so long: Retry-After counts for the host, not for one source."""
        until = self._moment() + timedelta(seconds=seconds_s)
        if seconds_s > 0 and until > self._closed.get(name, self._moment()):
            self._closed[name] = self._unkept[name] = until

    def unkept(self) -> dict[str, datetime]:
        """Queues closed since this was last asked, and until when: for the store."""
        found, self._unkept = self._unkept, {}
        return found

    def _queue(self, name: str) -> _Queue:
        """A lock belongs to its loop. What a new loop takes over are gaps not yet over; Crawl-delays are read anew."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._slots = loop, asyncio.Semaphore(self._at_once)
            now = time.monotonic()
            self._queues = {n: _Queue(q.free_at) for n, q in self._queues.items() if q.free_at > now}
        return self._queues.setdefault(name, _Queue())

    def _moment(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._began)

    def _left_s(self, name: str) -> float:
        """Seconds for which a queue stays closed. Nothing is closed for more than a day: such a moment is of a clock gone wrong."""
        until = self._closed.get(name)
        left = (until - self._moment()).total_seconds() if until else 0.0
        return left if left <= DAY_S else 0.0

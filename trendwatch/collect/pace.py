"""One request at a time in each queue, and a gap between two.

A queue is a host, or a name that several hosts share (`Request.pace`). Its clock starts when an answer has ended, so the gap
holds however slow a host is. Queues live as long as the run; Retry-After closes one for everybody who waits in it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from trendwatch.errors import FetchError

JITTER = 0.15  # of the gap, added at random: many readers started at the same second drift apart
PATIENCE_S = 20.0  # a queue closed for longer than this fails at once instead of holding up the run


class _Queue:
    __slots__ = ("free_at", "gap_s", "lock")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0
        self.gap_s = 0.0


class Pace:
    """All queues of one run. `gap_s` is the gap of queues that ask for none."""

    def __init__(self, gap_s: float, at_once: int) -> None:
        self._gap_s = gap_s
        self._queues: dict[str, _Queue] = {}
        self._slots = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def turn(self, name: str, gap_s: float = 0.0) -> AsyncIterator[None]:
        """Wait for this queue's turn, then for one of the run's slots. Raises FetchError when the queue is closed for long."""
        queue = self._queues.setdefault(name, _Queue())
        clock = asyncio.get_running_loop().time
        async with queue.lock:
            wait = queue.free_at - clock()
            if wait > PATIENCE_S + max(gap_s, queue.gap_s, self._gap_s):
                raise FetchError(f"{name} asked to be left alone for {wait:.0f} s more", retry_after_s=wait)
            if wait > 0:
                await asyncio.sleep(wait)
            try:
                async with self._slots:
                    yield
            finally:
                gap = max(gap_s, queue.gap_s) or self._gap_s
                pause = gap * (1 + random.random() * JITTER)  # noqa: S311 - spreads load, guards no secret
                queue.free_at = max(queue.free_at, clock() + pause)

    def slow(self, name: str, gap_s: float) -> None:
        """Widen a queue's gap for the rest of the run: Crawl-delay."""
        queue = self._queues.setdefault(name, _Queue())
        queue.gap_s = max(queue.gap_s, gap_s)

    def close(self, name: str, seconds_s: float) -> None:
        """Nobody asks in this queue for so long: Retry-After counts for the host, not for one source."""
        queue = self._queues.setdefault(name, _Queue())
        queue.free_at = max(queue.free_at, asyncio.get_running_loop().time() + seconds_s)

"""robots.txt as RFC 9309 has it: which answers mean "everything", "nothing" and "these rules". The file is read by protego."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from protego import Protego

from trendwatch.collect import pace
from trendwatch.collect.guard import refused
from trendwatch.errors import ClosedError, FetchError

PRODUCT = "trendwatch"
MOST_BYTES = 512 * 1024  # RFC 9309 2.5 asks for 500 KiB at least
LONGEST_DELAY_S = 60.0
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host's robots.txt says to us. `reason` is why nothing may be asked at all; `later` that asking again may help."""

    rules: Protego | None = None
    reason: str = ""
    later: bool = False

    def check(self, url: str) -> None:
        """Raise FetchError (policy) when the URL may not be asked."""
        if self.later:
            raise FetchError(self.reason, status=_TOO_MANY)
        if self.reason:
            raise refused(self.reason)
        if self.rules is not None and not self.rules.can_fetch(url, PRODUCT):
            raise refused("robots.txt forbids this address")

    @property
    def delay_s(self) -> float:
        """Crawl-delay, at most a minute; 0 when there is none."""
        found = self.rules.crawl_delay(PRODUCT) if self.rules is not None else None
        return min(max(float(found or 0.0), 0.0), LONGEST_DELAY_S)


async def read(fetch: Callable[[], Awaitable[bytes]]) -> Rules:
    """The rules that `fetch`, which brings the file, leads to.

    4xx is "unavailable": all is allowed, but 429 asks for patience. Too many redirects count as unavailable. No answer, 5xx,
    and an address that may not be asked are "unreachable": nothing is allowed for now. Raises ClosedError when it was not asked for.
    """
    try:
        body = await fetch()
    except ClosedError:
        raise
    except FetchError as error:
        if error.status == _TOO_MANY:
            return Rules(reason="robots.txt answers 429: too many requests", later=True)
        if 300 <= error.status < 500:  # noqa: PLR2004 - redirects without end, and 4xx
            return Rules()
        return Rules(reason=f"robots.txt cannot be had, so nothing is asked: {error}")
    text = body[:MOST_BYTES].decode("utf-8-sig", "replace")
    return Rules(rules=await asyncio.to_thread(Protego.parse, text))


class Robots:
    """The robots.txt of every origin asked in one run, each fetched once. That one could not be asked for is believed as long as it
    holds: the way to a file may lead through a host that can be asked, and need not be gone again for every page.
    """

    def __init__(self, fetch: Callable[[str], Awaitable[bytes]]) -> None:
        self._fetch = fetch
        self._known: dict[str, asyncio.Task[Rules]] = {}
        self._again: dict[str, float] = {}  # of the monotonic clock: when a file that nobody asked for may be

    async def of(self, origin: str) -> Rules:
        """The rules of an origin such as "https://example.org:443"."""
        if origin not in self._known or self._again.get(origin, math.inf) <= time.monotonic():
            self._again.pop(origin, None)
            self._known[origin] = asyncio.ensure_future(read(lambda: self._fetch(f"{origin}/robots.txt")))
        try:
            return await asyncio.shield(self._known[origin])
        except ClosedError as error:  # so long before the queue opens, one waits for it
            self._again.setdefault(origin, time.monotonic() + (error.retry_after_s or 0.0) - pace.PATIENCE_S)
            raise

    async def close(self) -> None:
        """Give up on what is still on its way."""
        for task in self._known.values():
            task.cancel()
        await asyncio.gather(*self._known.values(), return_exceptions=True)

"""How long to wait after a failure: longer each time, within bounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta


class Backoff:
    """For steps that fail: one minute, two, four … half an hour. Intervals are monotonic: no clock that jumps stretches them."""

    def __init__(self, monotonic: Callable[[], float], first_s: float = 60, most_s: float = 1800) -> None:
        self._monotonic = monotonic
        self._first_s, self._most_s = first_s, most_s
        self._failures: dict[str, tuple[int, float]] = {}

    def failed(self, step: str) -> float:
        """Count a failure; returns the seconds to wait."""
        count = self._failures.get(step, (0, 0.0))[0] + 1
        wait = min(self._first_s * 2.0 ** min(count - 1, 20), self._most_s)
        self._failures[step] = (count, self._monotonic() + wait)
        return wait

    def well(self, step: str) -> bool:
        """Forget a step's failures; whether there were any."""
        return self._failures.pop(step, None) is not None

    def ready(self, step: str) -> bool:
        """Whether a step may be tried now."""
        return step not in self._failures or self._failures[step][1] <= self._monotonic()

    def waits(self) -> bool:
        """Whether any step has failed and not yet been well again."""
        return bool(self._failures)

    def forgive(self) -> None:
        """Let every step be tried at once: something has changed."""
        self._failures = {step: (count, self._monotonic()) for step, (count, _) in self._failures.items()}


def patience(first: datetime, last: datetime, *, least: timedelta, most: timedelta) -> timedelta:
    """How long after `last` to try what has failed since `first`: as long again as it has failed, so the waits double.

    Worked out from two moments that the store keeps: a restart neither forgets the wait nor starts it anew.
    """
    return min(max(last - first, least), most)

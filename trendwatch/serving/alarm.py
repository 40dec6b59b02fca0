"""The alarm clock: APScheduler in UTC, which wakes and decides nothing.

Its own defaults would skip a job that starts a second late and run one twice when the hour is put back. So it rings at even
intervals, in UTC, as late as it must, rings missed together count as one, and never two at a time. A short interval rather than
one long wait to the next due moment: a machine that slept wakes within one interval.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any, Self

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler


class Alarm:
    """A context manager: while the block runs, `work` is called at once and then every `every_s` seconds, in one thread."""

    def __init__(self, work: Callable[[], None], every_s: float) -> None:
        self._clock: Any = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._clock.add_job(work, id="at once")
        self._clock.add_job(work, "interval", seconds=every_s, id="round")

    def __enter__(self) -> Self:
        self._clock.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Ring no more; a call under way goes on."""
        if self._clock.running:
            self._clock.shutdown(wait=False)

"""A crawl is stored while it goes on: in batches with a bound, one after another, by a thread that is waited for."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest
from storage_samples import a_visit

from trendwatch.collect.pace import Pace
from trendwatch.pipeline._collecting import MOST_TOGETHER, MOST_WAITING, _Kept
from trendwatch.pipeline._waiting import Waiting
from trendwatch.storage import connect

SOURCES = [f"s{n}" for n in range(3 * MOST_TOGETHER)]


class Slow:
    """A store whose every batch takes its time."""

    def __init__(self, store):
        self._store = store
        self.batches = []
        self.threads = set()

    def __getattr__(self, name):
        return getattr(self._store, name)

    @contextmanager
    def batch(self):
        before = self._store.counts()["visits"]
        self.threads.add(threading.current_thread())
        with self._store.batch():
            yield
            time.sleep(0.6)
        self.batches.append(self._store.counts()["visits"] - before)


@pytest.fixture
def slow():
    with connect("sqlite://") as store:
        yield Slow(store)


def keep(slow, work, look=lambda: None):
    kept = _Kept(slow, dict.fromkeys(SOURCES, 3600), lambda _: None, Waiting(Pace(), a_visit().started_at))
    with ThreadPoolExecutor(1) as writer:
        asyncio.run(kept.stored(work(kept), look, writer))
    return kept


def test_a_slow_disk_bounds_what_waits_and_what_is_written_at_once(slow):
    most = 0

    async def work(kept):
        nonlocal most
        for name in SOURCES:
            await kept.room()
            kept.take(replace(a_visit(), source=name), ())
            most = max(most, len(kept._waiting))
            await asyncio.sleep(0)

    kept = keep(slow, work)
    assert len(kept.visits) == slow.counts()["visits"] == len(SOURCES)
    assert max(slow.batches) <= MOST_TOGETHER
    assert most <= MOST_WAITING
    assert len(slow.threads) == 1


def test_one_looks_up_while_a_write_takes_long(slow):
    looks = []

    async def work(kept):
        kept.take(replace(a_visit(), source="s1"), ())

    keep(slow, work, lambda: looks.append(len(slow.batches)))
    assert looks.count(0) >= 2


def test_what_a_look_raises_ends_the_crawl_after_the_write(slow):
    def look():
        raise KeyboardInterrupt

    async def work(kept):
        kept.take(replace(a_visit(), source="s1"), ())
        await asyncio.sleep(60)

    with pytest.raises(KeyboardInterrupt):
        keep(slow, work, look)
    assert slow.batches == [1]
    assert slow.counts()["visits"] == 1

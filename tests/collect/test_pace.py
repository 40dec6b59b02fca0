import asyncio
import itertools
import time

import pytest

from trendwatch.collect.pace import Pace
from trendwatch.errors import FetchError


def run(*turns, gap_s=0.05, at_once=8, length_s=0.01, before=lambda pace: None):
    """Take turns, all asked for at the same moment; returns (queue, began, ended) in order of beginning."""
    log = []

    async def take(pace, name, gap):
        async with pace.turn(name, gap):
            began = time.monotonic()
            await asyncio.sleep(length_s)
            log.append((name, began, time.monotonic()))

    async def go():
        pace = Pace(gap_s, at_once)
        before(pace)
        await asyncio.gather(*(take(pace, name, gap) for name, gap in turns))

    asyncio.run(go())
    return sorted(log, key=lambda entry: entry[1])


def gaps(log, name):
    own = [entry for entry in log if entry[0] == name]
    return [after[1] - before[2] for before, after in itertools.pairwise(own)]


def test_a_queue_serves_one_at_a_time_with_a_gap():
    log = run(*[("a", 0)] * 4)
    assert all(gap >= 0.05 for gap in gaps(log, "a"))


def test_queues_do_not_wait_for_each_other():
    log = run(*[(name, 0) for name in "abcdefgh"], length_s=0.1)
    assert log[-1][1] - log[0][1] < 0.08


def test_a_queue_may_ask_for_a_wider_gap():
    log = run(*[("arxiv", 0.2)] * 3, *[("b", 0)] * 3)
    assert all(gap >= 0.2 for gap in gaps(log, "arxiv"))
    assert min(gaps(log, "b")) < 0.19


def test_no_more_than_so_many_are_on_the_wire_at_once():
    log = run(*[(str(n), 0) for n in range(9)], at_once=3, length_s=0.03)
    for _, began, _ in log:
        assert sum(b <= began < e for _, b, e in log) <= 3


def test_a_queue_closed_for_long_fails_at_once_and_says_for_how_long():
    with pytest.raises(FetchError) as told:
        run(("a", 0), before=lambda pace: pace.close("a", 3600))
    assert told.value.outcome == "transient"
    assert 3500 < told.value.retry_after_s <= 3600


def test_a_queue_closed_for_a_moment_waits():
    began = time.monotonic()
    log = run(("a", 0), before=lambda pace: pace.close("a", 0.2))
    assert log[0][1] - began >= 0.19


def test_a_turn_that_fails_frees_the_queue():
    async def go():
        pace = Pace(0.001, 1)
        for _ in range(2):
            with pytest.raises(KeyError):
                async with pace.turn("a"):
                    raise KeyError

    asyncio.run(go())

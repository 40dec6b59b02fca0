import asyncio
import itertools
import time
from datetime import UTC, datetime, timedelta

import pytest
from loopback import Web, answer

from trendwatch.collect.fetch import Fetcher
from trendwatch.collect.guard import split
from trendwatch.collect.pace import Pace, queue_of
from trendwatch.collect.sources.arxiv import Arxiv
from trendwatch.collect.sources.feed import Feed
from trendwatch.errors import ClosedError, FetchError
from trendwatch.model import Network, Request

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)


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


async def began(pace, name, gap_s=0.0):
    async with pace.turn(name, gap_s):
        return time.monotonic()


def test_a_gap_holds_from_one_step_to_the_next():
    pace = Pace(0.2, 1)
    first, second = asyncio.run(began(pace, "a")), asyncio.run(began(pace, "a"))
    assert second - first >= 0.2


def test_many_may_wait_in_a_queue_that_an_earlier_step_used():
    async def all_at_once(pace):
        await asyncio.gather(*(began(pace, "a") for _ in range(3)))

    pace = Pace(0.01, 1)
    for _ in range(2):  # a lock that tasks waited for belongs to its loop
        asyncio.run(all_at_once(pace))


def test_the_networks_own_gap_holds_where_a_kind_asks_for_a_smaller_one():
    pace = Pace(0.2, 1)
    first, second = asyncio.run(began(pace, "a", 0.01)), asyncio.run(began(pace, "a", 0.01))
    assert second - first >= 0.2


def test_a_queue_stays_closed_until_its_moment_by_the_clock_of_the_steps():
    pace = Pace(0.001, 1)
    pace.begin(NOW)
    pace.close("a", 3600)
    for later in (timedelta(0), timedelta(minutes=59)):
        pace.begin(NOW + later)
        with pytest.raises(ClosedError) as told:
            asyncio.run(began(pace, "a"))
        assert abs(told.value.until - NOW - timedelta(hours=1)) < timedelta(seconds=30)
    pace.begin(NOW + timedelta(hours=1, seconds=30))
    assert asyncio.run(began(pace, "a"))


def test_what_the_store_knows_binds_a_new_process_and_a_moment_too_far_off_does_not():
    pace = Pace(0.001, 1)
    pace.begin(NOW, {"a": NOW + timedelta(hours=1), "b": NOW + timedelta(days=2)})
    with pytest.raises(ClosedError):
        asyncio.run(began(pace, "a"))
    assert asyncio.run(began(pace, "b"))
    assert pace.unkept() == {}, "the store has it already"


def test_who_waits_for_a_turn_learns_that_the_answer_before_closed_the_queue():
    async def go():
        pace = Pace(0.1, 1)
        first = asyncio.create_task(began(pace, "a"))
        second = asyncio.create_task(began(pace, "a"))
        await first
        pace.close("a", 3600)
        with pytest.raises(ClosedError):
            await second

    asyncio.run(go())


ARXIV = [
    *Arxiv(query="all:jailbreak").start(None),
    *Feed(url="https://rss.arxiv.org/rss/cs.CL").start(None),
    Request(url="https://arxiv.org/abs/2603.00001"),
    Request(url="http://www.arxiv.org./list/cs.CR/recent", pace="papers", gap_s=1.0),
]


@pytest.mark.parametrize("request_", ARXIV, ids=lambda r: r.url)
def test_all_of_arxiv_is_one_queue_with_three_seconds_between_two_requests(request_):
    assert queue_of(split(request_.url), request_) == ("arxiv.org", 3.0)


@pytest.mark.parametrize("url", ["https://notarxiv.org/a", "https://arxiv.org.example.org/a", "https://example.org/arxiv.org"])
def test_hosts_that_only_look_like_arxiv_have_their_own_queue(url):
    assert queue_of(split(url), Request(url=url)) == (split(url).host, 0.0)


class Hasty(Pace):
    """Knows no gaps: what is tested is something else, and three seconds are long."""

    def turn(self, name, gap_s=0.0):
        return super().turn(name, 0.0)


@pytest.fixture
def arxiv():
    """A server that plays the proxy through which all of arXiv is reached."""
    server = Web()
    for request in ARXIV[:3]:
        server.routes[plain(request).url.partition("?")[0].replace(".org/", ".org:80/")] = answer(body=b"x")
    yield server
    server.close()


def plain(request):
    return Request(url=request.url.replace("https:", "http:"))


def fetching(arxiv, pace=None):
    return Fetcher(Network(host_gap_s=0.001), validators={}, version="1", proxies={"http": f"http://{arxiv.place}"}, pace=pace)


def test_sources_of_different_kinds_wait_for_each_other_at_arxiv(arxiv):
    """Of three requests started together one is answered, the others wait for their turn."""

    async def go():
        async with fetching(arxiv) as fetcher:
            tasks = [asyncio.create_task(fetcher.get(plain(r))) for r in ARXIV[:3]]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            assert [t.result().status for t in done] == [200]
            await asyncio.sleep(0.4)
            assert len(arxiv.seen) == 1
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(go())


def test_no_two_hosts_of_arxiv_are_connected_to_at_once(arxiv):
    async def go():
        counts = []
        async with fetching(arxiv, Hasty()) as fetcher:
            for request in ARXIV[:3]:
                assert (await fetcher.get(plain(request))).status == 200
                counts += [len([c for c in p.connections if not c.is_closed()]) for p in fetcher._wire._pools.values()]
        return counts

    assert asyncio.run(go()) == [1, 1, 1]

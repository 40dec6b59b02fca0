import asyncio
from datetime import UTC, datetime

import pytest
from loopback import Web, answer

from trendwatch.collect import pace as pacing
from trendwatch.collect.fetch import Fetcher
from trendwatch.collect.pace import Pace
from trendwatch.errors import ClosedError, FetchError
from trendwatch.model import Network, Request


@pytest.fixture
def web():
    server = Web()
    server.routes["/feed"] = answer(body=b"x")
    yield server
    server.close()


def ask(web, *paths, robots=True, **network):
    settings = {"allow": (web.place,), "host_gap_s": 0.001, "total_timeout_s": 3.0} | network

    async def go():
        async with Fetcher(Network(**settings), validators={}, version="1") as fetcher:
            outcomes = []
            for path in paths or ("/feed",):
                try:
                    await fetcher.get(Request(url=web.url(path)), robots=robots)
                    outcomes.append("ok")
                except FetchError as error:
                    outcomes.append(error.outcome)
            return outcomes

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        (b"User-agent: *\nDisallow:\n", "ok"),
        (b"User-agent: *\nDisallow: /\n", "policy"),
        (b"User-agent: *\nDisallow: /\nAllow: /feed\n", "ok"),
        (b"User-agent: trendwatch\nDisallow: /\n\nUser-agent: *\nDisallow:\n", "policy"),
        (b"User-agent: otherbot\nDisallow: /\n", "ok"),
        (b"User-agent: *\nDisallow: /*ee\n", "policy"),
        (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /\r\n", "policy"),
        (b"<!doctype html><p>Not found", "ok"),
        (b"", "ok"),
        (bytes(range(256)), "ok"),
        (b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /\n", "ok"),
    ],
)
def test_the_rules_bind(web, rules, outcome):
    web.routes["/robots.txt"] = answer(body=rules)
    assert ask(web) == [outcome]
    assert ("/feed" in web.seen) == (outcome == "ok")


@pytest.mark.parametrize(
    ("status", "outcome"), [(404, "ok"), (401, "ok"), (403, "ok"), (429, "transient"), (500, "policy"), (503, "policy")]
)
def test_no_file_allows_all_and_no_answer_forbids_all(web, status, outcome):
    web.routes["/robots.txt"] = answer(status)
    assert ask(web) == [outcome]


def test_a_redirect_is_followed_and_one_without_end_counts_as_no_file(web):
    web.routes |= {"/robots.txt": answer(302, Location="/real.txt"), "/real.txt": answer(body=b"User-agent: *\nDisallow: /\n")}
    assert ask(web) == ["policy"]
    web.routes["/robots.txt"] = answer(302, Location="/robots.txt")
    assert ask(web) == ["ok"]


def test_a_redirect_to_a_private_address_is_not_followed(web):
    web.routes["/robots.txt"] = answer(302, Location="http://127.0.0.2/robots.txt")
    assert ask(web) == ["policy"]


def test_the_file_is_asked_for_once_a_run(web):
    web.routes["/robots.txt"] = answer(body=b"User-agent: *\nDisallow: /secret\n")
    assert ask(web, "/feed", "/secret", "/feed") == ["ok", "policy", "ok"]
    assert len(web.seen["/robots.txt"]) == 1


def test_feeds_that_the_user_named_are_asked_without(web):
    web.routes["/robots.txt"] = answer(body=b"User-agent: *\nDisallow: /\n")
    assert ask(web, robots=False) == ["ok"]
    assert "/robots.txt" not in web.seen


def test_crawl_delay_widens_the_gap(web):
    web.routes["/robots.txt"] = answer(body=b"User-agent: *\nCrawl-delay: 0.4\n")
    ask(web, "/feed", "/feed")
    begins = [began for began, _ in web.times]
    assert begins[2] - begins[1] >= 0.39


async def outcome(fetcher, url):
    try:
        await fetcher.get(Request(url=url), robots=True)
    except ClosedError as error:
        return error.queue
    return "ok"


def paced():
    pace = Pace()
    pace.begin(datetime(2026, 3, 2, tzinfo=UTC))
    return pace


def test_a_file_that_could_not_be_asked_for_is_asked_for_once_its_host_may_be(web, monkeypatch):
    monkeypatch.setattr(pacing, "PATIENCE_S", 0.2)
    pace = paced()

    async def go():
        async with Fetcher(Network(allow=(web.place,), host_gap_s=0.001), validators={}, version="1", pace=pace) as fetcher:
            pace.close(web.place, 0.5)
            first = await outcome(fetcher, web.url("/feed"))
            await asyncio.sleep(0.35)
            return first, await outcome(fetcher, web.url("/feed"))

    assert asyncio.run(go()) == (web.place, "ok")
    assert list(web.seen) == ["/robots.txt", "/feed"]


def test_the_way_to_a_file_at_a_closed_host_is_gone_once(web):
    other, pace = Web(), paced()
    web.routes["/robots.txt"] = answer(302, Location=other.url("/robots.txt"))

    async def go():
        network = Network(allow=(web.place, other.place), host_gap_s=0.001)
        async with Fetcher(network, validators={}, version="1", pace=pace) as fetcher:
            pace.close(other.place, 3600)
            return [await outcome(fetcher, web.url("/feed")) for _ in range(3)]

    try:
        assert asyncio.run(go()) == [other.place] * 3
    finally:
        other.close()
    assert {path: len(asked) for path, asked in web.seen.items()} == {"/robots.txt": 1}

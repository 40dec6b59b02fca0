"""What a host asked for holds from one round of a serving process to the next, and for the next process."""

import threading
from datetime import timedelta

import pytest
from loopback import Web, answer
from serving_samples import MONDAY, Ears, Ticks

from trendwatch.serving.board import Board
from trendwatch.serving.rounds import Rounds
from trendwatch.serving.settings import Settings
from trendwatch.storage import connect

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FEED = b"<rss version='2.0'><channel><title>x</title><item><title>A story</title><guid>1</guid></item></channel></rss>"
NAMES = ("a", "b", "c", "d", "e")


class World:
    """Five feeds of one host, asked hourly by one serving process."""

    def __init__(self, web, folder):
        self.web, self.folder = web, folder
        web.routes |= {f"/{n}": answer(body=FEED) for n in NAMES}
        rows = "".join(f"  - {{name: {n}, kind: feed, url: '{web.url('/' + n)}', article: never}}\n" for n in NAMES)
        (folder / "sources.yaml").write_text(
            f"store: sqlite:///{folder / 'store.db'}\nnetwork: {{allow: ['{web.place}'], host_gap: 0s}}\n"
            f"taxonomies: [house@1]\ndefaults: {{every: 1h}}\ndeliver: {{folder: {{path: {folder / 'digests'}}}}}\nsources:\n{rows}"
        )
        self.begin()

    def begin(self):
        """As a process does that has just started. It has no time to enrich."""
        self.ears, monotonic = Ears(), Ticks()
        self.board = Board(monotonic)
        settings = Settings(self.folder / "sources.yaml", {})
        self.rounds = Rounds(settings, self.board, self.ears, threading.Event(), monotonic)
        self.rounds._rested_at = float("inf")

    def at(self, now):
        """One round; which paths were asked."""
        self.ears.forget()
        self.web.seen.clear()
        self.rounds.once(now)
        return sorted(self.web.seen)


@pytest.fixture
def world(tmp_path):
    web = Web()
    yield World(web, tmp_path)
    web.close()


def test_five_sources_of_a_host_that_closes_are_asked_once_not_once_a_round(world):
    world.web.routes["/a"] = answer(429, Retry_After="7200")
    assert world.at(MONDAY) == ["/a"]
    assert sorted(e["source"] for e in world.ears.of("put_off")) == ["b", "c", "d", "e"]
    assert world.ears.of("put_off")[0]["reason"].endswith("asked to be left alone")
    assert [e["outcome"] for e in world.ears.of("visit")] == ["transient"]
    for now in (MONDAY + MINUTE, MONDAY + HOUR):
        assert world.at(now) == []
        assert world.ears.of("put_off") == [], "told once"
    world.begin()  # a new process on the same store
    assert world.at(MONDAY + HOUR + MINUTE) == []
    assert world.at(MONDAY + 2 * HOUR + MINUTE) == [f"/{n}" for n in NAMES], "the one that is refused again comes last"


def test_sources_that_come_due_later_learn_what_the_host_asked_for_in_an_earlier_round(world):
    assert world.at(MONDAY) == [f"/{n}" for n in NAMES]
    for n in NAMES:
        world.web.routes[f"/{n}"] = answer(503, Retry_After="7200")
    closing = MONDAY + 9 * HOUR
    assert len(world.at(closing)) == 1
    assert len(world.ears.of("put_off")) == 4
    assert world.at(closing + HOUR) == []


def test_a_host_that_is_to_be_left_alone_is_no_proof_of_a_network(world):
    world.web.routes["/a"] = answer(429, Retry_After="7200")
    world.at(MONDAY)
    world.rounds._gone = (MONDAY, MONDAY)
    config = world.rounds._settings.config
    with connect(config.store) as store:
        world.rounds._crawl(config, store, [s for s in config.sources if s.name == "b"], MONDAY + HOUR)
    assert world.rounds._gone is not None

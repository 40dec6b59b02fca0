"""A host that asks to be left alone is: by the articles after a crawl, by later rounds, and by the next process."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from loopback import Web, answer
from typer.testing import CliRunner

from trendwatch import config, pipeline, scheduler
from trendwatch.cli import app
from trendwatch.collect import health
from trendwatch.pipeline import Pace
from trendwatch.storage import connect

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class World:
    """Feeds of one host on loopback, a sources.yaml that lists them, and a store that outlives processes."""

    def __init__(self, web, folder):
        self.web, self.path = web, folder / "sources.yaml"
        rows = "".join(f"  - {{name: {n}, kind: feed, url: '{web.url('/' + n)}', language: en}}\n" for n in ("busy", "b", "c"))
        self.path.write_text(
            f"store: sqlite:///{folder / 'store.db'}\nnetwork: {{allow: ['{web.place}'], host_gap: 0s}}\nsources:\n{rows}"
        )
        self.config = config.load(self.path, {})
        self.told = []
        web.routes |= {f"/{n}": answer(body=self.feed(n)) for n in ("busy", "b", "c")}

    def feed(self, name):
        entry = f"<title>{name}</title><link>{self.web.url('/page-' + name)}</link><guid>{name}</guid>"
        date = f"<pubDate>{format_datetime(NOW - HOUR)}</pubDate>"
        return f"<rss version='2.0'><channel><title>x</title><item>{entry}{date}</item></channel></rss>".encode()

    def busy(self):
        self.web.routes["/busy"] = answer(429, Retry_After="3600")

    def change(self, old, new):
        """Other words in sources.yaml."""
        self.path.write_text(self.path.read_text().replace(old, new))
        self.config = config.load(self.path, {})

    def allow(self, *webs):
        self.change("allow: [", f"allow: [{''.join(f'{w.place!r}, ' for w in webs)}")

    def store(self):
        return connect(self.config.store)

    def crawl(self, now, names="busy b c", **more):
        """As a process of its own does, unless a pace is handed on: the outcomes by source."""
        self.told.clear()
        self.web.seen.clear()
        asked = [s for s in self.config.sources if s.name in names.split()]
        with self.store() as store:
            visits = pipeline.collect(self.config, store, now=now, sources=asked, tell_put_off=self.told.append, **more)
        return {v.source: v.outcome for v in visits}

    def states(self, now):
        with self.store() as store:
            return {s.source: s for s in pipeline.states(self.config, store, now=now)}

    def due(self, now):
        with self.store() as store:
            return [s.name for s in scheduler.due(self.config.sources, store, now)]

    def command(self, now, *words):
        result = CliRunner().invoke(
            app, ["--config", str(self.path), "--now", now.isoformat(), *words], env={"COLUMNS": "250"}, catch_exceptions=False
        )
        return result.output


@pytest.fixture
def world(tmp_path):
    web = Web()
    yield World(web, tmp_path)
    web.close()


def test_a_host_closed_by_a_crawl_is_not_asked_for_an_article(world):
    world.busy()
    pace = Pace()
    assert world.crawl(NOW, "b", pace=pace) == {"b": "ok"}
    assert world.crawl(NOW, "busy", pace=pace) == {"busy": "transient"}
    for handed_on in (pace, None):  # in the same run, and by a process that knows only the store
        with world.store() as store:
            done = pipeline.read_articles(world.config, store, now=NOW, pace=handed_on)
        assert (done.read, done.left, dict(done.put_off)) == (0, 1, {world.web.place: 1})
    assert list(world.web.seen) == ["/busy"]


def test_a_host_closed_by_an_article_is_not_asked_by_the_next_crawl(world):
    world.crawl(NOW, "b")
    world.web.routes["/page-b"] = answer(503, Retry_After="3600")
    with world.store() as store:
        pipeline.read_articles(world.config, store, now=NOW)
    assert world.crawl(NOW + HOUR / 2, "c") == {}
    assert [p.source for p in world.told] == ["c"]
    assert not world.web.seen


def test_sources_of_a_closed_host_are_put_off_and_told_and_asked_when_its_time_is_over(world):
    world.crawl(NOW - DAY)
    world.busy()
    assert world.crawl(NOW, "busy") == {"busy": "transient"}
    assert world.crawl(NOW + HOUR / 2) == {}  # a new process
    assert not world.web.seen
    assert sorted(p.source for p in world.told) == ["b", "busy", "c"]
    assert {p.queue for p in world.told} == {world.web.place}
    assert all(abs(p.until - NOW - HOUR) < timedelta(minutes=1) for p in world.told)
    assert world.due(NOW + HOUR / 2) == []
    later = NOW + HOUR + timedelta(minutes=1)
    assert world.due(later) == ["b", "c"]
    assert world.crawl(later, "b c") == {"b": "unchanged", "c": "unchanged"}


def test_a_page_that_leads_to_a_closed_host_is_asked_again_when_that_host_may_be_and_its_neighbours_are_asked(world):
    world.crawl(NOW, "busy b c")
    other = Web()
    world.allow(other)
    world.web.routes["/page-b"] = answer(302, Location=other.url("/x"))
    other.routes["/x"] = answer(429, Retry_After="7200")
    pace, asked = Pace(), []
    pace.begin(NOW, {other.place: NOW + 2 * HOUR})
    try:
        for minutes in (0, 30, 119, 121):
            with world.store() as store:
                done = pipeline.read_articles(world.config, store, now=NOW + timedelta(minutes=minutes), pace=pace)
            asked.append((sorted(world.web.seen), len(other.seen["/x"]), done.left))
            world.web.seen.clear()
    finally:
        other.close()
    pages = ["/page-b", "/page-busy", "/page-c", "/robots.txt"]
    assert asked[0][0][-4:] == pages
    assert asked[1:3] == [([], 0, 0)] * 2
    assert asked[3] == (["/page-b", "/robots.txt"], 1, 0)


@pytest.mark.parametrize("leads_elsewhere", [False, True], ids=["its own host", "one it leads to"])
def test_a_source_put_off_is_due_once_its_address_is_another_host_s(world, leads_elsewhere):
    world.crawl(NOW - DAY)
    closed, new = Web(), Web()
    own = world.web if leads_elsewhere else closed
    world.web.routes["/b"] = answer(302, Location=closed.url("/b"))
    new.routes["/b"] = answer(body=world.feed("b"))
    world.allow(closed, new)
    try:
        world.change(world.web.url("/b'"), own.url("/b'"))
        pace = Pace()
        pace.begin(NOW, {closed.place: NOW + HOUR})
        assert world.crawl(NOW, "b", pace=pace) == {}
        half = NOW + HOUR / 2
        assert "b" not in world.due(half)
        assert f"{closed.place} asked to be left alone" in world.states(half)["b"].reason
        world.change(own.url("/b'"), closed.url("/b2'"))  # another address of the host that is closed
        assert "b" not in world.due(half)
        world.change(closed.url("/b2"), new.url("/b"))
        assert "b" in world.due(half)
        assert "left alone" not in world.states(half)["b"].reason
        assert world.crawl(half, "b") == {"b": "ok"}
    finally:
        closed.close()
        new.close()


def test_being_put_off_is_no_failure_and_shows_in_the_state(world):
    world.crawl(NOW - DAY)
    before = world.states(NOW)
    world.busy()
    world.crawl(NOW)
    after = world.states(NOW + HOUR / 2)
    assert "put off" not in after["busy"].reason
    for name in ("b", "c"):
        assert (after[name].state, after[name].streak, after[name].visits) == (before[name].state, 0, 1)
        assert after[name].reason.startswith(f"{before[name].reason}; put off until 2026-03-02 10:0")
        assert after[name].reason.endswith(f"UTC: {world.web.place} asked to be left alone")
    assert world.states(NOW + 2 * HOUR) == {**before, "busy": world.states(NOW + 2 * HOUR)["busy"]}
    assert world.web.place in world.command(NOW + HOUR / 2, "status")


def test_a_source_put_off_for_days_is_an_alarm(world):
    world.crawl(NOW - DAY)
    world.busy()
    for days in range(4):
        assert world.crawl(NOW + days * DAY, "busy") == {"busy": "transient"}
        assert world.crawl(NOW + days * DAY, "b c") == {}
    found = world.states(NOW + 3 * DAY)["b"]
    assert found.state in health.ALARMS
    assert found.reason.startswith("not asked since 2026-03-02, put off until 2026-03-05 10:0")
    assert world.crawl(NOW + 4 * DAY, "b") == {"b": "unchanged"}
    assert world.states(NOW + 4 * DAY)["b"].state not in health.ALARMS


def test_a_source_that_is_always_refused_keeps_its_neighbours_from_nothing(world):
    world.busy()
    assert world.crawl(NOW) == {"busy": "transient"}
    assert world.crawl(NOW + 2 * HOUR) == {"b": "ok", "c": "ok", "busy": "transient"}


def test_the_commands_name_what_they_put_off(world):
    world.busy()
    told = world.command(NOW, "crawl")
    assert "busy: transient" in told
    assert f"b: put off until 2026-03-02 10:00 UTC: {world.web.place} asked to be left alone." in told


def test_a_clock_set_back_closes_no_host(world):
    world.busy()
    world.crawl(NOW, "busy")
    assert world.crawl(NOW - 30 * DAY, "b") == {"b": "ok"}

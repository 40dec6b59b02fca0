from datetime import UTC, datetime, timedelta

from storage_samples import an_item

from trendwatch.model import Source, Visit
from trendwatch.scheduler import due, due_at, next_due
from trendwatch.storage import connect

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def source(name, **more):
    return Source(name=name, kind="feed", reader=None, every_s=6 * 3600, **more)


def visit(name, hours_ago, **more):
    return Visit(source=name, started_at=NOW - timedelta(hours=hours_ago), outcome="ok", **more)


def remembering(ask, sources, visits):
    with connect("sqlite://") as store:
        for one in visits:
            store.add_visit(one)
        return ask(sources, store, NOW)


def names(sources, visits):
    return [s.name for s in remembering(due, sources, visits)]


def test_a_source_never_asked_is_due():
    assert names([source("a")], []) == ["a"]


def test_a_source_is_due_when_its_time_has_passed_since_the_last_visit_whatever_the_order():
    visits = [visit("a", 2), visit("a", 9), visit("b", 7)]
    assert names([source("a"), source("b")], visits) == ["b"]


def test_a_daily_timer_that_fires_a_little_early_still_asks():
    assert names([source("a")], [visit("a", 5.8)]) == ["a"]


def test_a_server_that_asked_to_wait_is_left_alone_longer_than_its_interval():
    assert names([source("a")], [visit("a", 9, next_at=NOW + timedelta(minutes=1))]) == []
    assert names([source("a")], [visit("a", 9, next_at=NOW)]) == ["a"]


def test_a_disabled_source_is_never_due():
    assert names([source("a", enabled=False)], []) == []


def test_the_next_moment_is_the_earliest_of_all_enabled_sources():
    slow = Source(name="b", kind="feed", reader=None, every_s=100 * 3600)
    sources = [source("a"), slow, source("c", enabled=False)]
    assert remembering(next_due, sources, [visit("a", 3), visit("b", 3)]) == NOW + timedelta(hours=2.7)
    asked_to_wait = visit("a", 3, next_at=NOW + timedelta(hours=20))
    assert remembering(next_due, sources, [asked_to_wait, visit("b", 3)]) == NOW + timedelta(hours=20)
    assert remembering(next_due, sources, [visit("a", 3)]) == NOW
    assert remembering(next_due, [], []) is None


def test_a_source_is_asked_as_often_as_it_publishes_between_its_bounds():
    often = [NOW - timedelta(hours=n) for n in range(1, 30)]
    weekly = [NOW - timedelta(weeks=n) for n in range(1, 30)]
    last = visit("a", 0)
    assert due_at(source("a"), last, [], NOW) == NOW + timedelta(hours=5.7)
    assert due_at(source("a"), last, often, NOW) == NOW + timedelta(hours=5.7)
    assert due_at(source("a"), last, weekly, NOW) == NOW + timedelta(hours=18 * 0.95)


def test_what_a_source_published_is_read_from_the_store():
    with connect("sqlite://") as store:
        items = [an_item(n, source="a", published_at=NOW - timedelta(weeks=n)) for n in range(1, 9)]
        store.add_visit(visit("a", 7), items)
        assert due([source("a")], store, NOW) == []
        store.add_visit(visit("b", 7))
        assert [s.name for s in due([source("a"), source("b")], store, NOW)] == ["b"]

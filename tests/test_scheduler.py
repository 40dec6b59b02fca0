from datetime import UTC, datetime, timedelta

from trendwatch.model import Source, Visit
from trendwatch.scheduler import due

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def source(name, **more):
    return Source(name=name, kind="feed", reader=None, every_s=6 * 3600, **more)


def visit(name, hours_ago, **more):
    return Visit(source=name, started_at=NOW - timedelta(hours=hours_ago), outcome="ok", **more)


def names(sources, visits):
    return [s.name for s in due(sources, visits, NOW)]


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

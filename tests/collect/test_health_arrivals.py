from __future__ import annotations

from datetime import UTC, datetime, timedelta

from trendwatch.collect._arrivals import Arrival, oddity

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def came(count: int, *, ended: int = 0, age: timedelta | None = timedelta(0), host: str = "news.mill.example") -> list[Arrival]:
    """One a day, the last `ended` days ago, each published `age` before it came (None: undated)."""
    days = [NOW - DAY * (n + ended) for n in range(count)]
    return [Arrival(seen_at=at, published_at=None if age is None else at - age, host=host) for at in days]


def backlog(count: int, *, at: datetime = NOW - 90 * DAY) -> list[Arrival]:
    return [Arrival(seen_at=at, published_at=at - DAY * 10 * n, host="mill.example") for n in range(count)]


def test_a_source_as_it_always_was_is_nothing_odd():
    assert oddity([]) is None
    assert oddity(came(30)) is None
    assert oddity([*backlog(20), *came(1)]) is None
    assert oddity(came(30, age=None)) is None


def test_dates_that_are_gone_are_told_after_two_days():
    assert oddity([*came(12, ended=1), *came(1, age=None)]) is None
    assert oddity([*came(12, ended=2), *came(2, age=None)]) == (
        "malformed",
        "its last 2 entries carry no usable date, those before did",
    )


def test_dates_far_in_the_past_on_new_entries_are_told():
    found = oddity([*backlog(12), *came(20, ended=3), *came(3, age=2000 * DAY)])
    assert found == ("malformed", "its last 3 entries were dated 60 days and more before they came")


def test_a_backlog_and_one_import_of_old_entries_are_no_wrong_dates():
    assert oddity(backlog(40)) is None
    assert oddity([*came(20, ended=1), *backlog(15, at=NOW)]) is None


def test_a_source_that_always_told_of_old_things_may_go_on():
    old = [Arrival(seen_at=a.seen_at, published_at=NOW - 900 * DAY, host="mill.example") for a in backlog(12)]
    assert oddity([*old, *came(30, age=300 * DAY)]) is None
    mixed = [*came(10, ended=20, age=300 * DAY), *came(10, ended=10), *came(10, age=300 * DAY)]
    assert oddity([*backlog(12), *mixed]) is None


def test_entries_of_another_site_are_told_after_five():
    assert oddity([*came(20, ended=4), *came(4, host="casino.example")]) is None
    found = oddity([*came(20, ended=5), *came(5, host="www.casino-tips.example")])
    assert found is not None
    assert found[0] == "moved"
    assert "lead to casino-tips.example, those before to mill.example" in found[1]


def test_hosts_of_one_site_and_collections_of_many_are_no_move():
    assert oddity([*came(20, ended=8), *came(8, host="blog.mill.example")]) is None
    many = [a for n in range(20) for a in came(1, ended=n, host=f"site-{n}.example")]
    assert oddity(many) is None


def test_a_move_of_all_entries_is_in_time_the_new_custom():
    assert oddity([*came(20, ended=30), *came(30, host="new-mill.example")]) is None

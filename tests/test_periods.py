from datetime import UTC, date, datetime, timedelta

import pytest

from trendwatch import periods
from trendwatch.errors import QueryError
from trendwatch.model import DigestSpec, Item

UTC_SPEC = DigestSpec(hour=6)
BERLIN = DigestSpec(hour=6, timezone="Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def item(name: str, *, published: str | None, seen: str, source: str = "a") -> Item:
    return Item(
        id=name,
        source=source,
        doctype="news",
        url="https://a.example.org/",
        canonical_url="https://a.example.org/",
        title=name,
        text="",
        raw_title=name,
        raw_html="",
        published_at=at(published) if published else None,
        date_note="",
        first_seen_at=at(seen),
    )


@pytest.mark.parametrize(
    ("now", "week"),
    [
        ("2026-01-12T06:00", "2026-W02"),
        ("2026-01-12T05:59", "2026-W01"),
        ("2026-01-14T12:00", "2026-W02"),
        ("2026-01-18T23:59", "2026-W02"),
        ("2027-01-04T07:00", "2026-W53"),
    ],
)
def test_the_issue_due_is_that_of_the_last_whole_week(now, week):
    assert periods.due_week(UTC_SPEC, at(now)) == week


def test_the_hour_is_read_in_the_readers_time_zone():
    assert periods.due_week(BERLIN, at("2026-07-06T04:00")) == "2026-W27"
    assert periods.due_week(BERLIN, at("2026-07-06T03:59")) == "2026-W26"


def test_an_issue_composed_on_friday_still_tells_a_whole_week():
    assert periods.due_week(DigestSpec(day="friday", hour=0), at("2026-01-16T08:00")) == "2026-W02"


def test_every_moment_of_a_year_has_one_due_week_and_they_never_go_back():
    weeks = [periods.due_week(BERLIN, at("2026-01-01T00:30") + timedelta(hours=n)) for n in range(24 * 365)]
    assert weeks == sorted(weeks)
    assert len(set(weeks)) == 53


def test_a_week_has_167_hours_when_the_clocks_go_forward():
    start, end = periods.bounds(BERLIN, "2026-W13")
    assert end - start == timedelta(hours=167)


@pytest.mark.parametrize("text", ["2026-W54", "2026-09", "W09", "", "2026-W9x"])
def test_what_is_no_week_is_refused_by_name(text):
    with pytest.raises(QueryError, match="is not an ISO week"):
        periods.monday_of(text)


def test_week_and_monday_are_inverse():
    day = date(2025, 12, 29)
    assert periods.week_of(day) == "2026-W01"
    assert periods.monday_of("2026-W01") == day


def test_news_is_what_was_published_in_the_week():
    items = [
        item("before", published="2026-01-04T23:59", seen="2026-01-05T00:00"),
        item("first", published="2026-01-05T00:00", seen="2026-01-12T00:00"),
        item("last", published="2026-01-11T23:59", seen="2026-01-12T00:00"),
        item("after", published="2026-01-12T00:00", seen="2026-01-12T00:00"),
    ]
    assert periods.fresh(items, UTC_SPEC, "2026-W02", composed_before=None) == {"first", "last"}


def test_what_came_late_is_news_in_the_next_issue_but_a_back_fill_is_not():
    items = [
        item("known", published="2026-01-03T00:00", seen="2026-01-04T00:00"),
        item("late", published="2026-01-03T00:00", seen="2026-01-08T00:00"),
        item("old", published="2025-11-03T00:00", seen="2026-01-08T00:00"),
    ]
    assert periods.fresh(items, UTC_SPEC, "2026-W02", composed_before=at("2026-01-05T00:00")) == {"late"}


def test_undated_entries_of_a_sources_first_answer_are_no_news_but_later_ones_are():
    items = [
        item("backlog", published=None, seen="2026-01-06T00:00"),
        item("new", published=None, seen="2026-01-07T00:00"),
    ]
    assert periods.fresh(items, UTC_SPEC, "2026-W02", composed_before=None) == {"new"}

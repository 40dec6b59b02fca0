from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trendwatch.collect.dates import MISSING, OLDEST, parse, read

SEEN = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T10:00:00.123+02:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01 10:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("Sun, 01 Mar 2026 10:00:00 GMT", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("Sun, 01 Mar 2026 10:00:00 -0500", datetime(2026, 3, 1, 15, tzinfo=UTC)),
        ("1772366400", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("1772366400000", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("1 March 2026", datetime(2026, 3, 1, tzinfo=UTC)),
        ("1. März 2026", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026年3月1日", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_dates_are_read_in_the_forms_that_publishers_use(text, moment):
    assert read(text, seen_at=SEEN) == (moment, "")


@pytest.mark.parametrize(
    "text", ["yesterday", "2 hours ago", "soon", "32 March 2026", "March", "9" * 500, "0000-00-00", "\x00", "2026-02-30"]
)
def test_an_unreadable_or_relative_date_is_none_with_the_publishers_words(text):
    moment, note = read(text, seen_at=SEEN)
    assert moment is None
    assert note.startswith("unreadable date: ")


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_date_says_so(value):
    assert read(value, seen_at=SEEN) == (None, MISSING)


@pytest.mark.parametrize("text", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1899-12-30"])
def test_a_date_before_the_web_is_not_believed(text):
    moment, note = read(text, seen_at=SEEN)
    assert moment is None
    assert "date: " in note


@pytest.mark.parametrize("text", ["2031-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-03-04"])
def test_a_date_in_the_future_is_not_believed(text):
    moment, note = read(text, seen_at=SEEN)
    assert moment is None
    assert note.startswith("date in the future: ")


def test_a_local_time_without_its_zone_is_the_moment_of_the_visit():
    moment, note = read("2026-03-02T20:00:00", seen_at=SEEN)
    assert moment == SEEN
    assert "ahead" in note


@settings(deadline=None)
@given(st.datetimes() | st.datetimes(timezones=st.just(timezone(timedelta(hours=14)))))
def test_whatever_moment_is_published_the_result_lies_between_the_web_and_the_visit(value):
    moment, note = read(value, seen_at=SEEN)
    assert (moment is None) <= bool(note)
    if moment is not None:
        assert OLDEST <= moment <= SEEN
        assert moment.tzinfo is UTC


@settings(deadline=None)
@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2026, 3, 1)), st.integers(-12, 14))  # noqa: DTZ001 - zones are drawn beside
def test_a_moment_survives_being_written_and_read(moment, hours):
    local = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    assert read(local.isoformat(), seen_at=SEEN) == (local.astimezone(UTC), "")


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text):
    assert parse(text) is None or parse(text).tzinfo is UTC

"""What readers are owed, and how long failures wait. The store decides, whatever the clock does."""

from datetime import UTC, date, datetime, timedelta

import pytest
from serving_samples import Ticks

from trendwatch import periods
from trendwatch.model import Delivery, Digest, DigestSpec
from trendwatch.serving import owed
from trendwatch.serving.patience import Backoff
from trendwatch.storage import connect

BERLIN = DigestSpec(day="sunday", hour=2, timezone="Europe/Berlin")
QUARTER = timedelta(minutes=15)


def issue(week, at):
    day = periods.monday_of(week)
    return Digest(
        name="weekly",
        week=week,
        title="",
        starts_on=day,
        ends_on=day + timedelta(days=6),
        composed_at=at,
        sections={},
        quiet=(),
    )


def live(moments):
    """The weeks composed by a process that lives through these moments."""
    composed = []
    with connect("sqlite://") as store:
        for now in moments:
            week = owed.week(store, BERLIN, now)
            if week and store.digest(f"weekly/{week}") is None:
                composed.append((week, now))
                store.put_digest(issue(week, now))
    return composed


def hours(start, *steps):
    return [start + timedelta(hours=n) for n in steps]


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)])
def test_one_issue_a_week_when_the_hour_of_composing_is_skipped_or_comes_twice(sunday):
    start = datetime.combine(sunday - timedelta(days=10), datetime.min.time(), UTC)
    composed = live([start + n * QUARTER for n in range(4 * 24 * 20)])
    weeks = [week for week, _ in composed]
    assert len(weeks) == len(set(weeks)) == 4  # the one due at the start, and one a week
    assert [at.date() for _, at in composed[1:]].count(sunday) == 1


def test_a_clock_that_is_set_back_an_hour_or_some_days_repeats_nothing():
    sunday = datetime(2026, 3, 8, 2, tzinfo=UTC)
    assert [w for w, _ in live(hours(sunday, 0, -1, -5, -24 * 3, 1, 24))] == ["2026-W09"]


def test_a_clock_that_ran_a_year_ahead_does_not_silence_the_year():
    sunday = datetime(2026, 3, 8, 2, tzinfo=UTC)
    weeks = [w for w, _ in live(hours(sunday, 0, 24 * 365, 1, 24 * 7, 24 * 7 + 1, 24 * 14))]
    assert weeks == ["2026-W09", "2027-W08", "2026-W10", "2026-W11"]


def delivery(state, at):
    return Delivery(issue="weekly/2026-W09", deliverer="smtp", recipient="ann@example.org", state=state, at=at)


def test_a_copy_put_off_is_tried_after_as_long_again_as_it_has_waited_within_bounds():
    first = datetime(2026, 3, 9, 6, tzinfo=UTC)
    digest = issue("2026-W10", first)
    tries, now = [], first
    for _ in range(10):
        now = owed.next_try(delivery("retry", now), digest, remembered=True, now=now)
        tries.append((now - first).total_seconds() / 60)
    assert tries == [5, 10, 20, 40, 80, 160, 320, 640, 1000, 1360]


def test_what_is_settled_is_not_owed_and_a_claim_without_an_end_is_settled_at_once():
    now = datetime(2026, 3, 9, 6, tzinfo=UTC)
    digest = issue("2026-W10", now)
    for state in ("sent", "refused", "unknown"):
        assert owed.next_try(delivery(state, now), digest, remembered=True, now=now) is None
    assert owed.next_try(delivery("sending", now), digest, remembered=True, now=now) == now
    assert owed.next_try(None, digest, remembered=True, now=now) == now
    assert owed.next_try(delivery("refused", now), digest, remembered=False, now=now) == now
    ahead = delivery("retry", now + timedelta(days=365))
    assert owed.next_try(ahead, digest, remembered=True, now=now) == now


def test_failures_wait_longer_each_time_up_to_half_an_hour_and_an_edit_lets_all_try():
    ticks = Ticks()
    backoff = Backoff(ticks)
    assert [backoff.failed("crawl") for _ in range(8)] == [60, 120, 240, 480, 960, 1800, 1800, 1800]
    assert not backoff.ready("crawl")
    assert backoff.ready("enrich")
    ticks.now += 1799
    assert not backoff.ready("crawl")
    ticks.now += 1
    assert backoff.ready("crawl")
    backoff.failed("crawl")
    backoff.forgive()
    assert backoff.ready("crawl")
    assert backoff.well("crawl")
    assert not backoff.well("crawl")
    assert not backoff.waits()

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trendwatch.collect._habit import cadence_s, learned, pace_s
from trendwatch.model import Source

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = 24 * HOUR


def every(step: timedelta, count: int = 20, until: datetime = NOW) -> list[datetime]:
    return [until - step * n for n in range(count)]


def pace(every_s: float, dates: list[datetime]) -> float:
    return pace_s(Source(name="mill", kind="feed", reader=None, every_s=int(every_s)), dates, NOW) / 3600


@pytest.mark.parametrize("step", [4 * HOUR, DAY, 7 * DAY, 30 * DAY])
def test_the_cadence_is_the_time_between_publications(step):
    assert cadence_s(every(step), NOW) == pytest.approx(step.total_seconds(), rel=0.02)


def test_the_order_of_dates_and_what_is_still_to_come_do_not_matter():
    assert cadence_s([*every(DAY)[::-1], NOW + DAY], NOW) == cadence_s(every(DAY), NOW)


def test_a_batch_is_one_publication():
    batch = [at + timedelta(seconds=n) for at in every(DAY) for n in range(50)]
    assert cadence_s(batch, NOW) == cadence_s(every(DAY), NOW)


def test_a_cadence_is_not_learned_from_four_dates():
    assert cadence_s(every(DAY, 4), NOW) == 0
    assert cadence_s(every(DAY, 5), NOW) > 0


def test_a_source_that_fell_silent_slows_down():
    assert cadence_s(every(DAY, until=NOW - 60 * DAY), NOW) > 3 * DAY.total_seconds()


@pytest.mark.parametrize(
    ("every_h", "step", "paced_h"),
    [
        (1, HOUR / 2, 1),
        (1, 3 * HOUR, 3),
        (1, 7 * DAY, 4),
        (6, 4 * HOUR, 6),
        (6, 12 * HOUR, 12),
        (6, 7 * DAY, 18),
        (24, 7 * DAY, 24),
        (168, 2 * DAY, 168),
        (168, 30 * DAY, 168),
    ],
)
def test_a_source_is_asked_as_often_as_it_publishes_within_bounds(every_h, step, paced_h):
    assert pace(every_h * 3600, every(step)) == pytest.approx(paced_h, rel=0.02)


def test_what_is_not_known_is_asked_as_often_as_the_file_says():
    assert pace(6 * 3600, []) == 6
    assert pace(6 * 3600, every(DAY, 3)) == 6


def test_a_regular_source_is_silent_sooner_than_one_of_the_same_rate_that_comes_by_chance():
    regular = every(7 * DAY, 16)[::-1]
    gaps = [1, 2, 3, 1, 20, 5, 2, 14, 9, 1, 13, 2, 18, 3, 11]
    chance = [NOW - timedelta(days=sum(gaps[n:])) for n in range(len(gaps))]
    assert len(regular) == len(chance) + 1
    assert learned(regular, NOW).silent < 14 * DAY
    assert learned(chance, NOW).silent > 28 * DAY


def test_no_silence_is_called_before_the_longest_break_is_passed():
    dates = every(DAY, 30, NOW - 12 * DAY)[::-1] + every(DAY, 3)[::-1]
    assert learned(dates, NOW).silent > 10 * DAY

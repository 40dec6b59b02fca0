"""How often a source publishes, learned from the days on which it did, and when its silence is out of habit."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from trendwatch.model import Expectation, Source

LEARNED_FROM = 40
"""Gaps looked at, the latest: a source that slowed down two years ago is judged by what it does now."""
FEWEST = 4
"""Gaps below which nothing is learned: then only a quarter of a year counts as silence."""
UNKNOWN = timedelta(days=90)
FALSE_ALARMS_PER_WEEK = 0.005
"""Share of weeks in which a source that publishes at random, but as often as ever, may be called silent."""
REGULAR = 0.55
"""Spread of the gaps, as a share of their mean, below which a source keeps to a calendar; chance alone gives about 1."""
TWICE = 1.9
"""So many times its longest break, which the next visit makes twice."""
SHORTEST = timedelta(days=3)
"""No source is silent sooner: a weekend is no alarm, arXiv's least of all."""
HOLIDAYS = timedelta(days=10)
_WEEK_DAYS = 7
SLOWEST = 4
"""A source is asked at least once in so many times `every`, or once in `SLOWEST_S`, however rarely it publishes."""
SLOWEST_S = 18 * 3600.0
"""Less than a day: a feed may hold but one day's entries (arXiv's does), and none of them may be missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """Spans without anything new from which a source is quiet, silent, frozen; and the habit in words."""

    quiet: timedelta
    silent: timedelta
    frozen: timedelta
    words: str


def learned(dates: Sequence[datetime], now: datetime) -> Habit:
    """The habit behind sorted dates, as of `now`.

    Silence begins where a Poisson source of the same rate would be caught once in 200 weeks. A source that is more regular than
    that (a weekly letter) is silent sooner, at twice its longest break; one that comes in bursts later, at one and a half times
    its longest. None is before its longest break itself is passed.
    """
    gaps, breaks = _gaps(dates)
    if len(gaps) < FEWEST:
        return Habit(quiet=UNKNOWN, silent=UNKNOWN, frozen=3 * UNKNOWN, words="its habit is not known yet")
    mean = sum(gaps) / len(gaps)
    silent = max(timedelta(days=_silent_days(gaps, breaks)), SHORTEST) + (HOLIDAYS if holidays(now) else timedelta(0))
    words = f"it usually publishes every {mean:.0f} days" if mean >= 1.5 else "it usually publishes daily"  # noqa: PLR2004 - rounds to 2
    return Habit(quiet=min(timedelta(days=max(2 * mean, 2)), silent), silent=silent, frozen=3 * silent, words=words)


def _silent_days(gaps: Sequence[int], breaks: Sequence[float]) -> float:
    mean = sum(gaps) / len(gaps)
    rare = mean * max(2.0, math.log(_WEEK_DAYS / mean / FALSE_ALARMS_PER_WEEK))
    longest = max(breaks)
    if len(gaps) < 2 * FEWEST:
        return max(longest * 1.1, rare)
    if statistics.pstdev(gaps) < REGULAR * mean:
        return max(longest * 1.1, min(rare, longest * TWICE))
    return max(longest * 1.5, rare)


def short_of(
    expect: Expectation | None, dates: Sequence[datetime], asked_at: datetime, *, since: datetime
) -> tuple[str, str] | None:
    """Say "silent" when less than half of what the user expects came, "quiet" when less; None when enough, or not watched long enough."""
    if expect is None:
        return None
    span = timedelta(days=expect.days)
    if asked_at - min([since, *dates[:1]]) < span:
        return None
    patience = span + (HOLIDAYS if holidays(asked_at) else timedelta(0))
    count = sum(asked_at - patience < at <= asked_at for at in dates)
    if count >= expect.items:
        return None
    told = f"{count or 'nothing'} new in {expect.days} days, expected are {expect.items}"
    return ("silent", told) if 2 * count < expect.items else ("quiet", told)


def per_week(dates: Sequence[datetime], now: datetime) -> float:
    """Items a week over the last eight weeks, or over the time since the first item if that is less; rounded to tenths."""
    if not dates:
        return 0.0
    weeks = min(8.0, max((now - dates[0]) / timedelta(weeks=1), 1.0))
    recent = sum(at > now - timedelta(weeks=8) for at in dates)
    return round(recent / weeks, 1)


def cadence_s(dates: Sequence[datetime], now: datetime) -> float:
    """Seconds from one publication to the next, on average over the latest `LEARNED_FROM`; 0.0 when too few are known.

    What comes within one hour is one publication: a batch of fifty papers at midnight is no haste. The time since the last one
    counts as soon as it is longer than the average: a source that fell silent is slow. `dates` may be in any order.
    """
    hours = sorted({at.replace(minute=0, second=0, microsecond=0) for at in dates if at <= now})[-LEARNED_FROM - 1 :]
    count = len(hours) - 1
    if count < FEWEST:
        return 0.0
    mean = (hours[-1] - hours[0]) / count
    return max(mean, (now - hours[0]) / (count + 1)).total_seconds()


def pace_s(source: Source, dates: Sequence[datetime], now: datetime) -> float:
    """Seconds from one visit to the next: as often as the source publishes, but no sooner than `every_s` and no later than
    four times that or 18 hours, whichever is sooner (or `every_s` itself, where that is more). What is not known yet is
    asked every `every_s`.
    """
    slowest = max(source.every_s, min(SLOWEST * source.every_s, SLOWEST_S))
    return float(min(max(cadence_s(dates, now), source.every_s), slowest))


def _gaps(dates: Sequence[datetime]) -> tuple[list[int], list[float]]:
    """Between the latest days on which something came: the days from one to the next, and how long nothing really came."""
    first: dict[date, datetime] = {}
    last: dict[date, datetime] = {}
    for at in dates:
        first.setdefault(at.date(), at)
        last[at.date()] = at
    days = sorted(first)[-LEARNED_FROM - 1 :]
    return [(b - a).days for a, b in pairwise(days)], [(first[b] - last[a]) / timedelta(days=1) for a, b in pairwise(days)]


def holidays(now: datetime) -> bool:
    """Whether `now` lies around the turn of the year, when offices and arXiv close."""
    return (now.month, now.day) >= (12, 22) or (now.month, now.day) <= (1, 7)

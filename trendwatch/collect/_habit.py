"""How often a source publishes, learned from the days on which it did, and when its silence is out of habit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from trendwatch.model import Expectation

LEARNED_FROM = 40
"""Gaps looked at, the latest: a source that slowed down two years ago is judged by what it does now."""
FEWEST = 4
"""Gaps below which nothing is learned: then only a quarter of a year counts as silence."""
UNKNOWN = timedelta(days=90)
FALSE_ALARMS_PER_WEEK = 0.005
"""Share of weeks in which a source that publishes at random, but as often as ever, may be called silent."""
SHORTEST = timedelta(days=3)
"""No source is silent sooner: a weekend is no alarm, arXiv's least of all."""
HOLIDAYS = timedelta(days=10)
_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """Spans without anything new from which a source is quiet, silent, frozen; and the habit in words."""

    quiet: timedelta
    silent: timedelta
    frozen: timedelta
    words: str


def learned(dates: Sequence[datetime], now: datetime) -> Habit:
    """The habit behind sorted dates, as of `now`.

    Silence begins where a Poisson source of the same rate would be caught once in 200 weeks, but not beyond twice the longest
    gap of a source that is more regular than that (a weekly letter), and never before that longest gap itself is passed.
    """
    gaps = _gaps(dates)
    if len(gaps) < FEWEST:
        return Habit(quiet=UNKNOWN, silent=UNKNOWN, frozen=3 * UNKNOWN, words="its habit is not known yet")
    mean = sum(gaps) / len(gaps)
    rare = mean * max(2.0, math.log(_WEEK_DAYS / mean / FALSE_ALARMS_PER_WEEK))
    longest = max(gaps)
    days = max(longest * 1.1, min(rare, 2 * longest) if len(gaps) >= 2 * FEWEST else rare)
    silent = max(timedelta(days=days), SHORTEST) + (HOLIDAYS if _holidays(now) else timedelta(0))
    words = f"it usually publishes every {mean:.0f} days" if mean >= 1.5 else "it usually publishes daily"  # noqa: PLR2004 - rounds to 2
    return Habit(quiet=min(timedelta(days=max(2 * mean, 2)), silent), silent=silent, frozen=3 * silent, words=words)


def short_of(
    expect: Expectation | None, dates: Sequence[datetime], asked_at: datetime, *, since: datetime
) -> tuple[str, str] | None:
    """Say "silent" when less than half of what the user expects came, "quiet" when less; None when enough, or not watched long enough."""
    if expect is None:
        return None
    span = timedelta(days=expect.days)
    if asked_at - min([since, *dates[:1]]) < span:
        return None
    patience = span + (HOLIDAYS if _holidays(asked_at) else timedelta(0))
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


def _gaps(dates: Sequence[datetime]) -> list[int]:
    """Days between the days on which something came, the latest `LEARNED_FROM`."""
    days = sorted({at.date() for at in dates})[-LEARNED_FROM - 1 :]
    return [(b - a).days for a, b in pairwise(days)]


def _holidays(now: datetime) -> bool:
    """Around the turn of the year offices, and arXiv, close."""
    return (now.month, now.day) >= (12, 22) or (now.month, now.day) <= (1, 7)

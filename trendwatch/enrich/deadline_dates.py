"""Calendar dates as people write them, with their places. Whether a date binds anybody is not asked here.

Read are "2 August 2026", "August 2, 2026", "Aug. 2nd", "2026-08-02", "2.8.2026", "08/02/2026", and "August 2026" as a month.
A day and month without a year belong to the next such day. 08/02/2026 is read only where one of the two exceeds twelve or the
jurisdiction decides; a date that does not exist is no date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+(?:the\s+)?)?"
_YEAR = r"(?:19|20)\d\d"
START = rf"(?:{_WEEKDAY}(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}|{_MONTH}|\d{{4}}-\d\d))"
"""What a date begins with, for patterns that look ahead."""
_DATE = re.compile(
    rf"{_WEEKDAY}(?:"
    rf"\b(?P<dmy_d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:day\s+of\s+|of\s+)?(?P<dmy_m>{_MONTH})(?:,?\s+(?P<dmy_y>{_YEAR})\b)?"
    rf"|\b(?P<mdy_m>{_MONTH})\s+(?P<mdy_d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*[:%])(?:,?\s+(?P<mdy_y>{_YEAR})\b)?"
    rf"|\b(?P<my_m>{_MONTH}),?\s+(?P<my_y>{_YEAR})\b"
    rf"|(?<![\d/.-])(?P<iso_y>{_YEAR})-(?P<iso_m>\d{{2}})-(?P<iso_d>\d{{2}})(?![\d-])"
    rf"|(?<![\d/.-])(?P<n_a>\d{{1,2}})(?P<n_s>[/.])(?P<n_b>\d{{1,2}})(?P=n_s)(?P<n_y>{_YEAR})(?![\d/]|\.\d)"
    r")",
)
_DIGIT = re.compile(r"\d")
_MONTH_FIRST = ("us",)
_DAY_FIRST = (
    "eu",
    "gb",
    "uk",
    "ie",
    "de",
    "fr",
    "es",
    "it",
    "nl",
    "pt",
    "au",
    "nz",
    "in",
    "br",
    "sg",
    "za",
    "at",
    "ch",
    "be",
    "pl",
)
MOST_DAYS_AHEAD = 366


@dataclass(frozen=True, slots=True)
class Written:
    """A date at text[start:end]. `sure` is 1 for a full date, less where the year or the day was inferred."""

    on: date
    start: int
    end: int
    sure: float
    whole_month: bool = False


def find(text: str, today: date, region: str) -> list[Written]:
    """The dates in `text`, in order. `today` is when it was published; `region` decides what 08/02/2026 means."""
    found: list[Written] = []
    if not _DIGIT.search(text):
        return found  # no date is written without one, and most sentences hold none
    for match in _DATE.finditer(text):
        written = _read(match, today, region.lower().partition("-")[0])
        if written is not None:
            found.append(written)
    return found


def _read(match: re.Match[str], today: date, region: str) -> Written | None:
    part = match.groupdict()
    span = (match.start(), match.end())
    if part["iso_y"]:
        return _written(part["iso_y"], int(part["iso_m"]), part["iso_d"], span)
    if part["n_y"]:
        ordered = _order(int(part["n_a"]), int(part["n_b"]), part["n_s"], region)
        return _written(part["n_y"], ordered[0], str(ordered[1]), span) if ordered[0] else None
    if part["my_y"]:
        on = _date(int(part["my_y"]), _month(part["my_m"]), 1)
        return Written(on, *span, 0.7, whole_month=True) if on else None
    kind = "dmy" if part["dmy_d"] else "mdy"
    day, month, year = part[f"{kind}_d"], _month(part[f"{kind}_m"]), part[f"{kind}_y"]
    return _written(year, month, day, span) if year else _next(month, int(day), today, span)


def _written(year: str, month: int, day: str, span: tuple[int, int]) -> Written | None:
    on = _date(int(year), month, int(day))
    return Written(on, *span, 1.0) if on else None


def _next(month: int, day: int, today: date, span: tuple[int, int]) -> Written | None:
    """The first such day from a week before publication on: "from 1 July" is the coming one."""
    for year in (today.year, today.year + 1):
        on = _date(year, month, day)
        if on and today - timedelta(days=7) <= on <= today + timedelta(days=MOST_DAYS_AHEAD):
            return Written(on, *span, 0.85)
    return None


def _order(first: int, second: int, mark: str, region: str) -> tuple[int, int]:
    """(month, day) of 08/02 or 8.2; (0, 0) where nothing decides. With full stops the day comes first everywhere."""
    if mark == "." or first > 12 or (second <= 12 and region in _DAY_FIRST):  # noqa: PLR2004 - months
        return second, first
    if second > 12 or region in _MONTH_FIRST or first == second:  # noqa: PLR2004 - months
        return first, second
    return 0, 0


def _month(name: str) -> int:
    return next(i for i, month in enumerate(_MONTHS, 1) if month.startswith(name[:3].lower()))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

"""Published dates as aware UTC datetimes, or none with the reason."""

from __future__ import annotations

import re
import warnings
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

MISSING = "no date was published"
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing on the web is older; what says so is a default of some software (1970-01-01, 1900-01-01, 0001-01-01)."""
SLACK = timedelta(hours=14)
"""A local time without its zone may be this far ahead of UTC: such a date is taken for the moment of the visit, not doubted."""
LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "sv",
    "da",
    "nb",
    "fi",
    "pl",
    "cs",
    "sk",
    "hu",
    "ro",
    "bg",
    "el",
    "tr",
    "ru",
    "uk",
    "ar",
    "he",
    "fa",
    "hi",
    "id",
    "vi",
    "th",
    "ja",
    "ko",
    "zh",
]
"""Whose words for months are read: dateparser tries one after the other, and all of its two hundred take seconds."""
_LONGEST = 80
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")


def read(value: datetime | str | None, *, seen_at: datetime) -> tuple[datetime | None, str]:
    """(moment in UTC, note). The note says why there is none, or in what the moment differs from what was published; "" if not.

    A day without hour is midnight UTC. A moment after `seen_at` cannot be a publication: up to fourteen hours it is read as a
    local time and becomes `seen_at`, beyond that it is not believed. Nothing here depends on the clock.
    """
    moment = parse(value) if isinstance(value, str) else utc(value)
    shown = " ".join(str(value).split())[:40]
    if moment is None:
        return None, f"unreadable date: {shown!r}" if isinstance(value, str) and value.strip() else MISSING
    if moment < OLDEST:
        return None, f"absurd date: {shown}"
    if moment > seen_at + SLACK:
        return None, f"date in the future: {shown}"
    if moment > seen_at:
        return seen_at, f"date up to {SLACK.seconds // 3600} hours ahead: {shown}; taken for the time of the visit"
    return moment, ""


def utc(moment: datetime | None) -> datetime | None:
    """The same moment in UTC, whole seconds; one without zone is taken for UTC. None where it leaves the calendar."""
    if moment is None:
        return None
    try:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).replace(microsecond=0)
    except (OverflowError, ValueError):
        return None


@lru_cache(maxsize=4096)
def parse(text: str) -> datetime | None:
    """A date in any words a publisher may use, or None. Cheap readers first; dateparser, which is slow, only for the rest."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST or not re.search(r"\d", text):
        return None
    for reader in (_epoch, _iso, _mail, _words):
        found = reader(text)
        if found is not None:
            return utc(found)
    return None


def _epoch(text: str) -> datetime | None:
    if not _EPOCH.fullmatch(text):
        return None
    seconds = float(text)
    try:
        return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)  # noqa: PLR2004 - milliseconds since 1973
    except (OverflowError, ValueError, OSError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _words(text: str) -> datetime | None:
    """Dates in words; relative ones ("2 hours ago") would change with every visit and are refused.

    Without a year there is no date, and dateparser would look through all its languages to find that out (13 s).
    """
    if not _YEAR.search(text):
        return None
    import dateparser  # noqa: PLC0415 - slow, and most dates need no such reader

    settings = {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["year", "month", "day"], "TIMEZONE": "UTC", "DATE_ORDER": "DMY"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dateparser meets Python's own deprecations
        try:
            found: datetime | None = dateparser.parse(text, languages=LANGUAGES, settings=settings)
        except (ValueError, OverflowError, TypeError, RecursionError):
            return None
    return found

"""ISO weeks in a reader's time zone, and which items are an issue's news. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from trendwatch.errors import QueryError
from trendwatch.model import DigestSpec, Item

LATE = timedelta(days=21)
"""How long after publication an item that came late is still news. Incidents and press reach a feed up to two weeks after
their day (they are dated by occurrence); older than three weeks is a back-fill."""

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def week_of(day: date) -> str:
    """The ISO week a day lies in: "2026-W09"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(week: str) -> date:
    """The first day of a week such as "2026-W09". Raises QueryError when it is none."""
    year, _, number = week.partition("-W")
    try:
        return date.fromisocalendar(int(year), int(number), 1)
    except ValueError as error:
        raise QueryError(f"{week!r} is not an ISO week such as 2026-W09") from error


def bounds(spec: DigestSpec, week: str) -> tuple[datetime, datetime]:
    """Start (included) and end (excluded) of a week in the digest's time zone, in UTC."""
    first = monday_of(week)
    zone = ZoneInfo(spec.timezone)
    return (
        datetime.combine(first, time(), zone).astimezone(UTC),
        datetime.combine(first + timedelta(days=7), time(), zone).astimezone(UTC),
    )


def due_week(spec: DigestSpec, now: datetime) -> str:
    """The newest week whose issue should exist by `now`: the last whole week before the latest composing day and hour."""
    local = now.astimezone(ZoneInfo(spec.timezone))
    back = timedelta(days=(local.weekday() - DAYS.index(spec.day)) % 7)
    composing = datetime.combine(local.date() - back, time(spec.hour), local.tzinfo)
    if composing > local:
        composing -= timedelta(days=7)
    return week_of(composing.date() - timedelta(days=composing.weekday() + 1))


def fresh(items: Iterable[Item], spec: DigestSpec, week: str, *, composed_before: datetime | None) -> frozenset[str]:
    """Ids of the items that are news in a week's issue.

    News is what was published in the week, and what was published up to three weeks earlier but was first seen only after the
    issue before was composed (`composed_before`, None for the first issue). An entry without a date that came with the
    first answer of its source is a back-fill: its day is not known, and it is not news.
    """
    known = list(items)
    start, end = bounds(spec, week)
    begun: dict[str, datetime] = {}
    for item in known:
        begun[item.source] = min(item.first_seen_at, begun.get(item.source, item.first_seen_at))
    return frozenset(
        item.id
        for item in known
        if item.at < end
        and (item.published_at is not None or item.first_seen_at > begun[item.source])
        and (
            item.at >= start
            or (composed_before is not None and item.first_seen_at > composed_before and item.at >= start - LATE)
        )
    )

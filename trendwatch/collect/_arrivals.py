"""What newly arrived entries say that no visit's outcome does: dates that stopped making sense, entries of another site. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

LOOKED_AT = 200
"""Arrivals, the latest: a source that changed for good is in time judged by what it has become."""
KNOWN = 10
"""Entries that must have been good before anything is called a change."""
MOSTLY = 0.9
STRAYED = 5
"""Entries in a row from elsewhere that make another site of it; a guest article is none."""
OLD = timedelta(days=60)
"""An entry dated so long before it was first seen was not published then, or its date is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An item, as far as it tells of its source's health."""

    seen_at: datetime
    published_at: datetime | None
    host: str  # of its canonical URL; "" when it has none


def oddity(arrivals: Sequence[Arrival]) -> tuple[str, str] | None:
    """The state and its reason when the latest arrivals differ from all before; None when nothing is odd. Any order.

    False positive: a publisher that imports its archive over several visits. False negative: a source that always was so.
    """
    latest = sorted(arrivals, key=lambda a: a.seen_at)[-LOOKED_AT:]
    return _undated(latest) or _aged(latest) or _strayed(latest)


def _undated(arrivals: Sequence[Arrival]) -> tuple[str, str] | None:
    run = _run(arrivals, lambda a: a.published_at is None)
    before = arrivals[: len(arrivals) - len(run)]
    if not _several(run) or len(before) < KNOWN or _share(before, lambda a: a.published_at is not None) < MOSTLY:
        return None
    return "malformed", f"its last {len(run)} entries carry no usable date, those before did"


def _aged(arrivals: Sequence[Arrival]) -> tuple[str, str] | None:
    """Dates far in the past on entries that just came. The first visit brings the backlog, which is old by nature but for its newest."""
    fresh = [a for a in arrivals if a.seen_at > arrivals[0].seen_at]
    run = _run(fresh, _is_old)
    all_before = arrivals[: len(arrivals) - len(run)]
    before = fresh[: len(fresh) - len(run)] or [a for a in all_before if not _is_old(a)]
    if not _several(run) or len(all_before) < KNOWN or not before or _share(before, _is_old) > 1 - MOSTLY:
        return None
    return "malformed", f"its last {len(run)} entries were dated {OLD.days} days and more before they came"


def _is_old(arrival: Arrival) -> bool:
    return arrival.published_at is not None and arrival.seen_at - arrival.published_at > OLD


def _strayed(arrivals: Sequence[Arrival]) -> tuple[str, str] | None:
    sites = [_site(a.host) for a in arrivals if a.host]
    if not sites:
        return None
    home = Counter(sites).most_common(1)[0][0]
    strangers = len(_run(sites, lambda site: site != home))
    before = sites[: len(sites) - strangers]
    if strangers < STRAYED or len(before) < KNOWN or before.count(home) < MOSTLY * len(before):
        return None
    return "moved", f"its last {strangers} entries lead to {sites[-1]}, those before to {home}: is it still the same publisher?"


def _site(host: str) -> str:
    """A host's last two labels: "blog.example.org" and "example.org" are one site (and all of "co.uk": a change missed)."""
    return ".".join(host.lower().rsplit(".", 2)[-2:])


def _several(run: Sequence[Arrival]) -> bool:
    """Two entries that came on two days: one entry, or one import, is an accident."""
    return len(run) > 1 and run[-1].seen_at - run[0].seen_at >= timedelta(days=1)


def _share(arrivals: Sequence[Arrival], wanted: Callable[[Arrival], bool]) -> float:
    return sum(map(wanted, arrivals)) / len(arrivals)


def _run(values: Sequence[T], wanted: Callable[[T], bool]) -> Sequence[T]:
    """The longest run of wanted values at the end."""
    start = next((n + 1 for n in range(len(values) - 1, -1, -1) if not wanted(values[n])), 0)
    return values[start:]

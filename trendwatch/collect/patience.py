"""When a source that failed is asked again: soon after a hiccup, ever later while it lasts, rarely when it was refused for good."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from trendwatch.model import Visit

DOUBLED = 2.0
PROBE = timedelta(days=1)
"""However long a source fails, it is probed once in so long, or once in `every` where that is more."""
RARELY = timedelta(days=3)
"""So rarely is one probed that refuses (gone, login, forbidden) and did so before."""
SPREAD = 0.1
"""Part of the wait by which it is shortened or not, by source and count: what failed together does not come back together."""
REMEMBERED = timedelta(days=30)
"""Failures in a row are counted so far back."""


def next_at(visit: Visit, before: Sequence[Visit], every_s: int) -> datetime:
    """The moment before which a source is not asked again, after a failed `visit` and those `before` it, oldest first.

    The first failure waits the usual time, each further one twice as long, up to `PROBE`. What is refused for good ("permanent")
    waits a day, then `RARELY`. What a server asks for itself (`Visit.next_at`) counts where it is longer.
    """
    streak = [visit]
    for earlier in reversed(before):
        if earlier.succeeded:
            break
        streak.append(earlier)
    usual = timedelta(seconds=every_s)
    if visit.outcome == "permanent":
        wait = max(usual, RARELY if sum(v.outcome == "permanent" for v in streak) > 1 else PROBE)
    else:
        wait = max(usual, min(usual * DOUBLED ** min(len(streak) - 1, 30), PROBE))
    part = zlib.crc32(f"{visit.source} {len(streak)}".encode()) / 2**32
    soonest = visit.started_at + wait * (1 - SPREAD * part)
    return max(soonest, visit.next_at or soonest)

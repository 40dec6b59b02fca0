"""What readers are still owed, worked out from the store: issues not composed, copies not handed over. Pure but for reading."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from trendwatch import periods
from trendwatch.model import Delivery, Digest, DigestSpec
from trendwatch.serving.patience import patience

if TYPE_CHECKING:
    from trendwatch.config import Config
    from trendwatch.storage import Store

SOONEST = timedelta(minutes=5)
LATEST = timedelta(hours=6)
"""A copy that a server put off is tried again after these at least and at most; until the next issue is due."""

ASTRAY = timedelta(days=7)
"""An issue composed so long after now was composed by a clock that ran ahead: it does not stand for the time to come."""


def week(store: Store, spec: DigestSpec, now: datetime) -> str:
    """The week whose issue is to be looked after now; "" when a newer one is stored: a clock set back tells no old week."""
    due = periods.due_week(spec, now)
    for issue in reversed(store.digests(spec.name)):
        if issue.rpartition("/")[2] <= due:
            break
        newer = store.digest(issue)
        if newer is not None and newer.composed_at <= now + ASTRAY:
            return ""
    return due


def next_try(delivery: Delivery | None, digest: Digest, *, remembered: bool, now: datetime) -> datetime | None:
    """When one copy is to be handed over, at the latest now; None when it is settled."""
    if delivery is None or delivery.state == "sending":  # a claim without an end: the pipeline settles it
        return now
    if delivery.state == "retry":
        if delivery.at > now:  # by a clock that ran ahead
            return now
        return delivery.at + patience(digest.composed_at, delivery.at, least=SOONEST, most=LATEST)
    return now if not remembered and delivery.state != "sent" else None


def copies(config: Config, store: Store, digest: Digest, spec: DigestSpec, now: datetime) -> datetime | None:
    """The earliest moment at which a copy of an issue is to be handed over; None when everyone has theirs."""
    known = {(d.deliverer, d.recipient): d for d in store.deliveries(digest.issue)}
    moments = [
        next_try(known.get((name, recipient)), digest, remembered=deliverer.remembered, now=now)
        for name, deliverer in sorted(config.deliver.items())
        for recipient in deliverer.recipients(digest, spec.recipients)
    ]
    return min((m for m in moments if m is not None), default=None)

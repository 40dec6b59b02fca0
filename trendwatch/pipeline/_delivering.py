"""Stage 3, second half: hand an issue to everyone it is for, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from trendwatch.errors import DeliveryError
from trendwatch.model import Delivery, Digest, DigestSpec, Rendering

if TYPE_CHECKING:
    from trendwatch.config import Config
    from trendwatch.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What `deliver` did for one recipient; `new` is false when it had been done before."""

    delivery: Delivery
    new: bool


def deliver(
    config: Config, store: Store, digest: Digest, *, now: datetime, tell: Callable[[Handed], None] = lambda _: None
) -> list[Handed]:
    """Hand an issue to everyone it is for who does not have it. A failure is recorded and the others still get theirs.

    `tell` hears of every recipient once the outcome is stored. What it raises ends the delivery, between two recipients.
    """
    from trendwatch.report.render import render  # noqa: PLC0415 - templates load here, not with --help

    spec = next((d for d in config.digests if d.name == digest.name), DigestSpec(name=digest.name))
    renderings = render(digest)
    known = {(d.deliverer, d.recipient): d for d in store.deliveries(digest.issue)}
    handed: list[Handed] = []
    for name, deliverer in sorted(config.deliver.items()):
        for recipient in deliverer.recipients(digest, spec.recipients):
            before = known.get((name, recipient)) if deliverer.remembered else None
            had = _settled(store, before, now)
            if had is None:
                claim = Delivery(issue=digest.issue, deliverer=name, recipient=recipient, state="sending", at=now)
                handed.append(_hand(config, store, digest, renderings, claim))
            else:
                handed.append(Handed(delivery=had, new=False))
            tell(handed[-1])
    return handed


def _settled(store: Store, before: Delivery | None, now: datetime) -> Delivery | None:
    """An earlier delivery that is not to be repeated. A claim without an end means that a run died while the mail was on its
    way: nobody knows whether it arrived, so it is never sent again unasked.
    """
    if before and before.state == "sending":
        before = replace(before, state="unknown", detail="the run ended while the mail was on its way", at=now)
        store.put_delivery(before)
    return before if before and before.state != "retry" else None


def _hand(config: Config, store: Store, digest: Digest, renderings: Mapping[str, Rendering], claim: Delivery) -> Handed:
    """One recipient. The claim is stored before the wire is touched."""
    store.put_delivery(claim)
    try:
        detail = config.deliver[claim.deliverer].deliver(digest, renderings, claim.recipient, config.secrets)
        result = replace(claim, state="sent", detail=detail)
    except DeliveryError as error:
        result = replace(claim, state=error.outcome, detail=str(error))
    store.put_delivery(result)
    return Handed(delivery=result, new=True)

"""`trendwatch deliver`: hand a stored issue to those who do not have it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from trendwatch.cli import options
from trendwatch.cli.run import tell_handed
from trendwatch.errors import QueryError


def command(
    ctx: typer.Context,
    issue: Annotated[str, typer.Argument(help="A stored issue such as weekly/2026-W09; the newest when left out.")] = "",
    *,
    again: Annotated[
        list[str] | None, typer.Option(help="Send once more to this recipient whose mail was refused or unknown.")
    ] = None,
) -> None:
    """Deliver a stored issue to whoever lacks it. No one gets an issue twice unless --again names them."""
    from trendwatch import pipeline  # noqa: PLC0415 - the stages load here, not with --help
    from trendwatch.serving.lock import hold  # noqa: PLC0415
    from trendwatch.storage import connect  # noqa: PLC0415

    config, now = options.config(ctx), options.now(ctx)
    with hold(config.store, "trendwatch deliver", now), connect(config.store) as store:
        if not issue and not (known := store.digests()):
            raise QueryError("no issue is stored yet; `trendwatch run` makes the first.")
        digest = pipeline.issue(store, issue or known[-1])
        had = [d for d in store.deliveries(digest.issue) if d.recipient in (again or ())]
        missing = sorted(set(again or ()) - {d.recipient for d in had})
        if missing:
            raise QueryError(f"{digest.issue} was never handed to {', '.join(missing)}; --again repeats a delivery.")
        for delivery in had:
            store.put_delivery(replace(delivery, state="retry", at=now, detail="asked for again"))
        handed = pipeline.deliver(config, store, digest, now=now)
    for one in handed:
        tell_handed(one)
    if any(h.delivery.state != "sent" for h in handed):
        raise typer.Exit(1)

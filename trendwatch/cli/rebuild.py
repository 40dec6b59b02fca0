"""`trendwatch rebuild`: make derived data anew."""

from __future__ import annotations

from typing import Annotated

import typer

from trendwatch.cli import options


def command(
    ctx: typer.Context,
    *,
    vectors: Annotated[bool, typer.Option("--vectors", help="Embed every text again, too.")] = False,
) -> None:
    """Drop all that is derived from the archive (judgements, tags, stories) and make it again; facts stay."""
    from trendwatch import pipeline  # noqa: PLC0415 - the stages load here, not with --help
    from trendwatch.cli._bars import bars  # noqa: PLC0415
    from trendwatch.serving.lock import hold  # noqa: PLC0415
    from trendwatch.storage import connect  # noqa: PLC0415

    config, now = options.config(ctx), options.now(ctx)
    with hold(config.store, "trendwatch rebuild", now), connect(config.store) as store, bars() as progress:
        dropped = store.forget("groups") + store.forget("judgements") + (store.forget("vectors") if vectors else 0)
        done = pipeline.enrich(config, store, now=now, progress=progress, from_the_first=True)
        stories = store.counts()["stories"]
    typer.echo(
        f"Dropped {dropped} derived rows. Embedded {done.embedded} texts, judged {done.judged} items; "
        f"{done.duplicates} duplicates, {stories} stories."
    )

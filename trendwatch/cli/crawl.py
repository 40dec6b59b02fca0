"""`trendwatch crawl`: only the first stage."""

from __future__ import annotations

from typing import Annotated

import typer

from trendwatch.cli import options
from trendwatch.errors import QueryError


def command(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="Sources to ask; all enabled ones when none is named.")] = None,
    *,
    due: Annotated[bool, typer.Option("--due", help="Only those whose time has come.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The visits as JSON.")] = False,
) -> None:
    """Ask sources and store what is new; nothing is embedded, composed or sent."""
    from trendwatch import pipeline, scheduler  # noqa: PLC0415 - the stages load here, not with --help
    from trendwatch.cli import _json  # noqa: PLC0415
    from trendwatch.cli._bars import bars  # noqa: PLC0415
    from trendwatch.serving.lock import hold  # noqa: PLC0415
    from trendwatch.storage import connect  # noqa: PLC0415

    config, now = options.config(ctx), options.now(ctx)
    with hold(config.store, "trendwatch crawl", now), connect(config.store) as store, bars() as progress:
        config = pipeline.followed(config, store)
        unknown = sorted(set(names or ()) - {s.name for s in config.sources})
        if unknown:
            raise QueryError(f"no source is named {', '.join(unknown)}; `trendwatch sources list` names them all.")
        asked = [s for s in config.sources if s.enabled and (not names or s.name in names)]
        if due:
            asked = scheduler.due(asked, store, now)
        put_off: list[pipeline.PutOff] = []
        visits = pipeline.collect(config, store, now=now, sources=asked, progress=progress, tell_put_off=put_off.append)
    for one in put_off:
        typer.echo(f"{one.source}: {options.clean(str(one))}.", err=as_json)
    if as_json:
        typer.echo(_json.dumps(visits))
        return
    for v in visits:
        typer.echo(
            f"{v.source}: {v.outcome}, {v.found} entries, {v.new} new, {v.revised} edited. {options.clean(v.error)}".rstrip()
        )

"""`trendwatch digest`: compose an issue, show it, list what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trendwatch.cli import options
from trendwatch.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trendwatch.model import DigestSpec


def command(
    ctx: typer.Context,
    *,
    week: Annotated[str, typer.Option(help="An ISO week such as 2026-W09; the week that is due when left out.")] = "",
    name: Annotated[str, typer.Option(help="Which digest of sources.yaml; the first when left out.")] = "",
    recompose: Annotated[
        bool, typer.Option("--recompose", help="Compose a stored issue anew from the archive as it was.")
    ] = False,
    form: Annotated[str, typer.Option("--form", help="What to print: txt, md, json or html.")] = "txt",
    stored: Annotated[bool, typer.Option("--list", help="List the stored issues.")] = False,
) -> None:
    """Print an issue, composed now if it is not stored yet; nothing is crawled or sent.

    What is composed is stored only when the week is over and sources were asked since: before that, it is a preview.
    """
    from trendwatch import periods, pipeline  # noqa: PLC0415 - the stages load here, not with --help
    from trendwatch.cli._bars import bars  # noqa: PLC0415
    from trendwatch.report.render import render  # noqa: PLC0415
    from trendwatch.serving.lock import hold  # noqa: PLC0415
    from trendwatch.storage import connect  # noqa: PLC0415

    config, now = options.config(ctx), options.now(ctx)
    with connect(config.store) as store, bars() as progress:
        if stored:
            typer.echo("\n".join(store.digests()) or "No issue is stored yet; `trendwatch run` makes the first.")
            return
        spec = _spec(config.digests, name)
        asked = week or periods.due_week(spec, now)
        periods.monday_of(asked)
        found = store.digest(f"{spec.name}/{asked}")
        if found is None or recompose:
            moment = found.composed_at if found else now
            early = "" if found else pipeline.unsettled(store, spec, asked, now=now)
            if early:
                typer.echo(f"A preview, not stored: {early}. `trendwatch run` composes and delivers the issue.", err=True)
            with hold(config.store, "trendwatch digest", now):
                done = pipeline.enrich(config, store, now=now, progress=progress)
                seen = done.survey if moment == now else None
                found = pipeline.compose(
                    config, store, spec, week=asked, now=moment, progress=progress, seen=seen, keep=not early
                )
    renderings = render(found)
    if form not in renderings:
        raise QueryError(f"{form!r} is no form of a digest; there are {', '.join(sorted(renderings))}.")
    typer.echo(renderings[form].body.decode())


def _spec(digests: Sequence[DigestSpec], name: str) -> DigestSpec:
    found = next((d for d in digests if not name or d.name == name), None)
    if found is None:
        raise QueryError(f"sources.yaml has no digest named {name!r}; it has {', '.join(d.name for d in digests)}.")
    return found

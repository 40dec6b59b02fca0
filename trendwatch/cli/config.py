"""`trendwatch config`: check the file, print its schema."""

from __future__ import annotations

import json

import typer

from trendwatch.cli import options

app = typer.Typer(help="Check sources.yaml, or print its JSON Schema.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def check(ctx: typer.Context) -> None:
    """Say every mistake in the file, with its line and the likely meaning."""
    from trendwatch import pipeline  # noqa: PLC0415 - the stages load here, not with --help
    from trendwatch.storage import kind_of  # noqa: PLC0415

    found = options.config(ctx)
    pipeline.verify(found)
    kind_of(found.store)
    enabled = sum(s.enabled for s in found.sources)
    digests = ", ".join(d.name for d in found.digests)
    typer.echo(
        f"{found.path}: no mistakes. {len(found.sources)} sources ({enabled} enabled), digests: {digests or 'none'}, "
        f"delivered by: {', '.join(sorted(found.deliver)) or 'nothing'}."
    )


@app.command()
def schema() -> None:
    """Print the JSON Schema of the file, for editors."""
    from trendwatch import config  # noqa: PLC0415 - beside the call it belongs to

    typer.echo(json.dumps(config.schema(), indent=2, ensure_ascii=False))

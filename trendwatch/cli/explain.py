"""`trendwatch explain`: why an item was or was not told."""

from __future__ import annotations

from typing import Annotated

import typer

from trendwatch.cli import options


def command(
    ctx: typer.Context,
    item: Annotated[str, typer.Argument(help="An id or its first digits, a URL, or an identifier such as arxiv:2601.01234.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Explain why an item was or was not in a digest: every step's figure and threshold."""
    from trendwatch.cli import _find, _json  # noqa: PLC0415 - loads when something is shown
    from trendwatch.explain import Known, explain  # noqa: PLC0415

    config = options.config(ctx)
    with options.look(config) as store:
        found = _find.one(store, item)
        known = Known(
            item=found,
            revisions=len(store.revisions(found.id)),
            judgement=store.judgements([found.id]).get(found.id),
            duplicate=store.duplicates().get(found.id),
            story=next(iter(store.stories([found.id])), None),
            issues=[d for key in store.digests() if (d := store.digest(key))],
            article=store.articles([found.id]).get(found.id),
            floors={d.name: d.floor for d in config.digests},
        )
    steps = explain(known)
    if as_json:
        typer.echo(_json.dumps(steps))
        return
    typer.echo(options.clean(found.title))
    for step in steps:
        typer.echo(f"{step.step}: {options.clean(step.result)}")
        for line in step.detail:
            if line:
                typer.echo(f"    {options.clean(line)}")

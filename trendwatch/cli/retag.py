"""`trendwatch retag`: judge again what was judged by other packs, words or models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from trendwatch.cli import options

if TYPE_CHECKING:
    from trendwatch.model import Judgement

MOST = 20


def command(
    ctx: typer.Context,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Judge every item, whether or not anything changed.")] = False,
) -> None:
    """Tag the archive anew after a change of packs or words; what is up to date already is left alone."""
    from trendwatch import pipeline  # noqa: PLC0415 - the stages load here, not with --help
    from trendwatch.cli._bars import bars  # noqa: PLC0415
    from trendwatch.serving.lock import hold  # noqa: PLC0415
    from trendwatch.storage import connect  # noqa: PLC0415

    config, now = options.config(ctx), options.now(ctx)
    with hold(config.store, "trendwatch retag", now), connect(config.store) as store, bars() as progress:
        before = store.judgements()
        if everything:
            store.forget("judgements")
        done = pipeline.enrich(config, store, now=now, progress=progress)
        after = store.judgements()
    typer.echo(f"Judged {done.judged} of {len(after)} items again{'' if done.judged else ': all are up to date'}.")
    for line in _changes(before, after):
        typer.echo(f"  {line}")


def _changes(before: Mapping[str, Judgement], after: Mapping[str, Judgement]) -> list[str]:
    """Tags that came and went, the most moved first."""
    old, new = _tags(before), _tags(after)
    came, went = Counter(tag for tag, _ in new - old), Counter(tag for tag, _ in old - new)
    moved = sorted(came | went, key=lambda t: (-came[t] - went[t], t))
    lines = [f"{tag}: {came[tag]} more, {went[tag]} fewer" for tag in moved[:MOST]]
    return lines + ([f"and {len(moved) - MOST} more tags"] if len(moved) > MOST else [])


def _tags(judgements: Mapping[str, Judgement]) -> set[tuple[str, str]]:
    return {(t.tag, item_id) for item_id, j in judgements.items() for t in j.taggings}

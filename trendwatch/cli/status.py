"""`trendwatch status`: sources, worst first, and what the archive holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from trendwatch.cli import options

if TYPE_CHECKING:
    from trendwatch.model import SourceState

COLOURS = {
    "healthy": "green",
    "quiet": "green",
    "new": "cyan",
    "moved": "yellow",
    "silent": "yellow",
    "frozen": "yellow",
    "empty": "yellow",
}


def command(ctx: typer.Context, *, as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Show every source's health, the last visits and the size of the archive."""
    from rich.console import Console  # noqa: PLC0415 - loads when something is shown

    from trendwatch import pipeline  # noqa: PLC0415 - the stages load here, not with --help
    from trendwatch.cli import _json  # noqa: PLC0415
    from trendwatch.storage import connect  # noqa: PLC0415

    config, now = options.config(ctx), options.now(ctx)
    with connect(config.store) as store:
        states = pipeline.states(config, store, now=now)
        counts = dict(store.counts())
        deliveries = [d for d in store.deliveries() if d.state != "sent"]
        issues = store.digests()
    if as_json:
        typer.echo(_json.dumps({"sources": states, "counts": counts, "issues": issues, "undelivered": deliveries}))
        return
    console = Console()
    console.print(_table(states))
    size = counts.pop("bytes", 0) / 1e6
    console.print(", ".join(f"{n:,} {what}" for what, n in counts.items()) + f"; {size:.1f} MB in {config.store}")
    for d in deliveries:
        console.print(f"{d.issue} → {options.clean(d.recipient)}: {d.state}: {options.clean(d.detail)}", markup=False)


def _table(states: list[SourceState]) -> object:
    from rich.table import Table  # noqa: PLC0415 - loads when something is shown
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    for name in ("source", "state", "last success", "newest", "items", "a week", "why"):
        table.add_column(name, justify="right" if name in ("items", "a week") else "left")
    for s in states:
        table.add_row(
            s.source,
            Text(s.state, style=COLOURS.get(s.state, "red")),
            f"{s.last_success_at:%Y-%m-%d %H:%M}" if s.last_success_at else "never",
            f"{s.newest_at:%Y-%m-%d}" if s.newest_at else "–",
            str(s.items),
            f"{s.items_per_week:.1f}",
            Text(options.clean(s.reason)),
        )
    return table

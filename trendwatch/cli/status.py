"""`trendwatch status`: sources, worst first, and what the archive holds."""

from __future__ import annotations

from datetime import datetime, timedelta
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
COLUMNS = ("source", "state", "answered", "in a row", "every", "newest", "items", "undated", "twice", "a visit", "why")
"""Of these, "answered" and "newest" are the ages of the last good answer and of the newest item, "in a row" counts failures or empty
answers, "every" is the cadence learned, "twice" the share of duplicates, "a visit" what one costs on average over four weeks.
"""
WIDE = 110
"""Columns of a terminal below which those of `LESSER` are left to `--json`."""
LESSER = {"in a row", "undated", "twice", "a visit"}
_UNITS = ((timedelta(days=14), timedelta(weeks=1), "w"), (timedelta(days=2), timedelta(days=1), "d"))


def command(ctx: typer.Context, *, as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Show every source's health, the last visits and the size of the archive."""
    from rich.console import Console  # noqa: PLC0415 - loads when something is shown

    from trendwatch import pipeline  # noqa: PLC0415 - the stages load here, not with --help
    from trendwatch.cli import _json  # noqa: PLC0415

    config, now = options.config(ctx), options.now(ctx)
    with options.look(config) as store:
        states = pipeline.states(config, store, now=now)
        counts = dict(store.counts())
        deliveries = [d for d in store.deliveries() if d.state != "sent"]
        issues = store.digests()
    if as_json:
        typer.echo(_json.dumps({"sources": states, "counts": counts, "issues": issues, "undelivered": deliveries}))
        return
    console = Console()
    console.print(_table(states, now, wide=console.width >= WIDE))
    size = counts.pop("bytes", 0) / 1e6
    console.print(", ".join(f"{n:,} {what}" for what, n in counts.items()) + f"; {size:.1f} MB in {config.store}")
    for d in deliveries:
        console.print(f"{d.issue} → {options.clean(d.recipient)}: {d.state}: {options.clean(d.detail)}", markup=False)


def _table(states: list[SourceState], now: datetime, *, wide: bool) -> object:
    from rich.table import Table  # noqa: PLC0415 - loads when something is shown
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    shown = [name for name in COLUMNS if wide or name not in LESSER]
    for name in shown:
        left = name in ("source", "state", "why")
        table.add_column(name, justify="left" if left else "right", no_wrap=name not in ("source", "why"), overflow="fold")
    for s in states:
        cells = dict(zip(COLUMNS, map(Text, row(s, now)), strict=True))
        cells["state"].stylize(COLOURS.get(s.state, "red"))
        table.add_row(*(cells[name] for name in shown))
    return table


def row(state: SourceState, now: datetime) -> tuple[str, ...]:
    """A source in the words of `COLUMNS`, "–" for what is not known."""
    return (
        state.source,
        state.state,
        span(now - state.last_success_at) if state.last_success_at else "never",
        str(state.streak) if state.streak else "–",
        span(timedelta(seconds=state.cadence_s)) if state.cadence_s else "–",
        span(now - state.newest_at) if state.newest_at else "–",
        str(state.items),
        f"{state.undated:.0%}" if state.undated else "–",
        f"{state.duplicates:.0%}" if state.duplicates else "–",
        f"{_size(state.bytes)} {state.seconds_s:.1f}s" if state.visits else "–",
        options.clean(state.reason),
    )


def span(time: timedelta) -> str:
    """A time in its largest fitting unit: "5h", "3d", "6w"; minutes are "<1h"."""
    for least, unit, letter in _UNITS:
        if time >= least:
            return f"{time / unit:.0f}{letter}"
    hours = round(time / timedelta(hours=1))
    return f"{hours}h" if hours else "<1h"


def _size(count: int) -> str:
    return f"{count / 1e6:.1f}MB" if count >= 1e6 else f"{count / 1e3:.0f}kB"  # noqa: PLR2004 - a million bytes

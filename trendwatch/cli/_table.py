"""Tables for a terminal. No command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trendwatch.cli import options

PIPED = 240
"""Columns of a table that nobody looks at directly."""


def show(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows; values are cleaned and never read as markup."""
    from rich.console import Console  # noqa: PLC0415 - loads when something is shown
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(options.clean(_word(row[c]))) for c in columns))
    console = Console()
    if not console.is_terminal:  # a file or a pipe has no edge to break lines at
        console = Console(width=PIPED)
    console.print(table)


def _word(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)

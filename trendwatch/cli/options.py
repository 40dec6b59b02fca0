"""What every command shares: the global options, and text that cannot play tricks on a terminal. No command."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from trendwatch.config import Config, Glance
    from trendwatch.storage import Store

_UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji need them; they cannot reorder or move anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The global options. `moment` is `--now`, None when the clock is meant."""

    path: Path
    moment: datetime | None


def of(ctx: typer.Context) -> Options:
    """The global options of this call."""
    found = ctx.find_object(Options)
    return found or Options(path=Path("sources.yaml"), moment=None)


def path(ctx: typer.Context) -> Path:
    """The file that `--config` names."""
    return of(ctx).path


def config(ctx: typer.Context) -> Config:
    """The configuration. Raises ConfigError, exit status 2, before any work."""
    from trendwatch import config as reading  # noqa: PLC0415 - beside the read it belongs to

    return reading.load(path(ctx), os.environ)


def glance(ctx: typer.Context) -> Glance:
    """What of the configuration a search needs. Raises ConfigError, exit status 2."""
    from trendwatch import config as reading  # noqa: PLC0415 - as in `config`

    return reading.glance(path(ctx), os.environ)


def look(config: Config | Glance) -> Store:
    """The store, opened to be read only: a command that looks runs beside one that writes, and on a disk that cannot be written.

    Where there is none yet, an empty one in memory.
    """
    from trendwatch.errors import NoStoreError  # noqa: PLC0415 - as in `config`
    from trendwatch.storage import connect  # noqa: PLC0415

    try:
        return connect(config.store, read_only=True)
    except NoStoreError:
        return connect("sqlite://")


def now(ctx: typer.Context) -> datetime:
    """`--now`, or the clock, in UTC to the second."""
    return of(ctx).moment or datetime.now(UTC).replace(microsecond=0)


def moment(text: str) -> datetime | None:
    """An ISO date or time; without a zone it is UTC. None for nothing. A bad one is a mistake in usage."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no moment such as 2026-03-02 or 2026-03-02T07:00Z", param_hint="--now") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def clean(text: str, *, keep: str = "") -> str:
    """Untrusted text for a terminal: control and direction characters become a mark, so they move and colour nothing."""
    return "".join(c if c in keep or c in _JOINERS or unicodedata.category(c) not in _UNSAFE else "\ufffd" for c in text)

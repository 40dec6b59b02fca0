"""`trendwatch serve`: one process that runs for months."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from trendwatch.cli import options


class Log(StrEnum):
    """How events are written."""

    auto = "auto"
    json = "json"
    logfmt = "logfmt"


def command(
    ctx: typer.Context,
    *,
    port: Annotated[int, typer.Option(help="Where /healthz and /metrics answer, on 127.0.0.1; 0 takes any free port.")] = 9713,
    look: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks at what is due.")] = 60,
    log: Annotated[Log, typer.Option(help="How events are written; auto is logfmt on a terminal, else json.")] = Log.auto,
) -> None:
    """Keep running: visit what is due, write the digest on its day in its time zone, deliver it once to each."""
    from trendwatch.serving.events import teller  # noqa: PLC0415 - the stages load here, not with --help
    from trendwatch.serving.process import serve  # noqa: PLC0415

    ahead = options.now(ctx) - datetime.now(UTC)  # --now: the clock starts at that moment, and goes on
    if options.of(ctx).moment is None:
        ahead -= ahead

    def clock() -> datetime:
        return (datetime.now(UTC) + ahead).replace(microsecond=0)

    json = log is Log.json or (log is Log.auto and not sys.stderr.isatty())
    tell = teller("json" if json else "logfmt")
    serve(options.path(ctx), os.environ, clock=clock, tell=tell, port=port, every_s=look)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # all is stored, closed and told; exit handlers of libraries were seen to hang here, now and then, for ever

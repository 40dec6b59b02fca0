"""The process: takes the lock, looks the store over, starts the alarm and the endpoints, and leaves when it is told to."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import FrameType

from trendwatch import __version__
from trendwatch.serving.alarm import Alarm
from trendwatch.serving.board import Board
from trendwatch.serving.endpoints import Endpoints
from trendwatch.serving.events import Tell
from trendwatch.serving.lock import hold
from trendwatch.serving.rounds import Rounds
from trendwatch.serving.settings import Settings
from trendwatch.storage import connect

GRACE_S = 8.0
"""How long a write or a mail under way is waited for, once the process is to leave. One that takes longer is cut off: the store
undoes a transaction, and a mail cut off is reported as unknown at the next start, never sent again unasked."""


def serve(
    path: Path, environ: Mapping[str, str], *, clock: Callable[[], datetime], tell: Tell, port: int, every_s: float
) -> None:
    """Serve until SIGTERM or SIGINT; a second one ends the process at once.

    Raises ConfigError for a configuration that is wrong from the start, StorageError when another process works on the store
    or it cannot be used, TrendwatchError when the port is taken.
    """
    settings = Settings(path, environ)
    store = settings.config.store
    board = Board(time.monotonic, _resident)
    with _stopping() as stop, hold(store, "trendwatch serve", clock()), Endpoints(board, port) as endpoints:
        with connect(store) as opened:
            opened.check()
        rounds = Rounds(settings, board, tell, stop, time.monotonic)
        tell(
            "started",
            version=__version__,
            pid=os.getpid(),
            store=store.rpartition("@")[2],
            sources=len(settings.config.sources),
            address=f"http://127.0.0.1:{endpoints.server_port}",
        )
        with Alarm(lambda: rounds.once(clock()), every_s) as alarm:
            stop.wait()
            alarm.stop()
            _leave(rounds, tell)


def _leave(rounds: Rounds, tell: Tell) -> None:
    """Wait for the write under way, but not for ever: a thread that waits for a server could not be ended otherwise."""
    idle = rounds.busy.acquire(timeout=GRACE_S)
    tell("stopped", finished=idle)
    if not idle:
        logging.shutdown()
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        os._exit(0)


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that the first SIGTERM or SIGINT sets; the second does what it does to any process."""
    stop = threading.Event()
    before: dict[int, object] = {}

    def ask(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)
        for other in before:
            signal.signal(other, signal.SIG_DFL)

    before.update({number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)})
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal returned


def _resident() -> int:
    """Bytes of memory this process holds; 0 where the system does not say."""
    with suppress(OSError, ValueError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0

"""One process at a time works on a store: a lock beside it, which the system lets go of however its holder ends."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from trendwatch.errors import StorageError

_MOST = 1000  # bytes read of who holds it


@contextmanager
def hold(store: str, what: str, now: datetime) -> Iterator[None]:
    """Hold the store at a URL while the block runs; `what` names the command for whoever is refused meanwhile.

    Raises StorageError that names the holder when another process has it, or says why no lock can be made. A store in memory
    needs none. The file stays: removing it would let two processes hold two files of one name.
    """
    path = _path(store)
    if path is None:
        yield
        return
    handle = _open(path, store)
    try:
        _take(handle, store)
        told = {"what": what, "pid": os.getpid(), "host": socket.gethostname(), "since": now.isoformat(timespec="seconds")}
        with suppress(OSError):  # a full disk: the lock holds all the same, only its holder is not named
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps(told).encode(), 0)
        yield
    finally:
        os.close(handle)


def _path(store: str) -> Path | None:
    """Beside an SQLite file, by its real name. Another database is guarded on this machine only, in the folder for such files."""
    if store.startswith("sqlite:"):
        from trendwatch.storage.sqlite import path_of  # noqa: PLC0415 - only the scheme's own file knows where it lies

        path = path_of(store)
        return path.resolve().with_name(f"{path.name}.lock") if path else None
    return Path(tempfile.gettempdir()) / f"trendwatch-{hashlib.sha256(store.encode()).hexdigest()[:16]}.lock"


def _open(path: Path, store: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise StorageError(
            f"the store {_bare(store)} cannot be locked: {path}: {error.strerror}. Give this user the right to write there."
        ) from None


def _take(handle: int, store: str) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StorageError(
            f"the store {_bare(store)} is in use by {_holder(handle)}: stop that first, or let it finish."
        ) from None
    except OSError as error:
        raise StorageError(f"the store {_bare(store)} cannot be locked: {error.strerror}.") from None


def _holder(handle: int) -> str:
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(os.pread(handle, _MOST, 0))
        return f"`{told['what']}` (process {told['pid']} on {told['host']}, since {told['since']})"
    return "another trendwatch process"


def _bare(store: str) -> str:
    """A store's URL without what could be a password."""
    scheme, _, rest = store.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"

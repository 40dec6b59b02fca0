"""One connection to one file: safe settings, one kind of transaction, errors that say what to do.

SQLite's defaults are not safe ones: foreign keys are off, the journal blocks readers, and a deferred transaction that turns
into a write fails at once whatever the time-out. So every write here is BEGIN IMMEDIATE … COMMIT, and nothing else writes.
"""

from __future__ import annotations

import contextlib
import glob
import importlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from trendwatch.errors import NoStoreError, StorageError

try:
    sqlite3: Any = importlib.import_module("pysqlite3.dbapi2")  # as sqlite-utils does; Python's own SQLite may be old
except ImportError:
    sqlite3 = importlib.import_module("sqlite3.dbapi2")

WAIT_S = 10.0
"""How long a write waits for another process before it gives up."""

WAL_SAFE = (3, 51, 3)
"""Before it, two connections to one file in WAL mode could damage it (the WAL-reset bug): the older journal is used then."""

APPLICATION = 0x7477_6368
"""The file's mark ("twch"), so that no other program's database is taken for a store."""


class File:
    """An open SQLite file, or one in memory (`path` None). All statements go through here."""

    def __init__(self, path: Path | None, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self.name = f"the store {path}" if path else "the store in memory"
        with self.translated():
            self.raw = self._open()
        try:
            self._settings()
        except BaseException:
            self.raw.close()
            raise

    def _open(self) -> Any:
        if self.path is None:
            return _connect("file::memory:")
        if not self.path.parent.is_dir():
            raise StorageError(f"cannot open the store {self.path}: the folder {self.path.parent} does not exist.")
        if self.path.is_dir():
            raise StorageError(f"cannot open the store {self.path}: it is a folder, not a file.")
        if self.read_only and not self.path.exists():
            raise NoStoreError(f"there is no store at {self.path} yet: `trendwatch run` makes one.")
        uri = f"file:{quote(str(self.path.absolute()))}"
        return _connect_to_read(uri) if self.read_only else _connect(uri)

    def _settings(self) -> None:
        # Of pages of 8 KB each holds five vectors with next to no waste. It counts for a new file only.
        for pragma in (
            "page_size=8192",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "synchronous=FULL",
            "cell_size_check=ON",
            "cache_size=-8000",
        ):
            self.run(f"PRAGMA {pragma}")
        if self.read_only:
            self.run("PRAGMA query_only=ON")
        found = self.value("PRAGMA application_id")
        if found != APPLICATION and self.value("SELECT count(*) FROM sqlite_master"):
            raise StorageError(f"{self.name} is the database of another program: name another file for the store.")
        if self.path and not self.read_only:
            self._journal("wal" if sqlite3.sqlite_version_info >= WAL_SAFE else "delete")

    def _journal(self, mode: str) -> None:
        if self.value("PRAGMA journal_mode") != mode:
            self.run(f"PRAGMA journal_mode={mode}")

    # ---- statements

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; returns how many rows it changed."""
        with self.translated():
            return int(self._try(self.raw.execute, sql, values).rowcount)

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for every row."""
        rows = list(rows)
        if rows:
            with self.translated():
                self._try(self.raw.executemany, sql, rows)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self.translated():
            found: list[tuple[Any, ...]] = self._try(self.raw.execute, sql, values).fetchall()
            return found

    def each(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one, for those too many or too large to be held at once."""
        with self.translated():
            yield from self.raw.execute(sql, values)

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row; None when there is none."""
        found = self.rows(sql, values)
        return found[0][0] if found else None

    @staticmethod
    def _try(statement: Any, sql: str, values: Any) -> Any:
        """Publishers send half characters (lone surrogates), which no database takes: they become the replacement sign."""
        try:
            return statement(sql, values)
        except UnicodeEncodeError:
            many = statement.__name__ == "executemany"
            return statement(sql, [_whole(row) for row in values] if many else _whole(values))

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of the block or nothing of it. Inside another one it is part of that."""
        if self.read_only:
            raise StorageError(f"{self.name} was opened to be read only.")
        if self.raw.in_transaction:
            yield
            return
        with self.translated():
            self.raw.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.raw.execute("COMMIT")
            except BaseException:
                self._undo()
                raise

    def _undo(self) -> None:
        # A full disk or a damaged page has often undone it already; a second failure must not hide the first.
        with contextlib.suppress(sqlite3.Error):
            if self.raw.in_transaction:
                self.raw.execute("ROLLBACK")

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """SQLite's errors as StorageError, naming the file and what to do."""
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(explain(error, self.name)) from error
        except UnicodeDecodeError as error:  # a damaged name that SQLite repeats in its own message, or a damaged text
            raise StorageError(_ADVICE["CORRUPT"].format(name=self.name, error=f"no text: {error.reason}")) from error
        except OverflowError as error:
            raise StorageError(f"a number is too large for {self.name}: {error}") from error

    def keep_copy(self, mark: str) -> None:
        """Write the file as it is beside itself, named FILE.MARK; copies of other marks before it go. Whole or not at all."""
        if self.path is None:
            return
        stem, _, _ = mark.rpartition("-")
        copy = self.path.with_name(f"{self.path.name}.{mark}")
        draft = copy.with_name(f"{copy.name}.part")
        try:
            with self.translated():
                target = sqlite3.connect(draft)
                try:
                    self.raw.backup(target)
                finally:
                    target.close()
            draft.replace(copy)
            for other in self.path.parent.glob(f"{glob.escape(self.path.name)}.{stem}-*"):
                if other != copy:
                    other.unlink()
        except (OSError, StorageError) as error:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise StorageError(f"no copy of {self.name} could be kept before it is changed: {error}") from error

    def close(self) -> None:
        """Let go of the file."""
        with self.translated():
            self.raw.close()


def _connect(uri: str) -> Any:
    # Not bound to a thread: a crawl is stored by a thread of its own, while nobody else uses the store.
    return sqlite3.connect(uri, uri=True, timeout=WAIT_S, isolation_level=None, check_same_thread=False)


def _connect_to_read(uri: str) -> Any:
    """Readers of a WAL file need its -shm beside it; in a folder they cannot write it is read as a file that never changes."""
    opened = _connect(f"{uri}?mode=ro")
    try:
        opened.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError as error:
        opened.close()
        if getattr(error, "sqlite_errorname", "").partition("_")[2].startswith(("CANTOPEN", "READONLY")):
            return _connect(f"{uri}?mode=ro&immutable=1")
        raise
    return opened


def _whole(row: Sequence[Any]) -> list[Any]:
    return [v.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(v, str) else v for v in row]


_ADVICE = {
    "NOTADB": "{name} is not a store (not an SQLite file): name another file, or move this one away.",
    "CORRUPT": "{name} is damaged ({error}). Nothing was changed. Put a copy back, or save what is readable with "
    "`sqlite3 FILE .recover`.",
    "READONLY": "{name} cannot be written ({error}): give this user the right to write the file and its folder.",
    "PERM": "{name} cannot be opened ({error}): give this user the right to the file and its folder.",
    "CANTOPEN": "{name} cannot be opened ({error}): check that its folder exists and that this user may write there.",
    "FULL": "no room is left for {name}: the last change was undone. Free some space and run it again.",
    "IOERR": "{name} could not be read or written ({error}): the last change was undone. Check the disk and its free space.",
    "BUSY": "{name} is locked by another process for more than {wait:g} s: let it finish, then run this again.",
    "LOCKED": "{name} is locked by another process for more than {wait:g} s: let it finish, then run this again.",
}


def explain(error: Exception, name: str) -> str:
    """An SQLite error in words a user can act on."""
    code = str(getattr(error, "sqlite_errorname", "")).removeprefix("SQLITE_").partition("_")[0]
    if not code and "not a database" in str(error):
        code = "NOTADB"
    return _ADVICE.get(code, "{name}: {error}.").format(name=name, error=error, wait=WAIT_S)

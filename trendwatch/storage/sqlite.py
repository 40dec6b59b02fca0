"""The store in one SQLite file ("sqlite:///trendwatch.db", relative to the working folder; four slashes for an absolute path)
or in memory ("sqlite://").
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from trendwatch.errors import StorageError
from trendwatch.storage import Store
from trendwatch.storage._sqlite.articles import Articles
from trendwatch.storage._sqlite.connection import File
from trendwatch.storage._sqlite.derived import Derived
from trendwatch.storage._sqlite.facts import Facts
from trendwatch.storage._sqlite.schema import migrate
from trendwatch.storage._sqlite.words import Words

COUNTED = ("items", "visits", "articles", "vectors", "judgements", "duplicates", "stories", "digests", "deliveries")


class SqliteStore(Facts, Articles, Derived, Words, Store):
    """A store over SQLite: write-ahead journal, every commit on the disk before it counts, one writer at a time."""

    def __init__(self, file: File) -> None:
        self._file = file

    @classmethod
    def open(cls, url: str, *, read_only: bool = False) -> SqliteStore:
        """As `Store.open`."""
        file = File(path_of(url), read_only=read_only)
        try:
            migrate(file)
        except BaseException:
            file.close()
            raise
        return cls(file)

    def close(self) -> None:
        """As `Store.close`."""
        self._file.close()

    def batch(self) -> AbstractContextManager[None]:
        """As `Store.batch`."""
        return self._file.writing()

    def check(self) -> None:
        """As `Store.check`; about a second a gigabyte."""
        found = self._file.value("PRAGMA quick_check(1)")
        if found != "ok":
            raise StorageError(
                f"{self._file.name} is damaged ({found}). Nothing was changed. Put a copy back, or save what is readable with "
                "`sqlite3 FILE .recover`."
            )

    def counts(self) -> Mapping[str, int]:
        """As `Store.counts`; `bytes` is the size of the file without its journal."""
        rows = {table: self._file.value(f"SELECT count(*) FROM {table}") for table in COUNTED}  # noqa: S608 - our own names
        return {**rows, "bytes": self._file.value("PRAGMA page_count") * self._file.value("PRAGMA page_size")}


def path_of(url: str) -> Path | None:
    """The file a URL names; None for "sqlite://", the store in memory. Raises StorageError for a URL with a host."""
    rest = url.partition("://")[2]
    if not rest:
        return None
    if not rest.startswith("/") or rest == "/":
        raise StorageError(f"store {url!r} names no file: write sqlite:///trendwatch.db or sqlite:////absolute/path.db")
    return Path(rest[1:])

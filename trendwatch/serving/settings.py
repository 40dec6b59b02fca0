"""The configuration while it may be edited: the last good one, and what is wrong with a newer one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from trendwatch import config as reading
from trendwatch import pipeline
from trendwatch.errors import TrendwatchError

if TYPE_CHECKING:
    from trendwatch.config import Config

_Mark = tuple[tuple[int, ...] | None, ...]


class Settings:
    """`config` is the last good configuration; `error` says what is wrong with the file now, "" when nothing is."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self._path, self._environ = path, environ
        self.config: Config = reading.load(path, environ)
        pipeline.verify(self.config)
        self._read = self.config  # the last that could be read: what it names may be mended without a word in the file
        self.error = ""
        self._seen = self._mark()

    def look(self) -> bool:
        """Read the file again if it has changed; whether it had. A broken edit changes nothing but `error`."""
        mark = self._mark()
        if mark == self._seen:
            return False
        self._seen = mark
        try:
            found = self._read = reading.load(self._path, self._environ)
            self._seen = (mark[0], *self._mark()[1:])  # the file as it was before it was read, with what it names now
            pipeline.verify(found)
            self._accept(found)
        except TrendwatchError as error:
            self.error = str(error)
        return True

    def _accept(self, found: Config) -> None:
        self.error = ""
        if found.store != self.config.store:
            self.error = f"{self._path}: store: another store is taken up by a restart only; {self.config.store} stays in use."
            found = replace(found, store=self.config.store)
        self.config = found

    def _mark(self) -> _Mark:
        """What changes when the file, or a pack or head that it names, is written."""
        named = (*self._read.packs, *([self._read.tag_head] if self._read.tag_head else ()))
        return tuple(_stamp(path) for path in (self._path, *named))


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)

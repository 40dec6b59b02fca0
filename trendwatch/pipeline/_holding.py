"""Results on their way to the store, written some at a time: a disk takes as long for thirty as for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Held(Generic[T]):
    """Holds what is taken until `most` wait, then hands it to `write` at once; `flush` does so at any time."""

    def __init__(self, most: int, write: Callable[[Sequence[T]], None]) -> None:
        self._most, self._write = most, write
        self._waiting: list[T] = []

    def take(self, one: T) -> None:
        """Hold one more."""
        self._waiting.append(one)
        if len(self._waiting) >= self._most:
            self.flush()

    def flush(self) -> None:
        """Write what waits. Should that fail, it is not tried again."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._write(waiting)

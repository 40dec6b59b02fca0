"""How long work tells of its progress."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called as progress(step, done, total)."""


def quiet(_step: str, _done: int, _total: int) -> None:
    """No progress is shown."""

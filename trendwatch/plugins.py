"""A kind is a file: find it by name and load the one class inside.

A plug point is a package (`trendwatch.collect.sources`, `trendwatch.report.deliverers` …) whose `__init__` holds the base
class. A new kind is a new file there: nothing else is edited, and nothing lists the kinds.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from typing import TypeVar

from trendwatch.errors import PluginError

T = TypeVar("T")


def names(package: str) -> list[str]:
    """The kinds of a plug point, sorted: its module names that do not start with an underscore."""
    found = importlib.import_module(package)
    return sorted(m.name for m in pkgutil.iter_modules(found.__path__) if not m.name.startswith("_"))


def load(package: str, name: str, base: type[T]) -> type[T]:
    """The one class in `package.name` that derives from `base` and is defined there.

    Raises PluginError when there is no such file (with the likeliest name) or not exactly one such class.
    """
    known = names(package)
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f", did you mean {near[0]!r}?" if near else ""
        raise PluginError(f"unknown kind {name!r}{hint} Known: {', '.join(known)}.")
    module = importlib.import_module(f"{package}.{name}")
    classes = [
        c
        for c in vars(module).values()
        if inspect.isclass(c)
        and issubclass(c, base)
        and c is not base
        and c.__module__ == module.__name__
        and not c.__name__.startswith("_")
    ]
    if len(classes) != 1:
        found = ", ".join(c.__name__ for c in classes) or "none"
        raise PluginError(f"{package}.{name} must hold exactly one {base.__name__}, found: {found}.")
    return classes[0]

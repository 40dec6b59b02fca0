"""Words of the model ↔ values a database keeps, exactly: what was put in comes out equal.

Built from the dataclasses' own annotations, so a new field needs no code here. Moments are stored as UTC text of fixed width
(they sort as text), dates as ISO text, everything that is not a plain value as JSON. A field that an older row lacks takes
its default.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import operator
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # json.dumps makes an encoder at every call
Turn = Callable[[Any], Any]


def moment(value: datetime) -> str:
    """A moment as stored. Raises ValueError for one without a zone: it would mean another moment on another machine."""
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(timespec="microseconds")


def _same(value: Any) -> Any:
    return value


_SIMPLE: Mapping[Any, tuple[Turn, Turn]] = {
    **dict.fromkeys((str, int, float, bool), (_same, _same)),
    datetime: (moment, datetime.fromisoformat),
    date: (date.isoformat, date.fromisoformat),
}


@functools.cache
def turns(kind: Any) -> tuple[Turn, Turn]:
    """(to JSON's values, back again) for an annotation. Raises TypeError for one that has no exact form."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind in _SIMPLE or origin is typing.Literal:
        return _SIMPLE.get(kind, (_same, _same))
    if dataclasses.is_dataclass(kind):
        return _record_turns(typing.cast("type[Any]", kind))
    if origin in {types.UnionType, typing.Union}:
        return _optional_turns(inner)
    if origin is tuple:
        return _tuple_turns(inner)
    if origin is Mapping:
        return _mapping_turns(inner)
    raise TypeError(f"no exact form for {kind!r}")


def _optional_turns(inner: tuple[Any, ...]) -> tuple[Turn, Turn]:
    kinds = [k for k in inner if k is not type(None)]
    if len(kinds) != 1:
        raise TypeError(f"no exact form for a choice of {inner!r}")
    out, back = turns(kinds[0])
    return (lambda v: None if v is None else out(v)), (lambda v: None if v is None else back(v))


def _tuple_turns(inner: tuple[Any, ...]) -> tuple[Turn, Turn]:
    if len(inner) == 2 and inner[1] is ...:  # noqa: PLR2004 - tuple[X, ...] has two arguments
        out, back = turns(inner[0])
        return (lambda v: [out(x) for x in v]), (lambda v: tuple(back(x) for x in v))
    outs, backs = zip(*(turns(k) for k in inner), strict=True)
    return (
        lambda v: [f(x) for f, x in zip(outs, v, strict=True)],
        lambda v: tuple(f(x) for f, x in zip(backs, v, strict=True)),
    )


def _mapping_turns(inner: tuple[Any, ...]) -> tuple[Turn, Turn]:
    if turns(inner[0]) != (_same, _same):
        raise TypeError(f"no exact form for keys of {inner[0]!r}")
    out, back = turns(inner[1])
    return (lambda v: {k: out(x) for k, x in v.items()}), (lambda v: {k: back(x) for k, x in v.items()})


def _record_turns(cls: type[Any]) -> tuple[Turn, Turn]:
    fields = [(name, *turns(kind)) for name, kind in _annotations(cls)]
    return (
        lambda v: {name: out(getattr(v, name)) for name, out, _ in fields},
        lambda v: cls(**{name: back(v[name]) for name, _, back in fields if name in v}),
    )


def _annotations(cls: type[Any]) -> list[tuple[str, Any]]:
    hints = typing.get_type_hints(cls)
    return [(f.name, hints[f.name]) for f in dataclasses.fields(cls)]


def to_json(kind: Any, value: Any) -> str:
    """A value of the given annotation as compact JSON; mappings keep their order."""
    return _compact(turns(kind)[0](value))


def from_json(kind: Any, text: str) -> Any:
    """The value that `to_json` was given."""
    return turns(kind)[1](json.loads(text))


class Row(Generic[T]):
    """A dataclass as a table's row: `columns` in the order of its fields, of SQL type `types`."""

    def __init__(self, cls: type[T]) -> None:
        self._cls = cls
        kinds = _annotations(cls)
        self.columns = tuple(name for name, _ in kinds)
        self.types = tuple(_column(kind)[0] for _, kind in kinds)
        self._values = operator.attrgetter(*self.columns)
        # Most columns hold plain text: only the others are worth a call per row.
        self._out = [(place, _column(kind)[1]) for place, (_, kind) in enumerate(kinds) if _column(kind)[1] is not _same]
        self._back = [(name, _column(kind)[2]) for name, kind in kinds if _column(kind)[2] is not _same]
        self.names = ", ".join(f'"{name}"' for name in self.columns)
        self.marks = ", ".join("?" * len(self.columns))

    def encode(self, value: T) -> tuple[Any, ...]:
        """The row of a value."""
        row = list(self._values(value))
        for place, out in self._out:
            row[place] = out(row[place])
        return tuple(row)

    def decode(self, row: Sequence[Any]) -> T:
        """The value of a row whose first columns are `columns`."""
        given = dict(zip(self.columns, row, strict=False))
        for name, back in self._back:
            given[name] = back(given[name])
        return self._cls(**given)


@functools.cache
def _column(kind: Any) -> tuple[str, Turn, Turn]:
    """(SQL type, to the column, back) for an annotation: plain values and moments as they are, all else as JSON."""
    plain = [k for k in typing.get_args(kind) if k is not type(None)] if typing.get_origin(kind) is types.UnionType else [kind]
    base = plain[0]
    null = " NOT NULL" if base is kind else ""
    if base is bool:
        return f"INTEGER{null}", _same, bool
    if base in {int, float}:
        return ("INTEGER" if base is int else "REAL") + null, _same, _same
    if base is str or base in {datetime, date} or typing.get_origin(base) is typing.Literal:
        return f"TEXT{null}", *turns(kind)
    return (
        f"TEXT{null}",
        _written(kind),
        functools.lru_cache(maxsize=1024)(functools.partial(from_json, kind)),
    )


def _written(kind: Any) -> Turn:
    """To a column of JSON. Most tuples and mappings of most items are empty, and need no encoder."""
    out = turns(kind)[0]
    empty = {tuple: "[]", Mapping: "{}"}.get(typing.get_origin(kind), "")
    return lambda v: empty if empty and not v else _compact(out(v))

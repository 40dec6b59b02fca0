"""The kinds and their keys in words, for `trendwatch sources kinds`, the schema and the README's test."""

from __future__ import annotations

import types
import typing
from typing import Any, NamedTuple

from trendwatch import plugins
from trendwatch.config import _kinds, _models


class Key(NamedTuple):
    """One key: `type` in words, `default` as written, "" when there is none."""

    name: str
    type: str
    required: bool
    default: str
    help: str


class Kind(NamedTuple):
    """A kind, its help and its own keys."""

    name: str
    help: str
    keys: tuple[Key, ...]


def kinds() -> list[Kind]:
    """Every kind of source, sorted."""
    found = []
    for name in plugins.names(_kinds.SOURCES):
        kind = _kinds.source_kind(name)
        own = _kinds.fields_of(kind)
        keys = tuple(
            Key(
                name=key,
                type=word(annotation),
                required=told.is_required(),
                default="" if told.is_required() else _written(told.default),
                help=told.description or "",
            )
            for key, (annotation, told) in own.items()
        )
        found.append(Kind(name=name, help=_kinds.help_of(kind), keys=keys))
    return found


def common_keys() -> dict[str, str]:
    """The keys of every source, with their help."""
    return {name: field.description or "" for name, field in _models.Source.model_fields.items()}


def word(annotation: Any) -> str:
    """A type as a person says it."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return word(typing.get_args(annotation)[0])
    if origin is typing.Literal:
        return " or ".join(map(str, typing.get_args(annotation)))
    if origin in (typing.Union, types.UnionType):
        return " or ".join(word(a) for a in typing.get_args(annotation) if a is not type(None))
    if origin is tuple:
        return f"list of {word(typing.get_args(annotation)[0])}"
    plain = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    return plain.get(annotation, getattr(annotation, "__name__", str(annotation)))


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]" if value else ""
    return "" if value is None else str(value)

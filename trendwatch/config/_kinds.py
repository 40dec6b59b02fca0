"""Kinds and deliverers as pydantic models: the fields of their dataclasses are the keys a user may write."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import types
import typing
from typing import Any, Union

from pydantic import BaseModel, Field, create_model

from trendwatch import plugins
from trendwatch.collect.sources import SourceKind
from trendwatch.config._models import Source, Strict
from trendwatch.config._values import Number, Whole, Words, YesNo
from trendwatch.report.deliverers import Deliverer

SOURCES = "trendwatch.collect.sources"
DELIVERERS = "trendwatch.report.deliverers"
_WRITTEN = {int: Whole, float: Number, bool: YesNo, tuple[str, ...]: Words}


@functools.cache
def source_kinds() -> tuple[str, ...]:
    """The kinds that exist; looked up once, not for each of 10,000 sources."""
    return tuple(plugins.names(SOURCES))


@functools.cache
def source_kind(name: str) -> type[SourceKind]:
    """A kind's class. Raises PluginError when there is none."""
    return plugins.load(SOURCES, name, SourceKind)  # type: ignore[type-abstract]  # the base is abstract, what is found is not


@functools.cache
def deliverer(name: str) -> type[Deliverer]:
    """A deliverer's class. Raises PluginError when there is none."""
    return plugins.load(DELIVERERS, name, Deliverer)  # type: ignore[type-abstract]  # as above


@functools.cache
def source_model(kind: str) -> type[Source]:
    """The keys of a source of this kind: those of all sources, and the kind's own, which win where a name is both."""
    return create_model(f"Source_{kind}", __base__=Source, __doc__=help_of(source_kind(kind)), **fields_of(source_kind(kind)))


@functools.cache
def deliverer_model(name: str) -> type[Strict]:
    """The keys of a deliverer."""
    return create_model(f"Deliver_{name}", __base__=Strict, __doc__=help_of(deliverer(name)), **fields_of(deliverer(name)))


def fields_of(kind: type) -> dict[str, Any]:
    """The fields of a dataclass as `create_model` wants them."""
    hints = typing.get_type_hints(kind, include_extras=True)
    found: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        default = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        told = Field(... if default is dataclasses.MISSING else default, description=field.metadata.get("help"))
        found[field.name] = (written(hints[field.name]), told)
    return found


def written(annotation: Any) -> Any:
    """The type a key has in the file: numbers and booleans arrive as text and are read strictly."""
    if annotation in _WRITTEN:
        return _WRITTEN[annotation]
    if typing.get_origin(annotation) in (Union, types.UnionType):
        return Union[tuple(written(a) for a in typing.get_args(annotation))]  # noqa: UP007 - built from a list
    return annotation


@functools.cache
def keys_of(kind: type) -> frozenset[str]:
    """The names of a dataclass's fields."""
    return frozenset(field.name for field in dataclasses.fields(kind))


def help_of(kind: type) -> str:
    """A class's docstring, or nothing where the dataclass made one up."""
    text = inspect.cleandoc(kind.__doc__ or "")
    return "" if text.startswith(f"{kind.__name__}(") else text


def own_values(kind: type, model: BaseModel) -> dict[str, Any]:
    """What a validated model holds for the fields of a dataclass."""
    return {field.name: getattr(model, field.name) for field in dataclasses.fields(kind)}

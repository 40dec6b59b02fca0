"""Sources that sources name: a list of feeds kept elsewhere is followed as if its feeds stood in sources.yaml."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from trendwatch import plugins
from trendwatch.collect.sources import SourceKind
from trendwatch.model import Source

if TYPE_CHECKING:
    from trendwatch.config import Config
    from trendwatch.storage import Store

KINDS = "trendwatch.collect.sources"


def followed(config: Config, store: Store) -> Config:
    """The configuration with the sources that its sources named at their last visit, each called "list/feed".

    What the file itself has is not added again, be it in other words a list's. Named sources expect nothing and name no further.
    """
    lists = lists_of(config)
    if not lists:
        return config
    memories: dict[str, dict[str, str]] = defaultdict(dict)
    for (source, url), text in store.memories([s.name for s in lists]).items():
        memories[source][url] = text
    known = {s.reader.address() for s in config.sources}
    named: dict[str, Source] = {}
    for parent in lists:
        for child in _children(parent, memories[parent.name]):
            if child.reader.address() not in known:
                known.add(child.reader.address())
                named.setdefault(child.name, child)
    taken = {s.name for s in config.sources}
    return replace(config, sources=(*config.sources, *(s for s in named.values() if s.name not in taken)))


def lists_of(config: Config) -> list[Source]:
    """The enabled sources that name others."""
    return [s for s in config.sources if s.enabled and type(s.reader).sources is not SourceKind.sources]


def _children(parent: Source, memories: Mapping[str, str]) -> Iterator[Source]:
    for entry in parent.reader.sources(memories):
        keys: dict[str, Any] = dict(entry)
        name, kind = keys.pop("name"), keys.pop("kind")
        reader = plugins.load(KINDS, kind, SourceKind)(**keys)  # type: ignore[type-abstract]
        yield replace(parent, name=f"{parent.name}/{name}", kind=kind, reader=reader, expect=None)

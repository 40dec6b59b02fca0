"""Taking a list of feeds into the file. No command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trendwatch.cli import _add
from trendwatch.config import Config, _nodes, opml
from trendwatch.errors import ConfigError, ParseError


@dataclass(slots=True)
class Taken:
    """What a list would bring. Each line of `known`, `renamed` and `wrong` is a sentence for a person."""

    title: str = ""
    damaged: str = ""
    entries: list[dict[str, Any]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def take(setting: Config, data: bytes, file: str) -> Taken:
    """Compare a list with the configuration. Raises ConfigError when it is no list."""
    try:
        title, listed, damaged = opml.listed(data)
    except ParseError as error:
        raise ConfigError(f"{file}: {error}") from error
    found = Taken(title=title, damaged=damaged)
    asked = {opml.asked_by(s): f'"{s.name}" at {s.place}' for s in setting.sources}
    names = {s.name.casefold() for s in setting.sources}
    defaults = _defaults(setting.path)
    for one in listed:
        place = f"{file}:{one.line}: {one.title or one.url or one.entry.get('name', 'an outline')}"
        entry = _entry(one, names)
        source = one.wrong or opml.made(entry, setting.network)
        if isinstance(source, str):
            found.wrong.append(f"{place}: {source}")
            continue
        address = opml.asked_by(source)
        if address in asked:
            found.known.append(f"{place}: {asked[address]} asks this address already")
            continue
        if source.name.casefold() in names:
            free = next(_free(source.name, names))
            found.renamed.append(f'{place}: there is a source named "{source.name}"; this one becomes "{free}"')
            source = replace(source, name=free)
        names.add(source.name.casefold())
        asked[address] = f'"{source.name}" of this list'
        found.entries.append(opml.shortened(source, entry, defaults))
    return found


def _entry(one: opml.Listed, names: set[str]) -> dict[str, Any]:
    """An outline as an entry: what trendwatch exported as it was, another's with a name and a guess at what it is."""
    host = urlsplit(one.url).hostname or "" if not one.wrong else ""
    entry: dict[str, Any] = {"name": "", "kind": "feed"} | one.entry
    if not entry["name"]:
        entry["name"] = _add.name_of(one.title, host, names)
    if not one.exported:
        doctype, tier = _add.guess(host, one.title)
        entry |= {"doctype": doctype, "tier": tier}
    return entry


def _free(name: str, names: set[str]) -> Iterator[str]:
    yield from (n for n in (f"{name[:75]}-{i}" for i in range(2, 10_000)) if n.casefold() not in names)


def _defaults(path: Path) -> frozenset[str]:
    """The keys for which the file has a default of its own."""
    root, _ = _nodes.read(path.read_bytes(), str(path))
    node = root.get(("defaults",))
    return frozenset(node.value) if node and isinstance(node.value, dict) else frozenset()

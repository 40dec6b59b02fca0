"""YAML text as nodes that know their line and column. Nothing is interpreted: every scalar stays the text that was written.

Built from the events of libyaml (a second for 10,000 sources; the round-trip loader of ruamel.yaml takes eleven), with a limit
on depth, size and number of nodes. Tags, anchors and aliases are refused here, so nothing can be run, repeated or looped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from trendwatch.errors import ConfigError

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 24
MAX_NODES = 2_000_000
_EMPTY = ("", "~", "null", "Null", "NULL")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Node:
    """A value and where it stands (both from 1). `value` is text, None, a list of nodes, or a mapping of key to node."""

    line: int
    column: int
    value: str | list[Node] | dict[str, Node] | None
    keys: dict[str, Node]  # of a mapping: where each key stands

    def plain(self) -> Any:
        """The same as text, None, lists and dicts."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, path: tuple[str | int, ...]) -> Node:
        """The key or value at a path, or the nearest thing around it that exists. Where a key has a name, the key's place."""
        if not path:
            return self
        step, rest = path[0], path[1:]
        if isinstance(self.value, dict) and step in self.value:
            return self.value[step].at(rest) if rest else self.keys[step]
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return self.value[step].at(rest)
        return self

    def get(self, path: tuple[str | int, ...]) -> Node | None:
        """The value at a path; None when there is none."""
        node: Node | None = self
        for step in path:
            value = node.value if node else None
            if isinstance(value, dict):
                node = value.get(str(step))
            elif isinstance(value, list) and isinstance(step, int):
                node = value[step] if step < len(value) else None
            else:
                return None
        return node


def read(data: bytes, file: str) -> tuple[Node, list[str]]:
    """The nodes of a file, and complaints on what YAML allows and we do not. Raises ConfigError when it is not YAML."""
    builder = _Builder(file)
    text = decode(data, file)
    try:
        root = builder.build(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        raise ConfigError([*builder.complaints, _not_yaml(error, text, file)]) from None
    return root, builder.complaints


def decode(data: bytes, file: str) -> str:
    """Bytes as text. Raises ConfigError for what is no UTF-8 text, with the line."""
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{file}: {len(data)} bytes are too many (at most {MAX_BYTES}).")
    if data.startswith(_UTF16):
        raise ConfigError(f"{file}:1:1: this is UTF-16; save the file as UTF-8.")
    if b"\x00" in data:
        raise ConfigError(f"{_place(data, data.index(0), file)}: a NUL byte; this is not a text file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = data[error.start]
        raise ConfigError(
            f"{_place(data, error.start, file)}: byte 0x{byte:02x} is not UTF-8 (Latin-1, perhaps); save the file as UTF-8."
        ) from None


def _place(data: bytes, offset: int, file: str) -> str:
    line, column = data.count(b"\n", 0, offset) + 1, offset - data.rfind(b"\n", 0, offset)
    return f"{file}:{line}:{column}"


def _not_yaml(error: yaml.YAMLError, text: str, file: str) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
    if mark and text.splitlines()[mark.line : mark.line + 1] and "\t" in text.splitlines()[mark.line][: mark.column + 1]:
        return f"{place}: a tab cannot indent in YAML; use spaces."
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    context = getattr(error, "context", None)
    return f"{place}: this is not YAML: {problem}{f' ({context})' if context else ''}. Is a quote, colon or bracket missing?"


class _Builder:
    """Events to nodes, without recursion in the parser and with a bounded one here."""

    def __init__(self, file: str) -> None:
        self.complaints: list[str] = []
        self._file = file
        self._count = 0

    def build(self, events: Iterator[Any]) -> Node:
        root = Node(1, 1, None, {})
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._complain(event, 'a second document ("---"); one file holds one.')
                    break
                root = self._node(next(events), events, 0)
        return root

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        self._check(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            return Node(line, column, None if event.implicit[0] and event.value in _EMPTY else event.value, {})
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(line, column, list(self._sequence(events, depth)), {})
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(Node(line, column, {}, {}), events, depth)
        return Node(line, column, None, {})  # an alias; it was complained of

    def _sequence(self, events: Iterator[Any], depth: int) -> Iterator[Node]:
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            yield self._node(event, events, depth + 1)

    def _mapping(self, node: Node, events: Iterator[Any], depth: int) -> Node:
        values: dict[str, Node] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key.value, str):
                self._complain(event, "a key must be a word.")
            elif key.value in values:
                first = node.keys[key.value]
                self._complain(event, f'key "{key.value}" stands twice in one mapping; first on line {first.line}.')
            else:
                values[key.value], node.keys[key.value] = value, key
        node.value = values
        return node

    def _check(self, event: Any, depth: int) -> None:
        self._count += 1
        if depth > MAX_DEPTH:
            raise ConfigError([*self.complaints, f"{self._at(event)}: nested more than {MAX_DEPTH} deep."])
        if self._count > MAX_NODES:
            raise ConfigError([*self.complaints, f"{self._at(event)}: more than {MAX_NODES} values."])
        if isinstance(event, yaml.AliasEvent):
            self._complain(event, f'alias "*{event.anchor}"; write the value out, or set it once under "defaults".')
            return
        if event.anchor:
            self._complain(event, f'anchor "&{event.anchor}" is not allowed; put what sources share under "defaults".')
        if event.tag and event.tag != "!":
            self._complain(event, f'YAML tag "{event.tag}" is not allowed; a value is plain text, a list or a mapping.')

    def _at(self, event: Any) -> str:
        return f"{self._file}:{event.start_mark.line + 1}:{event.start_mark.column + 1}"

    def _complain(self, event: Any, what: str) -> None:
        self.complaints.append(f"{self._at(event)}: {what}")

"""Adding a source to the file without touching what stands in it: lines are inserted, nothing is written anew.

A round trip through a YAML writer would keep comments and order too, but moves quotes, breaks long lines and takes eleven
seconds for 10,000 sources. The result is read again before it replaces the file, in one step.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from trendwatch.config import Config, _nodes, parse
from trendwatch.errors import ConfigError

_PLAIN = re.compile(r"[A-Za-z][\w./:@?&=+%~-]*[\w/]|[A-Za-z]")
_WORDS_OF_YAML = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


Entry = Mapping[str, Any]
"""Keys of a source and their values: text, numbers, booleans, None, lists and mappings of these."""


def add(path: Path, entry: Entry, environ: Mapping[str, str]) -> Config:
    """Append a source to the file's list. Returns the new configuration. Raises ConfigError; the file is as it was then."""
    return add_all(path, [entry], environ)


def add_all(path: Path, entries: Sequence[Entry], environ: Mapping[str, str]) -> Config:
    """The same for several, in one step: all of them or none."""
    before = path.read_bytes()
    after = appended(before, entries, str(path))
    found = parse(after, path, environ)
    if [s.name for s in found.sources][-len(entries) :] != [entry["name"] for entry in entries]:
        raise ConfigError(
            f'{path}: the list of sources has no end that can be added to; add the lines of "{entries[0]["name"]}" by hand.'
        )
    _replace(path.resolve(), after)
    return found


def appended(data: bytes, entries: Sequence[Entry], file: str) -> bytes:
    """The file's bytes with entries after the last source; every other byte is as it was."""
    root, _ = _nodes.read(data, file)
    text = data.decode("utf-8")
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = [part for part in re.split(r"(?<=\n)", text) if part]
    sources = root.value.get("sources") if isinstance(root.value, dict) else None
    if not sources or sources.value is None or sources.value == []:
        return _first(lines, root, entries, newline, file)
    if not isinstance(sources.value, list) or not sources.value:
        raise ConfigError(f'{file}:{sources.line}: "sources" must be a list with one "- name: …" a line to be added to.')
    rows = sources.value
    dash = _dash(lines[: rows[-1].line], rows[-1].column)
    if dash < 0:
        raise ConfigError(
            f'{file}:{rows[-1].line}: the list is written in brackets; put each source on a line "- name: …" first.'
        )
    at = _end(lines, _next_key(root, sources.line), dash)
    gap = newline if len(rows) > 1 and not lines[rows[-1].line - 2].strip() else ""
    return _insert(lines, at, "".join(gap + written(entry, dash, newline) for entry in entries), newline)


def written(entry: Entry, indent: int, newline: str = "\n") -> str:
    """An entry as lines of YAML; `indent` is the column of its dash, from 0."""
    rows = [f"{key}: {value_of(value)}" for key, value in entry.items()]
    margin = " " * indent
    return f"{margin}- " + f"{newline}{margin}  ".join(rows) + newline


def value_of(value: Any) -> str:
    """Any value of an entry on one line."""
    if isinstance(value, str):
        return scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {value_of(v)}" for key, v in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(_listable(value_of(v)) for v in value) + "]"
    return "null" if value is None else number(value)


def number(value: float) -> str:
    """A number or truth as sources.yaml has it: without exponent."""
    return str(value).lower() if isinstance(value, bool) else format(Decimal(repr(value)), "f")


def scalar(value: str) -> str:
    """A value that YAML, of any version, reads back as the same text."""
    safe = _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML
    durations = re.fullmatch(r"\d+[mhdw]|\d+ per \d+[dw]|[1-4]", value)
    return value if safe or durations else _quoted(value)


def _quoted(value: str) -> str:
    """In double quotes; what no YAML file may hold, and line ends of any sort, are escaped."""
    return "".join(
        c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 2**16 else f"\\U{ord(c):08x}"
        for c in json.dumps(value, ensure_ascii=False)
    )


def _listable(written: str) -> str:
    """A plain word of a list: one with a colon or comma in it is quoted."""
    return _quoted(written) if re.search(r"[:,?&%#]", written) and written[0] not in '"[{' else written


def _dash(lines: list[str], column: int) -> int:
    """The column of the dash before a value at `column` (from 1) of the last line; -1 when there is none."""
    before = lines[-1].lstrip("\ufeff")[: column - 1]
    if before.rstrip().endswith("-"):
        return before.rindex("-")
    above = lines[-2].split("#")[0].rstrip() if len(lines) > 1 and not before.strip() else ""
    return above.rindex("-") if above.strip() == "-" else -1


def _next_key(root: _nodes.Node, line: int) -> int | None:
    """The index of the line on which the next key of the file stands; None when "sources" is the last."""
    later = sorted(key.line for key in root.keys.values() if key.line > line)
    return later[0] - 1 if later else None


def _end(lines: list[str], stop: int | None, dash: int) -> int:
    """The index of the line after the last source: comments and blank lines that follow it stay behind what is added."""
    at = len(lines) if stop is None else stop
    while at and _passed(lines[at - 1], dash):
        at -= 1
    return at


def _passed(line: str, dash: int) -> bool:
    bare = line.strip()
    return not bare or bare == "..." or (bare.startswith("#") and len(line) - len(line.lstrip(" ")) <= dash)


def _first(lines: list[str], root: _nodes.Node, entries: Sequence[Entry], newline: str, file: str) -> bytes:
    """The first sources of a file that has none."""
    block = "".join(written(entry, 2, newline) for entry in entries)
    key = root.keys.get("sources")
    if key is None:
        return _insert(lines, len(lines), f"sources:{newline}{block}", newline)
    lines = [*lines[: key.line - 1], re.sub(r"^(\s*sources:)\s*\[\s*\]", r"\1", lines[key.line - 1]), *lines[key.line :]]
    if lines[key.line - 1].split("#")[0].strip() != "sources:":
        raise ConfigError(f'{file}:{key.line}: "sources" is neither a list nor empty; add the source by hand.')
    return _insert(lines, key.line, block, newline)


def _insert(lines: list[str], at: int, block: str, newline: str) -> bytes:
    ahead = "".join(lines[:at])
    if ahead and not ahead.endswith("\n"):
        ahead += newline
    return (ahead + block + "".join(lines[at:])).encode()


def _replace(path: Path, body: bytes) -> None:
    """Readers see the old file or the new one; its mode stays."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(path.stat().st_mode & 0o7777)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise

"""Adding a source to the file without touching what stands in it: lines are inserted, nothing is written anew.

A round trip through a YAML writer would keep comments and order too, but moves quotes, breaks long lines and takes eleven
seconds for 10,000 sources. The result is read again before it replaces the file, in one step.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from trendwatch.config import Config, _nodes, parse
from trendwatch.errors import ConfigError

_PLAIN = re.compile(r"[A-Za-z][\w./:@?&=+%~-]*[\w/]|[A-Za-z]")
_WORDS_OF_YAML = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def add(path: Path, entry: Mapping[str, str], environ: Mapping[str, str]) -> Config:
    """Append a source to the file's list. Returns the new configuration. Raises ConfigError; the file is as it was then."""
    before = path.read_bytes()
    after = appended(before, entry, str(path))
    found = parse(after, path, environ)
    if [s.name for s in found.sources][-1:] != [entry["name"]]:
        raise ConfigError(
            f'{path}: the list of sources has no end that can be added to; add the lines of "{entry["name"]}" by hand.'
        )
    _replace(path.resolve(), after)
    return found


def appended(data: bytes, entry: Mapping[str, str], file: str) -> bytes:
    """The file's bytes with an entry after the last source; every other byte is as it was."""
    root, _ = _nodes.read(data, file)
    text = data.decode("utf-8")
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = [part for part in re.split(r"(?<=\n)", text) if part]
    sources = root.value.get("sources") if isinstance(root.value, dict) else None
    if not sources or sources.value is None:
        return _first(lines, root, entry, newline, file)
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
    return _insert(lines, at, gap + written(entry, dash, newline), newline)


def written(entry: Mapping[str, str], indent: int, newline: str = "\n") -> str:
    """An entry as lines of YAML; `indent` is the column of its dash, from 0."""
    rows = [f"{key}: {scalar(value)}" for key, value in entry.items()]
    margin = " " * indent
    return f"{margin}- " + f"{newline}{margin}  ".join(rows) + newline


def scalar(value: str) -> str:
    """A value that YAML, of any version, reads back as the same text."""
    safe = _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML
    durations = re.fullmatch(r"\d+[mhdw]|\d+ per \d+[dw]|[1-4]", value)
    return value if safe or durations else json.dumps(value, ensure_ascii=False)


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


def _first(lines: list[str], root: _nodes.Node, entry: Mapping[str, str], newline: str, file: str) -> bytes:
    """The first source of a file that has none."""
    key = root.keys.get("sources")
    if key is None:
        return _insert(lines, len(lines), f"sources:{newline}{written(entry, 2, newline)}", newline)
    if lines[key.line - 1].split("#")[0].strip() != "sources:":
        raise ConfigError(f'{file}:{key.line}: "sources" is neither a list nor empty; add the source by hand.')
    return _insert(lines, key.line, written(entry, 2, newline), newline)


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

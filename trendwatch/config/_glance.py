"""What a command that only looks needs of sources.yaml, kept from the last time the file was read whole.

Checking 141 sources loads every kind and pydantic: half a second before a search begins. A file that was found right is right until
a byte of it changes, so what a search asks of it is kept in the user's cache folder under the file's path, with a hash of the file's
bytes and of this program. A file with a mistake is never kept: its mistakes are told each time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from trendwatch import __version__, config
from trendwatch.enrich import kept
from trendwatch.model import EmbeddingModel, Thresholds, meaning

MOST_FILES = 16
"""Configurations of which something is kept."""


def glance(path: Path, environ: Mapping[str, str], *, cache: Path | None = None) -> config.Glance:
    """See `trendwatch.config.glance`."""
    data = config.read(path)
    place = (cache or kept.folder()) / f"config-{_hash(str(path.absolute()).encode())}.json"
    key = _hash(data, *_program())
    found = _kept(place, key)
    if found is None:
        setting = config.parse(data, path, {})
        found = config.Glance(
            store=setting.store, embedding=setting.embedding, thresholds=setting.thresholds, taxonomies=setting.taxonomies,
            packs=tuple(pack.absolute() for pack in setting.packs), names=tuple(source.name for source in setting.sources),
        )  # fmt: skip
        with contextlib.suppress(OSError):  # a folder that cannot be written costs half a second each time
            kept.write(place, json.dumps({"key": key} | asdict(found), default=str).encode())
            _thin(place.parent)
    return replace(found, store=environ.get("TRENDWATCH_STORE") or found.store)


def _thin(folder: Path) -> None:
    """Without what is kept of files that were changed longest ago."""
    for old in sorted(folder.glob("config-*.json"), key=lambda path: path.stat().st_mtime)[:-MOST_FILES]:
        old.unlink()


def _program() -> list[bytes]:
    """What decides how a file is read: the version, and while that stays the same, when the files were written."""
    files = [file for folder in (Path(__file__).parent, Path(meaning.__file__).parent) for file in sorted(folder.glob("*.py"))]
    return [__version__.encode(), *(f"{file.name} {file.stat().st_mtime_ns}".encode() for file in files)]


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:24]


def _kept(place: Path, key: str) -> config.Glance | None:
    """None for a file that is not there, of other bytes, or not ours."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        raw: dict[str, Any] = json.loads(place.read_bytes())
        if raw["key"] == key:
            return config.Glance(
                store=raw["store"],
                embedding=EmbeddingModel(**raw["embedding"]),
                thresholds=Thresholds(**raw["thresholds"]),
                taxonomies=tuple(raw["taxonomies"]),
                packs=tuple(map(Path, raw["packs"])),
                names=tuple(raw["names"]),
            )
    return None

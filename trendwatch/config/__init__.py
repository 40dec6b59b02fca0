"""sources.yaml → typed values. Every mistake is found at once and named by file, line, column, source and key.

pydantic and the YAML reader load inside the functions: importing this module costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trendwatch.model import ArticleBudget, DigestSpec, EmbeddingModel, Network, Source, Thresholds

if TYPE_CHECKING:
    from trendwatch.config._describe import Kind
    from trendwatch.report.deliverers import Deliverer

__all__ = [
    "FILE",
    "SCHEMA",
    "Config",
    "Glance",
    "add",
    "as_lines",
    "common_keys",
    "glance",
    "kinds",
    "load",
    "parse",
    "read",
    "schema",
]

FILE = "sources.yaml"
SCHEMA = "sources.schema.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What sources.yaml asks for. `secrets` come from the environment alone, by the argument of the deliverer that takes them;
    `variables` are those of the environment that a source's credential may name: TRENDWATCH_….
    """

    path: Path
    sources: tuple[Source, ...]
    digests: tuple[DigestSpec, ...]
    deliver: Mapping[str, Deliverer]
    taxonomies: tuple[str, ...]
    packs: tuple[Path, ...]
    tag_head: Path | None
    store: str
    network: Network
    embedding: EmbeddingModel
    thresholds: Thresholds = field(default_factory=Thresholds)  # beside the model: a change of them embeds nothing again
    articles: ArticleBudget = field(default_factory=ArticleBudget)
    secrets: Mapping[str, str] = field(repr=False, default_factory=dict)
    variables: Mapping[str, str] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What of a file that was found right a search needs. `names` are those of its sources."""

    store: str
    embedding: EmbeddingModel
    thresholds: Thresholds
    taxonomies: tuple[str, ...]
    packs: tuple[Path, ...]
    names: tuple[str, ...]


def glance(path: Path, environ: Mapping[str, str]) -> Glance:
    """What a search needs of a file, at once when the file was read before and has not changed. Raises ConfigError as `load` does."""
    from trendwatch.config import _glance  # noqa: PLC0415 - few commands only look

    return _glance.glance(path, environ)


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Read a file. Raises ConfigError with every mistake in it; nothing has been done then."""
    return parse(read(path), path, environ)


def read(path: Path) -> bytes:
    """The bytes of a file. Raises ConfigError when it cannot be read."""
    from trendwatch.errors import ConfigError  # noqa: PLC0415 - beside the read it belongs to

    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file. Name another with --config, or write one.") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}.") from None


def parse(data: bytes, path: Path, environ: Mapping[str, str]) -> Config:
    """The same for bytes that are, or will be, the file at `path`."""
    from trendwatch.config import _load  # noqa: PLC0415 - pydantic loads here, not with --help

    return _load.parse(data, path, environ)


def add(path: Path, entry: Mapping[str, Any], environ: Mapping[str, str]) -> Config:
    """Append a source to the file, keeping every byte of it. Raises ConfigError when the result would be wrong."""
    from trendwatch.config import _edit  # noqa: PLC0415 - pydantic loads here, not with --help

    return _edit.add(path, entry, environ)


def as_lines(entry: Mapping[str, Any]) -> str:
    """A source as `add` writes it."""
    from trendwatch.config import _edit  # noqa: PLC0415 - pydantic loads here, not with --help

    return _edit.written(entry, 2)


def kinds() -> list[Kind]:
    """Every kind of source with its help and keys, sorted."""
    from trendwatch.config import _describe  # noqa: PLC0415 - pydantic loads here, not with --help

    return _describe.kinds()


def common_keys() -> dict[str, str]:
    """The keys that every source may have, with their help."""
    from trendwatch.config import _describe  # noqa: PLC0415 - pydantic loads here, not with --help

    return _describe.common_keys()


def schema() -> dict[str, Any]:
    """The JSON Schema of sources.yaml, draft 2020-12: the kinds that exist, each key with its help."""
    from trendwatch.config import _schema  # noqa: PLC0415 - pydantic loads here, not with --help

    return _schema.schema()

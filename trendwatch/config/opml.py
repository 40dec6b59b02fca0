"""Sources as a list of feeds (OPML 2) and back. What OPML has no attribute for stands in attributes of our namespace.

Each value is written as sources.yaml would have it; lists and mappings, and text that XML cannot hold, as JSON under the key's
name with ".json". A feed is an outline that any reader of feeds understands; other kinds are outlines without `xmlUrl`.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from trendwatch.collect.opml import NAMESPACE, Outline, read
from trendwatch.config import _checks, _kinds, _models, parse
from trendwatch.config._edit import number, written
from trendwatch.config._values import duration
from trendwatch.errors import ConfigError
from trendwatch.model import Expectation, Network, Source, WordFilter

Entry = dict[str, Any]
_COMMON = tuple(name for name in _models.Source.model_fields if name not in ("name", "kind"))
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_COUNT = len("999999s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An outline of a list as an entry of sources.yaml would be; `wrong` says why it is none. `exported`: by trendwatch."""

    line: int
    title: str
    url: str
    entry: Entry
    exported: bool
    wrong: str = ""


def export(sources: Sequence[Source], title: str) -> bytes:
    """All sources in their order. Same sources, same bytes; secrets are in no source."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"trendwatch": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _NOT_XML.sub("\ufffd", title)
    body = etree.SubElement(root, "body")
    for source in sources:
        etree.SubElement(body, "outline", dict(_attributes(source)))
    etree.indent(root)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


def entry_of(source: Source) -> Entry:
    """A source with every key it may have, as sources.yaml would have it: text, numbers, lists, mappings, None."""
    own = {key: getattr(source.reader, key) for key in sorted(_kinds.keys_of(_kinds.source_kind(source.kind)))}
    common: Entry = {key: getattr(source, "every_s" if key == "every" else key) for key in _COMMON if key not in own}
    entry: Entry = {"name": source.name, "kind": source.kind} | own | common
    return {key: _value(key, value) for key, value in entry.items()}


def listed(data: bytes) -> tuple[str, list[Listed], str]:
    """Title, outlines as entries, and what had to be repaired. Raises ParseError for what is no list."""
    title, outlines, damaged = read(data)
    return title, [_listed(outline) for outline in outlines], damaged


def made(entry: Entry, network: Network) -> Source | str:
    """The source that an entry makes, or what is wrong with it in the words of a configuration."""
    try:
        return single(entry, network)
    except ConfigError as error:
        return "; ".join(re.sub(r'^entry:\d+:\d+: (?:source "[^"]*"(?:, |: ))?', "", line) for line in error.complaints)


def single(entry: Entry, network: Network) -> Source:
    """The source that an entry makes. Raises ConfigError."""
    allowed = f"network: {{allow: {json.dumps(list(network.allow))}}}\n"
    return parse(f"{allowed}sources:\n{written(entry, 2)}".encode(), Path("entry"), {}).sources[0]


def asked_by(source: Source) -> frozenset[str]:
    """What a source asks, folded for comparing: two that ask the same are one."""
    return frozenset(_checks.same(request.url) for request in source.reader.start(None))


def shortened(source: Source, keys: Iterable[str], defaults: Iterable[str]) -> Entry:
    """A source's keys as they would be written, without what goes without saying: what the kind has by itself, and what the
    program has by itself where the file's own `defaults` say nothing.
    """
    own = _kinds.fields_of(_kinds.source_kind(source.kind))
    plain = {k: _value(k, told.default) for k, (_, told) in own.items() if not told.is_required()}
    plain |= {k: v for k, v in _by_itself().items() if k not in own and k not in set(defaults)}
    wanted = {"name", "kind", *keys}
    found = {key: value for key, value in entry_of(source).items() if key in wanted}
    return {key: value for key, value in found.items() if key not in plain or plain[key] != value}


@functools.cache
def _by_itself() -> Entry:
    """The common keys of a source that says nothing of itself."""
    source = single({"name": "any", "kind": "feed", "url": "https://example.org/"}, Network())
    return {key: value for key, value in entry_of(source).items() if key in _COMMON}


def bare(source: Source) -> Source:
    """The source without the place it stands at, for comparing."""
    return replace(source, place="")


def _attributes(source: Source) -> Iterator[tuple[str, str]]:
    entry = entry_of(source)
    feed = source.kind == "feed"
    if feed:
        yield "type", "rss"
    yield "text", entry["name"]
    if feed:
        yield "xmlUrl", entry["url"]
    if feed and entry.get("language"):
        yield "language", entry["language"]
    for key, value in entry.items():
        if feed and key == "url":
            continue
        text = value if isinstance(value, str) else number(value) if isinstance(value, int | float) else None
        if text is not None and not _NOT_XML.search(text):
            yield f"{{{NAMESPACE}}}{key}", text
        else:
            yield f"{{{NAMESPACE}}}{key}.json", json.dumps(value)


def _value(key: str, value: Any) -> Any:
    """A value of a source as sources.yaml writes it."""
    if key == "every" and isinstance(value, int):
        return _duration(value)
    if isinstance(value, Expectation):
        return f"{value.items} per {value.days}d" if value.days < 1000 else f"{value.items} per {value.days // 7}w"  # noqa: PLR2004 - three digits
    if isinstance(value, WordFilter):
        return {k: list(words) for k, words in (("any", value.any), ("none", value.none)) if words}
    return list(value) if isinstance(value, tuple) else value


def _duration(seconds: int) -> str:
    """Seconds in the largest unit that holds them whole; a count beyond six digits as minutes with decimals."""
    found = duration(seconds)
    return found if len(found) <= _LONGEST_COUNT else f"{math.ceil(seconds * 1000 / 60) / 1000:.3f}m"


def _listed(outline: Outline) -> Listed:
    entry: Entry = {}
    wrong = outline.wrong
    for key, text in outline.own.items():
        try:
            entry |= {key.removesuffix(".json"): json.loads(text)} if key.endswith(".json") else {key: text}
        except (ValueError, RecursionError):
            wrong = wrong or f"holds broken JSON ({key})"
    exported = bool(entry)
    if outline.url:
        entry["url"] = outline.url
    if outline.language and not exported:
        entry["language"] = outline.language
    return Listed(line=outline.line, title=outline.title, url=outline.url, entry=entry, exported=exported, wrong=wrong)

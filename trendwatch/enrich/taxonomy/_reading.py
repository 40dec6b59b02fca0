"""Reads pack files: what one may hold, and what is wrong with it.

    framework: owasp-llm            version: "2026"            title, date, source, verified: V1 | V2 | U, note
    contexts: {ai: [words …]}       words an entry's `needs: ai` asks for somewhere in the item
    masks: [New York Times, …]      phrases that hide the words inside them
    entries:                        id, name, definition, facet, words, hints, not_near, needs, examples, counter_examples,
                                    from (tags that lend their words), crosswalk (related tags, or `none`: no other framework
                                    has it), about (other facts)
    gazetteer:                      names, case kept: facet, definition with {name}, near, and
      entries: {openai: "OpenAI | ChatGPT", meta: {names: "Meta? | Meta Platforms", near: [Facebook], not_near: [Learning]}}

`words` earn a tag on their own, `hints` only add to it. A hyphen in a word also matches a space or nothing. A name that ends in
`?` needs one of its `near` words, or a sure name of the same entry, in the item.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from trendwatch.errors import ConfigError

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ENTRY_KEYS = frozenset(
    {"id", "name", "definition", "facet", "words", "hints", "not_near", "needs"}
    | {"examples", "counter_examples", "from", "crosswalk", "about"}
)
_PACK_KEYS = frozenset(
    {"framework", "version", "title", "date", "source", "verified", "note", "contexts", "masks", "entries", "gazetteer"}
)
_MARKS = ("V1", "V2", "U", "own")
_NONE = "none"
"""A crosswalk that was looked for and not found, which is not the same as one that nobody wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One entry of a pack. Words are as written in the file; `named` entries match with their case."""

    tag: str
    framework: str
    id: str
    name: str
    definition: str
    facet: str = ""
    words: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()  # names that need one of `near`
    near: tuple[str, ...] = ()
    not_near: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    named: bool = False
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    alone: bool = False  # `crosswalk: none`
    about: Mapping[str, str] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One framework in one version: where it comes from, how well its names are verified, and its categories."""

    framework: str
    title: str
    date: str
    source: str
    verified: str  # V1 primary text, V2 two independent copies, U not verified, own
    note: str
    masks: tuple[str, ...]
    categories: tuple[Category, ...]
    digest: str


def read(paths: Sequence[Path]) -> dict[str, Pack]:
    """Packs by framework, parts merged. Raises ConfigError with every mistake in every file."""
    packs: dict[str, Pack] = {}
    complaints: list[str] = []
    for path in paths:
        try:
            pack = _pack(path)
        except ConfigError as error:
            complaints += error.complaints
            continue
        packs[pack.framework] = _merged(packs[pack.framework], pack) if pack.framework in packs else pack
    complaints += [c for pack in packs.values() for c in _twice(pack)]
    if complaints:
        raise ConfigError(complaints)
    return dict(sorted(packs.items()))


def _merged(first: Pack, part: Pack) -> Pack:
    return Pack(
        framework=first.framework,
        title=first.title or part.title,
        date=first.date or part.date,
        source=first.source or part.source,
        verified=first.verified or part.verified,
        note=first.note or part.note,
        masks=first.masks + part.masks,
        categories=first.categories + part.categories,
        digest=hashlib.sha256((first.digest + part.digest).encode()).hexdigest(),
    )


def _twice(pack: Pack) -> Iterator[str]:
    seen: set[str] = set()
    for category in pack.categories:
        if category.tag in seen:
            yield f"{category.place}: {category.tag} is defined twice."
        seen.add(category.tag)


def _pack(path: Path) -> Pack:
    """One file. Raises ConfigError."""
    try:
        content = path.read_bytes()
        data = yaml.load(content, Loader=_LOADER)  # noqa: S506 - the loader is a safe one, in C where there is one
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name}: cannot be read as a pack: {' '.join(str(error).split())}.") from error
    complaints = list(_wrong(path.name, data))
    if complaints:
        raise ConfigError(complaints)
    framework = f"{data['framework']}@{data['version']}"
    contexts = {key: tuple(map(str, words)) for key, words in (data.get("contexts") or {}).items()}
    entries = [_entry(e, framework, contexts, path.name) for e in data.get("entries") or ()]
    names = [c for block in data.get("gazetteer") or () for c in _names(block, framework, path.name)]
    return Pack(
        framework=framework,
        **{key: str(data.get(key, "")) for key in ("title", "date", "source", "verified", "note")},
        masks=tuple(map(str, data.get("masks") or ())),
        categories=(*entries, *names),
        digest=hashlib.sha256(content).hexdigest(),
    )


def _wrong(name: str, data: object) -> Iterator[str]:
    """What makes a file no pack."""
    if not isinstance(data, dict) or not {"framework", "version"} <= set(data):
        yield f"{name}: a pack is a mapping with `framework` and `version`."
        return
    for key in sorted(set(data) - _PACK_KEYS):
        yield f"{name}: unknown key {key!r}. Known: {', '.join(sorted(_PACK_KEYS))}."
    if data.get("verified", "own") not in _MARKS:
        yield f"{name}: `verified` is one of {', '.join(_MARKS)}."
    for number, entry in enumerate(data.get("entries") or (), 1):
        yield from _wrong_entry(f"{name}: entry {number}", entry, data.get("contexts") or {})


def _wrong_entry(place: str, entry: object, contexts: Mapping[str, object]) -> Iterator[str]:
    if not isinstance(entry, dict) or not all(entry.get(key) for key in ("id", "name", "definition")):
        yield f"{place}: needs `id`, `name` and `definition`."
        return
    for key in sorted(set(entry) - _ENTRY_KEYS):
        yield f"{place} ({entry['id']}): unknown key {key!r}. Known: {', '.join(sorted(_ENTRY_KEYS))}."
    if isinstance(entry.get("needs"), str) and entry["needs"] not in contexts:
        yield f"{place} ({entry['id']}): `needs` names no context of this pack: {entry['needs']!r}."
    for key in ("words", "hints", "not_near", "examples", "counter_examples", "from"):
        if not isinstance(entry.get(key) or [], list):
            yield f"{place} ({entry['id']}): `{key}` is a list."
    if entry.get("crosswalk") != _NONE and not isinstance(entry.get("crosswalk") or [], list):
        yield f"{place} ({entry['id']}): `crosswalk` is a list of tags, or `{_NONE}`."


def _entry(entry: Mapping[str, Any], framework: str, contexts: Mapping[str, tuple[str, ...]], place: str) -> Category:
    def texts(key: str) -> tuple[str, ...]:
        return tuple(map(str, entry.get(key) or ()))

    needs = entry.get("needs") or ()
    alone = entry.get("crosswalk") == _NONE
    return Category(
        tag=f"{framework}:{entry['id']}",
        framework=framework,
        id=str(entry["id"]),
        name=str(entry["name"]),
        definition=str(entry["definition"]),
        facet=str(entry.get("facet") or ""),
        words=texts("words"),
        hints=texts("hints"),
        not_near=texts("not_near"),
        needs=contexts[needs] if isinstance(needs, str) else tuple(map(str, needs)),
        examples=texts("examples"),
        counter_examples=texts("counter_examples"),
        sources=texts("from"),
        related=() if alone else texts("crosswalk"),
        alone=alone,
        about={str(k): str(v) for k, v in (entry.get("about") or {}).items()},
        place=place,
    )


def _names(block: Mapping[str, Any], framework: str, place: str) -> Iterator[Category]:
    """The entries of one block of a gazetteer."""
    for key, value in (block.get("entries") or {}).items():
        entry = value if isinstance(value, dict) else {"names": value}
        names = [n.strip() for n in str(entry["names"]).split("|")]
        name = str(entry.get("name") or names[0].rstrip("?"))
        yield Category(
            tag=f"{framework}:{block['facet']}.{key}",
            framework=framework,
            id=f"{block['facet']}.{key}",
            name=name,
            definition=str(entry.get("definition") or str(block["definition"]).format(name=name)),
            facet=str(block["facet"]),
            words=tuple(n for n in names if not n.endswith("?")),
            doubtful=tuple(n[:-1] for n in names if n.endswith("?")),
            near=(*map(str, block.get("near") or ()), *map(str, entry.get("near") or ())),
            not_near=tuple(map(str, entry.get("not_near") or ())),
            named=True,
            related=tuple(map(str, entry.get("crosswalk") or ())),
            place=place,
        )

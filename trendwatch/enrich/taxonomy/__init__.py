"""Taxonomies: versioned packs of categories, with the words that earn them and the crosswalk between frameworks.

A pack is `packs/<framework>@<version>.yaml` (with optional parts `<framework>@<version>.<part>.yaml`) or a file of the user's.
Words live where they belong: an entry's `from` lends it the words of other entries, so "prompt injection" is written once and
earns the tag of every framework that names it. `_reading` says what a pack file may hold.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trendwatch.enrich.taxonomy import _reading
from trendwatch.enrich.taxonomy._reading import Category, Pack
from trendwatch.errors import ConfigError
from trendwatch.model import TagInfo

__all__ = ["PACKS", "Category", "Pack", "Taxonomy", "available"]

PACKS = Path(__file__).with_name("packs")


def available() -> list[str]:
    """The frameworks that come with trendwatch, sorted: "house@1", "owasp-llm@2026" and so on."""
    return sorted({_framework_of(path) for path in PACKS.glob("*.yaml")})


def _framework_of(path: Path) -> str:
    """`house@1` of `house@1.actors.yaml`; a version may hold full stops (`mlcommons-ailuminate@1.0`)."""
    name, _, rest = path.name.removesuffix(".yaml").partition("@")
    parts = rest.split(".")
    return f"{name}@{'.'.join(p for p in parts if p.isdigit())}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """Some packs, resolved. `categories` are those a tagging may name, by tag; `lenders` hold words of packs that are not shown."""

    packs: Mapping[str, Pack]
    categories: Mapping[str, Category]
    lenders: Mapping[str, Category]
    fingerprint: str

    @classmethod
    def load(cls, names: Sequence[str], extra: Sequence[Path] = ()) -> Taxonomy:
        """Read packs by name ("house@1") and the user's own files. Raises ConfigError with every mistake found."""
        known = available()
        unknown = [n for n in names if n not in known]
        if unknown:
            raise ConfigError([f"taxonomies: unknown {n!r}. Known: {', '.join(known)}." for n in unknown])
        shown = _reading.read([p for n in sorted(set(names)) for p in _files(n)] + list(extra))
        lent = _reading.read([p for n in _lacking(shown, known) for p in _files(n)])
        categories = {c.tag: c for pack in shown.values() for c in pack.categories}
        lenders = {c.tag: c for pack in lent.values() for c in pack.categories}
        _check(categories, lenders, known)
        return cls(
            packs=shown,
            categories=_related(categories),
            lenders=lenders,
            fingerprint=_fingerprint([*shown.values(), *lent.values()]),
        )

    @property
    def infos(self) -> Mapping[str, TagInfo]:
        """What each tag means, by tag."""
        return {
            c.tag: TagInfo(
                tag=c.tag, framework=c.framework, name=c.name, definition=c.definition, facet=c.facet, related=c.related
            )
            for c in self.categories.values()
        }


def _files(name: str) -> list[Path]:
    """A pack's file and its parts, the file first."""
    return sorted(path for path in PACKS.glob("*.yaml") if _framework_of(path) == name)


def _lacking(packs: Mapping[str, Pack], known: Sequence[str]) -> list[str]:
    """The packs that lend words to these and are not among them."""
    wanted = {tag.partition(":")[0] for pack in packs.values() for c in pack.categories for tag in c.sources}
    return sorted(wanted.intersection(known) - set(packs))


def _check(categories: Mapping[str, Category], lenders: Mapping[str, Category], known: Sequence[str]) -> None:
    """Every tag an entry refers to must exist, as far as its pack comes with trendwatch or is loaded."""
    complaints = []
    frameworks = {c.framework for c in categories.values()}
    for category in categories.values():
        missing = [t for t in category.sources if t not in categories and t not in lenders]
        missing += [t for t in category.related if t.partition(":")[0] in frameworks and t not in categories]
        missing += [t for t in category.related if t.partition(":")[0] not in frameworks | set(known)]
        complaints += [f"{category.place}: {category.tag} refers to {tag!r}, which does not exist." for tag in missing]
    if complaints:
        raise ConfigError(complaints)


def _related(categories: Mapping[str, Category]) -> dict[str, Category]:
    """The crosswalk made mutual and cut to what is loaded: A related to B makes B related to A."""
    links: dict[str, set[str]] = defaultdict(set)
    for category in categories.values():
        for other in {*category.related, *category.sources}.intersection(categories):
            links[category.tag].add(other)
            links[other].add(category.tag)
    return {tag: replace(categories[tag], related=tuple(sorted(links[tag]))) for tag in sorted(categories)}


def _fingerprint(packs: Sequence[Pack]) -> str:
    """Of the bytes of all files read: a changed word is another taxonomy."""
    digests = sorted(pack.digest for pack in packs)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()[:16]

"""The words that say what an item is about: found with their places, and counted as features.

The groups stand in `relevance_words.yaml`. Only the title and the first 1,500 characters are read, as for the vector: a law
quoted at the end of an article makes it no article about that law.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import urlsplit

import numpy as np
import yaml
from numpy.typing import NDArray

from trendwatch.enrich.group_matcher import GroupMatcher
from trendwatch.model import DOCTYPES, Item

LEAD_CHARACTERS = 1500
GENERATIVE = ("llm", "named", "chatbot", "agent", "image", "synthetic")
SUBJECTS = (*GENERATIVE, "ai")
_PLAIN_RISKS = ("attack", "fact", "bias", "abuse", "deceive", "privacy", "danger", "align")
_OTHER_RISKS = ("security", "law", "court", "minors", "govern", "trust", "detect", "reported")
RISKY = (*_PLAIN_RISKS, *_OTHER_RISKS)
_TELLING = {name: rank for rank, name in enumerate(("synthetic", *_PLAIN_RISKS, *GENERATIVE[:-1], *_OTHER_RISKS, "ai"))}
HIDDEN = "hidden"
_PUBLISHERS = ("lab", "safety")
_PUBLISHER_COUNTS = 2.0
"""Who publishes an item says more than any one word group."""
_TEASER_CHARACTERS = 120
"""A text shorter than this adds nothing to its title: most listing pages and some feeds give no more."""
_PAIR_CHARACTERS = 120
"""A generator and a harm no farther apart than this are taken to be spoken of together: about a sentence."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group of words. In a reason it is called `says` when it may be evidence, `against` when it speaks for another subject."""

    name: str
    says: str
    against: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A word of a group at item.title[start:end] or item.text[start:end]."""

    group: str
    field: Literal["title", "text"]
    start: int
    end: int


@cache
def groups() -> tuple[Group, ...]:
    """The groups, in the order of the file."""
    raw: dict[str, Any] = yaml.safe_load(source())
    return tuple(_group(name, entry) for name, entry in raw.items())


@cache
def _words() -> GroupMatcher:
    return GroupMatcher({group.name: group.words for group in groups()})


def source() -> bytes:
    """The word file as it stands: part of the judge's fingerprint."""
    return files(__package__ or "").joinpath("relevance_words.yaml").read_bytes()


def _group(name: str, entry: Mapping[str, Any]) -> Group:
    words = tuple(str(w) for w in entry["words"])
    return Group(name, entry.get("says", ""), entry.get("against", ""), words)


def find(item: Item) -> list[Found]:
    """Every word of every group but those inside a hidden phrase, by field, then place. A place may serve several groups."""
    found = {Found(name, field, start, end) for field, text in _read(item) for name, start, end in _spoken(text)}
    return sorted(found, key=lambda f: (f.field != "title", f.start, -f.end, f.group))


def _spoken(text: str) -> Iterator[tuple[str, int, int]]:
    """Group, start and end of each word in the text; none that stands inside a hidden phrase, nor the phrase."""
    every = list(_words().find(text))
    hidden = [(start, end) for name, start, end in every if name == HIDDEN]
    for name, start, end in every:
        if not any(before <= start and end <= after for before, after in hidden):
            yield name, start, end


def _read(item: Item) -> tuple[tuple[Literal["title", "text"], str], ...]:
    return ("title", item.title), ("text", item.text[:LEAD_CHARACTERS])


def speaks(item: Item) -> bool:
    """Whether `find` finds a word for AI or for a risk."""
    return any(name in _TELLING for _, text in _read(item) for name, _, _ in _spoken(text))


def telling(found: Sequence[Found]) -> bool:
    """The same of what `find` found."""
    return any(f.group in _TELLING for f in found)


def names() -> tuple[str, ...]:
    """What each feature is, in the order of `features`."""
    by_group = [f"{where}:{group.name}" for group in groups() if group.name != HIDDEN for where in ("title", "text")]
    together = [f"{where}:{subject}+risk" for where in ("title", "text") for subject in ("generator", "ai", "any")]
    near = [f"near:{risk}" for risk in _PLAIN_RISKS]
    publishers = [f"publisher:{sort}" for sort in _PUBLISHERS]
    return (
        *by_group, *together, *near, *(f"doctype:{d}" for d in DOCTYPES), "title only", "title only, both", *publishers,
        "publisher, teaser",
    )  # fmt: skip


def features(item: Item, found: list[Found]) -> NDArray[np.float32]:
    """One row, in the order of `names`: 1 for a group in the title, log of 1 + count in the text, subject and risk together."""
    title = {f.group for f in found if f.field == "title"}
    counts = _counts(found)
    by_group = [v for g in groups() if g.name != HIDDEN for v in (float(g.name in title), _logged(counts.get(g.name, 0)))]
    together = [
        float(any(s in present for s in subjects) and any(r in present for r in risks))
        for present in (title, counts)
        for subjects, risks in ((GENERATIVE, _PLAIN_RISKS), (("ai",), _PLAIN_RISKS), (SUBJECTS, RISKY))
    ]
    bare = float(not item.text.strip())
    doctypes = [float(item.doctype == d) for d in DOCTYPES]
    by = [_PUBLISHER_COUNTS * (publisher(item) == sort) for sort in _PUBLISHERS]
    teaser = float(len(item.text.strip()) < _TEASER_CHARACTERS)
    return np.asarray(
        [*by_group, *together, *_near(found), *doctypes, bare, bare * together[2], *by, teaser * sum(by)], dtype=np.float32
    )


@cache
def _logged(count: int) -> float:
    return float(np.log1p(count))


def publisher(item: Item) -> str:
    """Which sort of publisher whose subject is AI the item is from: "lab", "safety", or "" for any other."""
    labels = (urlsplit(item.canonical_url or item.url).hostname or "").split(".")
    hosts = (".".join(labels[n:]) for n in range(len(labels)))
    return next((_publishers()[host] for host in hosts if host in _publishers()), "")


@cache
def _publishers() -> Mapping[str, str]:
    raw: dict[str, list[str]] = yaml.safe_load(publishers())
    return {host: sort for sort in _PUBLISHERS for host in raw[sort]}


def publishers() -> bytes:
    """The list of publishers as it stands: part of the judge's fingerprint."""
    return files(__package__ or "").joinpath("relevance_publishers.yaml").read_bytes()


def _counts(found: list[Found]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for f in found:
        if f.field == "text":
            counts[f.group] = counts.get(f.group, 0) + 1
    return counts


def _near(found: list[Found]) -> list[float]:
    """Of each plain risk: log of 1 + how many of its words stand near a subject in the same field."""
    subjects = [(f.field, f.start) for f in found if f.group in SUBJECTS]
    close = [
        f.group for f in found if any(f.field == field and abs(f.start - at) <= _PAIR_CHARACTERS for field, at in subjects)
    ]
    return [_logged(close.count(risk)) for risk in _PLAIN_RISKS]


def chosen(item: Item, found: list[Found], most: int = 6) -> list[Found]:
    """The words to show: title before text, the groups that say most first, each word once, no two overlapping.

    The first subject and the first risk are always among them, where there are any.
    """
    ranked = sorted(
        (f for f in found if f.group in _TELLING), key=lambda f: (f.field != "title", _TELLING[f.group], f.start, -f.end)
    )
    first = [next((f for f in ranked if f.group in part), None) for part in (SUBJECTS, RISKY)]
    taken: list[Found] = []
    seen: set[str] = set()
    for f in [*(f for f in first if f), *ranked]:
        word = quote(item, f).casefold()
        if word not in seen and not any(t.field == f.field and t.start < f.end and f.start < t.end for t in taken):
            seen.add(word)
            taken.append(f)
    return sorted(taken[:most], key=lambda f: (f.field != "title", f.start))


def quote(item: Item, found: Found) -> str:
    """The word as it stands in the item."""
    return (item.title if found.field == "title" else item.text)[found.start : found.end]

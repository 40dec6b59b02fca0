"""What two documents are compared by, made once for each: title key, words, numbers, names, identifiers, shingles of the text.

Pairs worth comparing are found by blocks, never by comparing all with all: equal identifiers, equal texts, equal or
overlapping titles, two rare title words in common, or a band of the text's MinHash signature.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from trendwatch.enrich.lexicon import fold, numbers, words
from trendwatch.model import Item

TEXT_CHARACTERS = 3000  # a document shows itself in its beginning
LEAST_TEXT = 80  # characters below which a text says nothing of its own
SHINGLE = 3
BANDS, ROWS = 12, 3  # a pair with half of its shingles in common is found with 0.8, with seven tenths 0.99
BLOCK = 60  # items of a block: a larger one is a form or a fashion, and says nothing
RARE_WORDS = 5  # of a title; two of them in common make a pair worth comparing
EDGE = 16  # letters of a title's beginning and end that make a block
MARKUP = re.compile(r"\\[a-zA-Z]+\s*\{([^{}]*)\}|[$^_{}]")
STAMP = re.compile(r"^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2}, \d{4}")  # a listing's date
NAME = re.compile(r"\b(?:[A-Z][a-z]*[A-Z]\w*|[A-Z]{2,}\w*|[A-Z]\w+)\b")
VERSION = re.compile(r"v\d+$")
OWN_ADDRESS = (
    (re.compile(r"//(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/(\d{4}\.\d{4,5})"), "arxiv"),
    (re.compile(r"//(?:dx\.)?doi\.org/(10\.\d{4,9}/[^?#]+)"), "doi"),
    (re.compile(r"federalregister\.gov/(?:documents/\d{4}/\d\d/\d\d|d)/([A-Z0-9]+-\d+)"), "fr"),
)

Shingles = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Print:
    """One item's features. `shingles` are sorted and distinct; empty when the item has no text of its own."""

    item: Item
    key: str  # the title's letters and digits
    title: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    text_numbers: frozenset[str]
    identifiers: Mapping[str, str]
    body: str
    shingles: Shingles


def make(item: Item) -> Print:
    """The fingerprint of one item."""
    title = STAMP.sub("", MARKUP.sub(lambda found: found.group(1) or "", item.title))
    body = own_text(item)
    return Print(
        item=item,
        key=re.sub(r"[\W_]+", "", fold(title)),
        title=frozenset(words(title)),
        numbers=numbers(title),
        names=frozenset(words(" ".join(NAME.findall(title)))),
        text_numbers=numbers(body[:600]),
        identifiers=identifiers(item),
        body=body,
        shingles=_shingles(words(body)) if body else np.zeros(0, np.uint64),
    )


def own_text(item: Item) -> str:
    """The beginning of the text, less a title repeated in it; "" when next to nothing remains."""
    text, title = item.text.strip(), item.title.strip()
    if title and text.startswith(title):
        text = text[len(title) :].strip()
    return text[:TEXT_CHARACTERS] if len(text) >= LEAST_TEXT else ""


def identifiers(item: Item) -> dict[str, str]:
    """The item's own identifiers by scheme, arXiv versions cut. Its address counts, links in its text do not."""
    found: dict[str, str] = {}
    for identifier in item.identifiers:
        scheme, _, value = identifier.lower().partition(":")
        if scheme and value:
            found[scheme] = VERSION.sub("", value) if scheme == "arxiv" else value
    for pattern, scheme in OWN_ADDRESS:
        match = pattern.search(item.canonical_url or item.url)
        if match:
            found.setdefault(scheme, match.group(1).lower())
    return found


@lru_cache(maxsize=262144)
def _number(word: str) -> int:
    return zlib.crc32(word.encode())


def _shingles(tokens: Sequence[str]) -> Shingles:
    """Distinct runs of three words, each as one number."""
    known = np.fromiter((_number(token) for token in tokens), np.uint64, len(tokens))
    if len(known) < SHINGLE:
        return np.unique(known)
    runs = known[:-2] * np.uint64(0x9E3779B97F4A7C15) ^ known[1:-1] * np.uint64(0xC2B2AE3D27D4EB4F) ^ known[2:]
    return np.unique(runs * np.uint64(0xFF51AFD7ED558CCD))


_SEEDS = np.random.default_rng(20260101).integers(1, 2**63, (2, BANDS * ROWS), dtype=np.uint64) | np.uint64(1)


def _bands(shingles: Shingles) -> Iterator[bytes]:
    """The MinHash signature in bands: two texts share a band with the more likelihood, the more shingles they share."""
    mixed = shingles[:, None] * _SEEDS[0] + _SEEDS[1]
    signature = (mixed ^ (mixed >> np.uint64(29))).min(axis=0)
    for band in range(BANDS):
        yield bytes([band]) + signature[band * ROWS : (band + 1) * ROWS].tobytes()


def blocks(prints: Sequence[Print]) -> Iterator[tuple[int, int]]:
    """Pairs of places (i < j) worth comparing, each once, sorted."""
    held: dict[Hashable, list[int]] = defaultdict(list)
    counts = Counter(word for made in prints for word in made.title)
    for place, made in enumerate(prints):
        for key in _keys(made, counts):
            held[key].append(place)
    pairs: set[tuple[int, int]] = set()
    for key, places in held.items():
        exact = isinstance(key, tuple) and key[0] in ("id", "url", "hash", "title")
        if len(places) <= BLOCK:
            pairs.update(combinations(places, 2))
        elif exact:  # too many for every pair: each with its next, which joins the same group
            pairs.update(pairwise(places))
    return iter(sorted(pairs))


def _keys(made: Print, counts: Mapping[str, int]) -> Iterable[Hashable]:
    item = made.item
    yield from (("id", scheme, value) for scheme, value in made.identifiers.items())
    if len(urlsplit(item.canonical_url).path) > 1:
        yield ("url", item.canonical_url)
    if item.content_hash:
        yield ("hash", item.content_hash)
    if made.key:
        yield ("title", made.key)
    if len(made.key) >= EDGE:
        yield ("start", made.key[:EDGE])
        yield ("end", made.key[-EDGE:])
    rare = sorted(made.title, key=lambda word: (counts[word], word))[:RARE_WORDS]
    yield from (("words", one, other) for one, other in combinations(sorted(rare), 2))
    if len(made.shingles) > SHINGLE:
        yield from _bands(made.shingles)

"""Pairs of items that are worth comparing, found by blocks, never by comparing all with all.

Items share a block when they have an identifier, an address, a text or a title in common, the beginning or the end of a title,
two rare words of their titles, or a band of their texts' MinHash signatures. Each kind of block is one array of numbers, one of
an item; equal numbers are neighbours when it is sorted. So a million items take some hundred bytes each, not a dictionary's.
"""

from __future__ import annotations

import hashlib
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trendwatch.enrich import fingerprints
from trendwatch.enrich.fingerprints import SHINGLE, Print
from trendwatch.model import Item

BANDS, ROWS = 12, 3  # a pair with half of its shingles in common is found with 0.8, with seven tenths 0.99
BLOCK = 60  # items of a block: a larger one is a form or a fashion, and says nothing
RARE_WORDS = 5  # of a title; two of them in common make a block
EDGE = 16  # letters of a title's beginning and end that make a block
SHARED = (
    0.6  # of the shorter title's words; all but one of a short one. Below that no rule speaks, and pairs grow faster than items
)
CHUNK = 2048  # items whose prints are held at a time
PAIRS = 1 << 18  # pairs made at a time

Keys = NDArray[np.uint64]
Ints = NDArray[np.int64]

_SEEDS = np.random.default_rng(20260101).integers(1, 2**63, (2, BANDS * ROWS), dtype=np.uint64) | np.uint64(1)
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(slots=True)
class _Kind:
    """One kind of block: numbers, and the places of their items."""

    numbers: array[int] = field(default_factory=lambda: array("Q"))
    places: array[int] = field(default_factory=lambda: array("I"))

    def add(self, place: int, *key: str) -> None:
        """Two keys with one number of 64 bits make pairs that are compared in vain, no more."""
        digest = hashlib.blake2b("\0".join(key).encode(errors="surrogatepass"), digest_size=8).digest()
        self.numbers.append(int.from_bytes(digest))
        self.places.append(place)

    def arrays(self) -> tuple[Keys, Ints]:
        return np.array(self.numbers, np.uint64), np.array(self.places, np.int64)


@dataclass(slots=True)
class _Index:
    """The numbers of every item's blocks, some three hundred bytes an item."""

    equal: _Kind = field(default_factory=_Kind)
    edge: _Kind = field(default_factory=_Kind)
    words: array[int] = field(default_factory=lambda: array("I"))  # of titles, one after the other
    lengths: array[int] = field(default_factory=lambda: array("I"))  # of titles, in words
    signed: array[int] = field(default_factory=lambda: array("I"))  # places of the items that have a text
    bands: list[Keys] = field(default_factory=list)

    def add(self, start: int, prints: Sequence[Print]) -> None:
        """The items from place `start` on."""
        for place, made in enumerate(prints, start):
            _equals(self.equal, place, made)
            _edges(self.edge, place, made)
            self.words.extend(sorted(zlib.crc32(word.encode(errors="surrogatepass")) for word in made.title))
            self.lengths.append(len(made.title))
        texts = [(place, made.words) for place, made in enumerate(prints, start) if len(made.words) > 2 * SHINGLE]
        self.signed.extend(place for place, _ in texts)
        if texts:
            self.bands.append(_signatures([words for _, words in texts]))


def pairs(items: Sequence[Item]) -> Ints:
    """Pairs of places (m, 2), i < j, each once, sorted."""
    index = _Index()
    for start in range(0, len(items), CHUNK):
        index.add(start, [fingerprints.make(item) for item in items[start : start + CHUNK]])
    found = [np.zeros((0, 2), np.int64), *_found(index)]
    whole = np.concatenate(found)
    count = max(len(items), 1)
    distinct = np.unique(whole.min(axis=1) * count + whole.max(axis=1))
    return np.stack([distinct // count, distinct % count], axis=1)


def _found(index: _Index) -> Iterator[Ints]:
    """The pairs of every kind of block in turn."""
    yield from _within(*index.equal.arrays(), equals=True)
    yield from _alike(index)
    places = np.array(index.signed, np.int64)
    for band in range(BANDS if index.bands else 0):
        yield from _within(np.concatenate([bands[:, band] for bands in index.bands]), places, equals=False)


def _equals(kind: _Kind, place: int, made: Print) -> None:
    for scheme, value in made.identifiers.items():
        kind.add(place, "id", scheme, value)
    if len(urlsplit(made.item.canonical_url).path) > 1:
        kind.add(place, "url", made.item.canonical_url)
    if made.item.content_hash:
        kind.add(place, "hash", made.item.content_hash)
    if made.key:
        kind.add(place, "title", made.key)


def _edges(kind: _Kind, place: int, made: Print) -> None:
    if len(made.key) >= EDGE:
        kind.add(place, "start", made.key[:EDGE])
        kind.add(place, "end", made.key[-EDGE:])


def _alike(index: _Index) -> Iterator[Ints]:
    """Pairs of like titles: with a beginning, an end or two rare words in common, and most of the other words."""
    lengths = np.array(index.lengths, np.int64)
    flat = np.array(index.words, np.uint32)
    _, words, counts = np.unique(flat, return_inverse=True, return_counts=True)
    titles = sparse.csr_array(
        (np.ones(len(flat), np.int32), words, np.r_[0, np.cumsum(lengths)]), shape=(len(lengths), max(len(counts), 1))
    )
    rare = _rare(flat, counts[words], np.repeat(np.arange(len(lengths)), lengths))
    for found in chain(_within(*index.edge.arrays(), equals=False), _within(*rare, equals=False)):
        common = titles[found[:, 0]].multiply(titles[found[:, 1]]).sum(axis=1)
        shorter = lengths[found].min(axis=1)
        yield found[common >= np.minimum(SHARED * shorter, shorter - 1)]


def _rare(flat: NDArray[np.uint32], counts: Ints, owner: Ints) -> tuple[Keys, Ints]:
    """Each two of a title's `RARE_WORDS` rarest words as a number, and the title's place."""
    order = np.lexsort((flat, counts, owner))
    rank = np.arange(len(order)) - np.searchsorted(owner, owner, side="left")  # owner[order] is owner: it is sorted
    chosen = np.sort(order[rank < RARE_WORDS])  # a title's words lie in one order, the same for all titles
    place, word = owner[chosen], flat[chosen].astype(np.uint64)
    keys, places = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for step in range(1, RARE_WORDS):
        same = place[step:] == place[:-step]
        keys.append((word[:-step] * _MIX ^ word[step:])[same])
        places.append(place[step:][same])
    return np.concatenate(keys), np.concatenate(places)


def _signatures(texts: Sequence[Keys]) -> Keys:
    """The MinHash signature of each text's words in bands, (n, BANDS): two texts share a band the likelier, the more shingles they share."""
    flat = fingerprints.runs(np.concatenate(texts))
    ends = np.cumsum([len(words) for words in texts])
    edges = np.stack([np.r_[0, ends[:-1]], ends - SHINGLE + 1], axis=1).ravel()[:-1]  # runs past an end are of two texts
    signed = np.empty((len(texts), BANDS * ROWS), np.uint64)
    for column in range(BANDS * ROWS):
        mixed = flat * _SEEDS[0, column] + _SEEDS[1, column]
        signed[:, column] = np.minimum.reduceat(mixed ^ (mixed >> np.uint64(29)), edges)[::2]
    banded = signed.reshape(len(texts), BANDS, ROWS)
    whole: Keys = banded[:, :, 0]
    for row in range(1, ROWS):
        whole = (whole ^ (whole >> np.uint64(31))) * _MIX + banded[:, :, row]
    return whole


def _within(keys: Keys, places: Ints, *, equals: bool) -> Iterator[Ints]:
    """The pairs of items with equal numbers. Of a block of equals that is too large for every pair each item goes with its next,
    which joins the same group; of another too large block none.
    """
    order = np.argsort(keys, kind="stable")
    keys, places = keys[order], places[order]
    first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, np.int64)
    sizes = np.diff(np.r_[first, len(keys)])
    for size in np.unique(sizes[(sizes > 1) & (sizes <= BLOCK)]):
        a, b = np.array(list(combinations(range(size), 2))).T
        starts = first[sizes == size]
        for part in np.array_split(starts, -(-len(starts) * len(a) // PAIRS)):
            block = places[part[:, None] + np.arange(size)]
            yield _different(np.stack([block[:, a].ravel(), block[:, b].ravel()], axis=1))
    for start, size in zip(first[sizes > BLOCK], sizes[sizes > BLOCK], strict=True) if equals else ():
        block = places[start : start + size]
        yield _different(np.stack([block[:-1], block[1:]], axis=1))


def _different(found: Ints) -> Ints:
    """Less the pairs of an item with itself."""
    kept: Ints = found[found[:, 0] != found[:, 1]]
    return kept

"""Pairs of items that are worth comparing, found by blocks, never by comparing all with all.

Items share a block when they have an identifier, an address, a text or a title in common, the beginning or the end of a title,
two rare words of their titles, or a band of their texts' MinHash signatures. Each kind of block is one array of numbers, one of
an item; equal numbers are neighbours when it is sorted. So a million items take some hundred bytes each, not a dictionary's.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from itertools import combinations
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from trendwatch.enrich import fingerprints
from trendwatch.enrich.fingerprints import SHINGLE, Print
from trendwatch.model import Item

BANDS, ROWS = 12, 3  # a pair with half of its shingles in common is found with 0.8, with seven tenths 0.99
BLOCK = 60  # items of a block: a larger one is a form or a fashion, and says nothing
RARE_WORDS = 5  # of a title; two of them in common make a pair worth comparing
EDGE = 16  # letters of a title's beginning and end that make a block
CHUNK = 2048  # items whose prints are held at a time

Keys = NDArray[np.uint64]
Ints = NDArray[np.int64]
Blocks = tuple[Keys, Ints, bool]  # numbers, the places of their items, and whether the block is of equals

_SEEDS = np.random.default_rng(20260101).integers(1, 2**63, (2, BANDS * ROWS), dtype=np.uint64) | np.uint64(1)
_MIX = np.uint64(0x9E3779B97F4A7C15)


def pairs(items: Sequence[Item]) -> Ints:
    """Pairs of places (m, 2), i < j, each once, sorted."""
    found = [np.zeros((0, 2), np.int64)]
    for keys, places, equals in _blocks(items):
        found.append(_within(keys, places, equals=equals))
    whole = np.concatenate(found)
    count = max(len(items), 1)
    distinct = np.unique(whole.min(axis=1) * count + whole.max(axis=1)) if len(whole) else np.zeros(0, np.int64)
    return np.stack([distinct // count, distinct % count], axis=1)


def _blocks(items: Sequence[Item]) -> Iterator[Blocks]:
    """Every kind of block in turn."""
    equal: list[tuple[int, int]] = []
    edges: list[tuple[int, int]] = []
    titles: list[Keys] = []
    bands: list[Keys] = []
    signed: list[int] = []
    for start in range(0, len(items), CHUNK):
        prints = [fingerprints.make(item) for item in items[start : start + CHUNK]]
        for place, made in enumerate(prints, start):
            equal.extend((_hash(*key), place) for key in _equals(made))
            edges.extend((_hash(*key), place) for key in _edges(made))
            titles.append(np.array(sorted(zlib.crc32(word.encode()) for word in made.title), np.uint64))
        signed.extend(start + place for place, made in enumerate(prints) if len(made.shingles) > SHINGLE)
        bands.append(_signatures([made for made in prints if len(made.shingles) > SHINGLE]))
    yield *_arrays(equal), True
    yield *_arrays(edges), False
    yield from _rare(titles)
    places = np.array(signed, np.int64)
    whole = np.concatenate(bands) if bands else np.zeros((0, BANDS), np.uint64)
    for band in range(BANDS):
        yield whole[:, band], places, False


def _hash(kind: str, *values: str) -> int:
    """A number of 64 bits. Two keys with one number make pairs that are compared in vain, no more."""
    return int.from_bytes(hashlib.blake2b("\0".join((kind, *values)).encode(), digest_size=8).digest())


def _equals(made: Print) -> Iterator[tuple[str, ...]]:
    yield from (("id", scheme, value) for scheme, value in made.identifiers.items())
    if len(urlsplit(made.item.canonical_url).path) > 1:
        yield ("url", made.item.canonical_url)
    if made.item.content_hash:
        yield ("hash", made.item.content_hash)
    if made.key:
        yield ("title", made.key)


def _edges(made: Print) -> Iterator[tuple[str, ...]]:
    if len(made.key) >= EDGE:
        yield ("start", made.key[:EDGE])
        yield ("end", made.key[-EDGE:])


def _arrays(held: Sequence[tuple[int, int]]) -> tuple[Keys, Ints]:
    return np.array([key for key, _ in held], np.uint64), np.array([place for _, place in held], np.int64)


def _rare(titles: Sequence[Keys]) -> Iterator[Blocks]:
    """Each two of a title's `RARE_WORDS` rarest words; one kind of block for each two ranks, so that arrays stay short."""
    flat = np.concatenate(titles) if titles else np.zeros(0, np.uint64)
    owner = np.repeat(np.arange(len(titles)), [len(title) for title in titles])
    words, back, counts = np.unique(flat, return_inverse=True, return_counts=True)
    order = np.lexsort((words[back], counts[back], owner))
    rank = np.arange(len(order)) - np.searchsorted(owner, owner[order], side="left")
    chosen = order[rank < RARE_WORDS]
    chosen = chosen[np.lexsort((flat[chosen], owner[chosen]))]  # the rare words of a title in one order for all titles
    place, word = owner[chosen], flat[chosen]
    keys, places = [], []
    for step in range(1, RARE_WORDS):
        same = place[step:] == place[:-step]
        keys.append((word[:-step] * _MIX ^ word[step:])[same])
        places.append(place[step:][same])
    yield np.concatenate(keys), np.concatenate(places), False


def _signatures(prints: Sequence[Print]) -> Keys:
    """The MinHash signature of each text in bands, (n, BANDS): two texts share a band the likelier, the more shingles they share."""
    if not prints:
        return np.zeros((0, BANDS), np.uint64)
    starts = np.cumsum([0, *(len(made.shingles) for made in prints[:-1])])
    flat = np.concatenate([made.shingles for made in prints])
    signed = np.empty((len(prints), BANDS * ROWS), np.uint64)
    for column in range(BANDS * ROWS):
        mixed = flat * _SEEDS[0, column] + _SEEDS[1, column]
        signed[:, column] = np.minimum.reduceat(mixed ^ (mixed >> np.uint64(29)), starts)
    banded = signed.reshape(len(prints), BANDS, ROWS)
    whole: Keys = banded[:, :, 0]
    for row in range(1, ROWS):
        whole = (whole ^ (whole >> np.uint64(31))) * _MIX + banded[:, :, row]
    return whole


def _within(keys: Keys, places: Ints, *, equals: bool) -> Ints:
    """The pairs of items with equal numbers. Of a block of equals that is too large for every pair each item goes with its next,
    which joins the same group; of another too large block none.
    """
    order = np.lexsort((places, keys))
    keys, places = keys[order], places[order]
    first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, np.int64)
    sizes = np.diff(np.r_[first, len(keys)])
    found = [np.zeros((0, 2), np.int64)]
    for size in np.unique(sizes[(sizes > 1) & (sizes <= BLOCK)]):
        block = places[first[sizes == size][:, None] + np.arange(size)]
        a, b = np.array(list(combinations(range(size), 2))).T
        found.append(np.stack([block[:, a].ravel(), block[:, b].ravel()], axis=1))
    for start, size in zip(first[sizes > BLOCK], sizes[sizes > BLOCK], strict=True) if equals else ():
        block = places[start : start + size]
        found.append(np.stack([block[:-1], block[1:]], axis=1))
    whole = np.concatenate(found)
    different: Ints = whole[whole[:, 0] != whole[:, 1]]
    return different

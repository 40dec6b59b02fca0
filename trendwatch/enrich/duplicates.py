"""The same document twice: by identifier, by content hash, by near-identical words, by meaning; each with its vetoes.

A duplicate is the same document, not another report of the same event (that is a story). Look-alikes are the danger: exchange
notices differ in a number or a name only, serial posts in a version. So what differs vetoes, however much is alike:

- different identifiers of one scheme (two arXiv ids, two Federal Register numbers), or two different long numbers in the
  addresses of one host;
- different numbers in titles, or different numbers at the head of the texts;
- one register's two entries, whatever they share, unless it is the identifier; and any source's title used again (a form),
  unless the text is the same too;
- for whatever is not a paper: words that each title has and the other has not.

A title alone makes a duplicate of papers (a title names a paper), of posts and press within days (mirrors, wire copy) when it
is specific; never of regulations and incidents. Known misses: a renamed paper that is listed without its abstract. Known false
joins: a paper and its sequel that differ in one letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from trendwatch.enrich import fingerprints, sameness
from trendwatch.enrich.fingerprints import Print
from trendwatch.enrich.sameness import UNIQUE_SCHEMES, Match, register
from trendwatch.model import Duplicate, Item


def find(items: Sequence[Item], vectors: NDArray[np.float32]) -> list[Duplicate]:
    """The items that are another one's document, in order of their id; `vectors` is (n, d), unit rows, row i for items[i].

    Of the items of one document the earliest is kept, then the one with the longest text, then the lowest id. The result does
    not depend on the order of `items`.
    """
    order = sorted(range(len(items)), key=lambda row: items[row].id)
    prints = [fingerprints.make(items[row]) for row in order]
    matches: list[tuple[Match, int, int]] = []
    for a, b in fingerprints.blocks(prints):
        match = sameness.compare(prints[a], prints[b], vectors[order[a]], vectors[order[b]])
        if match is not None:
            matches.append((match, a, b))
    matches.sort()
    groups = _Groups(prints)
    return _told(prints, [(match, a, b) for match, a, b in matches if groups.join(a, b)], groups)


def _unique(made: Print) -> dict[str, str]:
    """What a document has one of: identifiers of some schemes, and its entry in a register."""
    held = {scheme: value for scheme, value in made.identifiers.items() if scheme in UNIQUE_SCHEMES}
    if register(made):
        entry = " ".join(sorted(made.identifiers.values())) or made.item.canonical_url or made.item.id
        held[f"register {made.item.source}"] = entry
    return held


@dataclass(slots=True)
class _Groups:
    """Items joined so far, none holding two of what a document has one of."""

    prints: Sequence[Print]
    parent: list[int] = field(init=False)
    held: list[dict[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.parent = list(range(len(self.prints)))
        self.held = [_unique(made) for made in self.prints]

    def root(self, place: int) -> int:
        while self.parent[place] != place:
            self.parent[place] = self.parent[self.parent[place]]
            place = self.parent[place]
        return place

    def join(self, a: int, b: int) -> bool:
        """Whether the two are in one group afterwards."""
        a, b = sorted((self.root(a), self.root(b)))
        if any(self.held[a].get(what, value) != value for what, value in self.held[b].items()):
            return False
        self.parent[b] = a
        self.held[a] |= self.held[b]
        return True


def _first(item: Item) -> tuple[datetime, int, str]:
    return (item.at, -len(item.text), item.id)


def _told(prints: Sequence[Print], matches: Sequence[tuple[Match, int, int]], groups: _Groups) -> list[Duplicate]:
    """One `Duplicate` for every item but the kept one of its group, with the surest reason that it has."""
    best: dict[int, Match] = {}
    for match, a, b in matches:
        best.setdefault(a, match)
        best.setdefault(b, match)
    kept: dict[int, Item] = {}
    for place in best:
        item, root = prints[place].item, groups.root(place)
        kept[root] = min(kept.get(root, item), item, key=_first)
    return [
        Duplicate(
            item_id=prints[place].item.id,
            of_id=kept[groups.root(place)].id,
            layer=match.layer,
            score=-match.negative_score,
            reason=match.reason,
        )
        for place, match in sorted(best.items())
        if kept[groups.root(place)].id != prints[place].item.id
    ]

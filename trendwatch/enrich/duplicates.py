"""The same document twice: by identifier, by content hash, by near-identical words, by meaning; each with its vetoes.

A duplicate is the same document, not another report of the same event (that is a story). Look-alikes are the danger: exchange
notices differ in a number or a name only, serial posts in a version. So what differs vetoes, however much is alike:

- different identifiers of one scheme (two arXiv ids, two Federal Register numbers), or two different long numbers in the
  addresses of one host;
- different numbers in titles, however written ("second", "II", "Q2"); where only the meaning is alike, different numbers at the
  head of the texts;
- of titles of one form (`forms`): another month, day, season, edition, stage or count, or one name in the place of another;
- of texts of one form (`form_texts`): another date between the same words, and in registers another name or number;
- one register's two entries, whatever they share, unless it is the identifier; and any source's title used again (a form),
  unless the text is the same too;
- for whatever is not a paper: words that each title has and the other has not.

A veto holds between all titles of a group: "Bulletin, May" and "Bulletin, June" stay apart, though "Bulletin" resembles both. By
their texts only the first 16 items of each side are compared when two groups are joined, as that is slow. Neither is asked of two
items that share an identifier or the whole text.

A title alone makes a duplicate of papers (a title names a paper), of posts and press within days (mirrors, wire copy) when it
is specific; never of regulations and incidents. Front matter ("Guest editorial") names no paper, an erratum or a reply is not
what it answers. Known misses: a renamed paper that is listed without its abstract. Known false joins: a paper and its sequel that
differ in one letter; two papers of one title in lists that give no authors. Known misses, too: a paper renamed In Large Letters by
one word that may be a name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from trendwatch.enrich import blocks, fingerprints, form_texts, sameness
from trendwatch.enrich.fingerprints import Print
from trendwatch.enrich.sameness import SAME_MEANING, UNIQUE_SCHEMES, Match, register
from trendwatch.model import Duplicate, Item

ASKED = 16  # members of a group whose texts may veto another one
PRINTS = 32768  # fingerprints held at once; one that is needed again later is made again


def find(items: Sequence[Item], vectors: NDArray[np.float32], *, same_meaning: float = SAME_MEANING) -> list[Duplicate]:
    """The items that are another one's document, in order of their id; `vectors` is (n, d), unit rows, row i for items[i].
    `same_meaning` is the cosine from which meaning makes a duplicate.

    Of the items of one document the earliest is kept, then the one with the longest text, then the lowest id. The result does
    not depend on the order of `items`.
    """
    order = sorted(range(len(items)), key=lambda row: items[row].id)
    items = [items[row] for row in order]
    made = lru_cache(PRINTS)(lambda place: fingerprints.make(items[place]))
    matches: list[tuple[Match, int, int]] = []
    for a, b in blocks.pairs(items):
        match = sameness.compare(made(a), made(b), vectors[order[a]], vectors[order[b]], same_meaning=same_meaning)
        if match is not None:
            matches.append((match, int(a), int(b)))
    matches.sort()
    held = {place: _unique(made(place)) for _, *ends in matches for place in ends}
    groups = _Groups(
        held,
        {place: {made(place).plain_title: place} for place in held},
        lambda a, b: bool(sameness.veto_by_titles(made(a), made(b))),
        lambda a, b: bool(form_texts.apart(made(a), made(b))),
    )
    return _told(items, [(match, a, b) for match, a, b in matches if groups.join(a, b, sure=match.sure)], groups)


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

    held: dict[int, dict[str, str]]
    titles: dict[int, dict[str, int]]  # of each group, and an item that bears it
    titles_apart: Callable[[int, int], bool]
    texts_apart: Callable[[int, int], bool]
    parent: dict[int, int] = field(init=False)
    members: dict[int, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.parent = {place: place for place in self.held}
        self.members = {place: [place] for place in self.held}

    def root(self, place: int) -> int:
        while self.parent[place] != place:
            self.parent[place] = self.parent[self.parent[place]]
            place = self.parent[place]
        return place

    def join(self, a: int, b: int, *, sure: bool) -> bool:
        """Whether the two are in one group afterwards. What is `sure` needs no leave of the others in their groups."""
        a, b = sorted((self.root(a), self.root(b)))
        if a == b:
            return True
        if any(self.held[a].get(what, value) != value for what, value in self.held[b].items()):
            return False
        if not sure and self._vetoed(a, b):
            return False
        self.parent[b] = a
        self.held[a] |= self.held[b]
        self.members[a] += self.members.pop(b)
        self.titles[a] = self.titles.pop(b) | self.titles[a]
        return True

    def _vetoed(self, a: int, b: int) -> bool:
        """Whether members of two groups are told apart; of two single items that is known."""
        if len(self.members[a]) == len(self.members[b]) == 1:
            return False
        if any(self.titles_apart(x, y) for x in self.titles[a].values() for y in self.titles[b].values()):
            return True
        return any(self.texts_apart(x, y) for x in self.members[a][:ASKED] for y in self.members[b][:ASKED])


def _first(item: Item) -> tuple[datetime, int, str]:
    return (item.at, -len(item.text), item.id)


def _told(items: Sequence[Item], matches: Sequence[tuple[Match, int, int]], groups: _Groups) -> list[Duplicate]:
    """One `Duplicate` for every item but the kept one of its group, with the surest reason that it has."""
    best: dict[int, Match] = {}
    for match, a, b in matches:
        best.setdefault(a, match)
        best.setdefault(b, match)
    kept: dict[int, Item] = {}
    for place in best:
        item, root = items[place], groups.root(place)
        kept[root] = min(kept.get(root, item), item, key=_first)
    return [
        Duplicate(
            item_id=items[place].id,
            of_id=kept[groups.root(place)].id,
            layer=match.layer,
            score=-match.negative_score,
            reason=match.reason,
        )
        for place, match in sorted(best.items())
        if kept[groups.root(place)].id != items[place].id
    ]

"""Tags by words: an item earns a category when its words are the item's matter, not when they are mentioned once in passing.

Each distinct word adds its weight, doubled in the title, whole in the lead, less further down; repeats add a little, hints (0.4)
up to 1 in all, and only where a word stands too. The sum becomes a score by 1 - exp(-sum / 1.44): one word in the title
0.75, one in the lead 0.5, one deep in a long text 0.34. Words, not hints, are quoted as evidence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from trendwatch.enrich.taggers import Tagger
from trendwatch.enrich.taggers._matcher import RULES as MATCHING
from trendwatch.enrich.taggers._matcher import Matcher
from trendwatch.enrich.taggers._passing import in_passing
from trendwatch.enrich.taxonomy import Taxonomy
from trendwatch.model import Evidence, Item, Tagging

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trendwatch.enrich.embed import Embedder

TITLE, LEAD, DEEP, REPEAT = 2.0, 1.0, 0.6, 0.3
LEAD_CHARACTERS = 400
REPEATS = 3
HINTS = 1.0
SCALE = 1.44
THRESHOLD = 0.5
LEAST = -SCALE * math.log(1.0 - THRESHOLD)
"""The sum that makes a score of `THRESHOLD`."""
SPANS = 3
"""At most so many pieces of evidence a tag: the strongest."""
RULES = (TITLE, LEAD, DEEP, REPEAT, LEAD_CHARACTERS, REPEATS, HINTS, SCALE, THRESHOLD, SPANS, MATCHING, "keywords-3")
"""All that decides, for a fingerprint; the last changes with the code."""


@dataclass(slots=True)
class Strength:
    """How strongly an item's words speak for a category, and where its words stand: (gain, start, end) in what was searched."""

    words: float = 0.0
    hints: float = 0.0
    places: list[tuple[float, int, int]] = field(default_factory=list)

    @property
    def total(self) -> float:
        """Words, and hints up to their bound where there is a word."""
        return self.words + min(self.hints, HINTS) if self.words else 0.0

    @property
    def score(self) -> float:
        """From 0 to 1."""
        return 1.0 - math.exp(-self.total / SCALE)


class Keywords(Tagger):
    """One pass over title and text with every word of every pack."""

    def __init__(self, taxonomy: Taxonomy, embedder: Embedder | None = None) -> None:
        del embedder  # words need none
        self.matcher = Matcher(taxonomy)

    def tag(self, items: Sequence[Item], vectors: NDArray[np.float32] | None = None) -> list[Tagging]:
        """Taggings with a score of at least 0.5."""
        del vectors
        return [tagging for item in items for tagging in self._taggings(item)]

    def _taggings(self, item: Item) -> list[Tagging]:
        strong = [
            (n, s) for n, s in self.strengths(item).items() if s.words and s.words + s.hints >= LEAST and s.total >= LEAST
        ]
        if not strong:
            return []
        strong.sort(key=itemgetter(0))
        quoted: dict[
            tuple[tuple[float, int, int], ...], tuple[Evidence, ...]
        ] = {}  # the same words speak for several categories
        found = []
        for n, strength in strong:
            places = tuple(strength.places)
            quotes = quoted.get(places)
            if quotes is None:
                quotes = quoted[places] = evidence(item, strength)
            tag, score = self.matcher.tags[n], round(strength.score, 4)
            found.append(Tagging(item_id=item.id, tag=tag, score=score, tagger="keywords", evidence=quotes))
        return found

    def strengths(self, item: Item) -> dict[int, Strength]:
        """Strength by category number (an index into `matcher.tags`). Repeats of a word add little, and after a few nothing.

        Sums are kept in plain lists while they grow, a quarter faster than objects: words, hints, places, where the last word that
        counted ends (a word inside a longer one counts once), and how often each word counted.
        """
        matches, begin = self.matcher.find(item.title, item.text)
        lead = begin + LEAD_CHARACTERS
        sums: dict[int, list[Any]] = {}
        for start, minus_end, word, pattern in matches:
            gain = TITLE if start < begin else LEAD if start < lead else DEEP
            weight, end = pattern.weight, -minus_end
            for target in pattern.targets:
                known = sums.get(target)
                if known is None:
                    first = gain * weight
                    places = [] if weight < 1 else [(gain, start, end)]
                    sums[target] = [0.0, first, places, end, {word: 1}] if weight < 1 else [first, 0.0, places, end, {word: 1}]
                elif known[3] < end:
                    known[3] = end
                    times = known[4].get(word, 0)
                    known[4][word] = times + 1
                    if times <= REPEATS:
                        _count(known, weight, REPEAT * weight if times else gain * weight, (gain, start, end))
        return {target: Strength(known[0], known[1], known[2]) for target, known in sums.items()}


def _count(known: list[Any], weight: float, amount: float, place: tuple[float, int, int]) -> None:
    if weight < 1:
        known[1] += amount
    else:
        known[0] += amount
        known[2].append(place)


def mentioned(item: Item, strength: Strength) -> bool:
    """Whether the words stand in the text only, and there in lists and examples only: named, but not the matter."""
    spans = [_span(item, start, end) for _, start, end in strength.places]
    return all(s.field == "text" and in_passing(item.text, s.start, s.end) for s in spans)


def evidence(item: Item, strength: Strength) -> tuple[Evidence, ...]:
    """The strongest places, best first, none inside another."""
    places = strength.places
    if len(places) == 1:
        return (_span(item, *places[0][1:]),)
    chosen: list[tuple[int, int]] = []
    for _, start, end in sorted(places, key=_best_first):
        if all(end <= a or b <= start for a, b in chosen):
            chosen.append((start, end))
            if len(chosen) == SPANS:
                break
    return tuple([_span(item, start, end) for start, end in chosen])


def _best_first(place: tuple[float, int, int]) -> tuple[float, int, int]:
    """The stronger, then the longer, then the earlier."""
    gain, start, end = place
    return -gain, start - end, start


def _span(item: Item, start: int, end: int) -> Evidence:
    """Places in " title SEP text " → an item's own characters."""
    if start <= len(item.title):
        return Evidence(field="title", start=start - 1, end=end - 1, quote=item.title[start - 1 : end - 1])
    offset = len(item.title) + 4
    return Evidence(field="text", start=start - offset, end=end - offset, quote=item.text[start - offset : end - offset])

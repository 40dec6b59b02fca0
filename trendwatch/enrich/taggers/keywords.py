"""Tags by words: an item earns a category when its words are the item's matter, not when they are mentioned once in passing.

Each distinct word adds its weight, doubled in the title, whole in the lead, less further down; repeats add a little, hints (0.4)
up to 1 in all, and only where a word stands too. The sum becomes a score by 1 - exp(-sum / 1.44): one word in the title
0.75, one in the lead 0.5, one deep in a long text 0.34. Words, not hints, are quoted as evidence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trendwatch.enrich.taggers import Tagger
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
SPANS = 3
"""At most so many pieces of evidence a tag: the strongest."""


@dataclass(slots=True)
class Strength:
    """How strongly an item's words speak for a category, and where its words stand: (gain, start, end) in what was searched."""

    words: float = 0.0
    hints: float = 0.0
    places: list[tuple[float, int, int]] = field(default_factory=list)
    covered: int = 0  # where the last word that counted ends: a word inside a longer one counts once
    seen: dict[int, int] = field(default_factory=dict)  # how often each word counted

    def add(self, word: int, weight: float, place: tuple[float, int, int]) -> None:
        """Count one occurrence more; repeats add little, and after a few nothing."""
        self.covered = place[2]
        times = self.seen.get(word, 0)
        self.seen[word] = times + 1
        if times > REPEATS:
            return
        amount = REPEAT * weight if times else place[0] * weight
        if weight < 1:
            self.hints += amount
        else:
            self.words += amount
            self.places.append(place)

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
        return [
            Tagging(
                item_id=item.id,
                tag=self.matcher.tags[number],
                score=round(strength.score, 4),
                tagger="keywords",
                evidence=evidence(item, strength),
            )
            for item in items
            for number, strength in sorted(self.strengths(item).items())
            if strength.words and strength.score >= THRESHOLD
        ]

    def strengths(self, item: Item) -> dict[int, Strength]:
        """Strength by category number (an index into `matcher.tags`)."""
        matches, begin = self.matcher.find(item.title, item.text)
        lead = begin + LEAD_CHARACTERS
        found: dict[int, Strength] = {}
        for start, minus_end, word, pattern in matches:
            gain = TITLE if start < begin else LEAD if start < lead else DEEP
            place, weight = (gain, start, -minus_end), pattern.weight
            for target in pattern.targets:
                strength = found.get(target)
                if strength is not None:
                    if strength.covered + minus_end < 0:
                        strength.add(word, weight, place)
                elif weight < 1:
                    found[target] = Strength(0.0, gain * weight, [], -minus_end, {word: 1})
                else:
                    found[target] = Strength(gain * weight, 0.0, [place], -minus_end, {word: 1})
        return found


def mentioned(item: Item, strength: Strength) -> bool:
    """Whether the words stand in the text only, and there in lists and examples only: named, but not the matter."""
    spans = [_span(item, start, end) for _, start, end in strength.places]
    return all(s.field == "text" and in_passing(item.text, s.start, s.end) for s in spans)


def evidence(item: Item, strength: Strength) -> tuple[Evidence, ...]:
    """The strongest places, best first, none inside another."""
    chosen: list[tuple[int, int]] = []
    for _, start, end in sorted(strength.places, key=lambda p: (-p[0], p[1] - p[2], p[1])):
        if len(chosen) < SPANS and all(end <= a or b <= start for a, b in chosen):
            chosen.append((start, end))
    return tuple(_span(item, start, end) for start, end in chosen)


def _span(item: Item, start: int, end: int) -> Evidence:
    """Places in " title SEP text " → an item's own characters."""
    if start <= len(item.title):
        return Evidence(field="title", start=start - 1, end=end - 1, quote=item.title[start - 1 : end - 1])
    offset = len(item.title) + 4
    return Evidence(field="text", start=start - offset, end=end - offset, quote=item.text[start - offset : end - offset])

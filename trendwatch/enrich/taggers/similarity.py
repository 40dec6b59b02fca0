"""Tags by meaning: cosine of an item's vector to each category's definition and examples, calibrated per category.

Some categories lie near everything ("evaluation"), others near nothing, so a raw cosine means little. Each category's cosine is
measured against its own background: the examples of all other categories of the taxonomy, which are texts of the same field
about something else. The score says how many standard deviations above that background an item lies. An item that is nearer to one of
a category's counter-examples than to the category is denied it. A tag earned this way quotes the sentence closest to the category;
only items with such a tag have their sentences embedded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trendwatch.enrich import kept
from trendwatch.enrich.sentences import sentences
from trendwatch.enrich.taggers import Tagger
from trendwatch.enrich.taxonomy import Category, Taxonomy
from trendwatch.model import Evidence, Item, Tagging, Thresholds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trendwatch.enrich.embed import Embedder

CERTAIN = Thresholds().tag
"""Standard deviations above its background from which meaning alone earns a tag."""
SCALE = 0.9
LEAST_SPREAD = 0.04
"""A background of few texts may agree by accident; a spread under this would make noise look certain."""
READ = 12
"""Sentences of an item that are compared: the lead says what it is about."""


class Similarity(Tagger):
    """Compares vectors with those of definitions and examples, embedded once for all runs."""

    def __init__(self, taxonomy: Taxonomy, embedder: Embedder) -> None:
        self._embedder = embedder
        categories = list(taxonomy.categories.values())
        self.tags = [c.tag for c in categories]
        self.numbers = [n for n, c in enumerate(categories) if not c.named]
        meant = [categories[n] for n in self.numbers]
        self._prototypes, self._mean, self._spread = _calibrated(meant, embedder)
        self._counters, self._owners = _counters(meant, embedder)

    def scores(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Standard deviations above background, (n, len(self.numbers))."""
        scores: NDArray[np.float32] = (vectors @ self._prototypes.T - self._mean) / self._spread
        return scores

    def denied(self, vector: NDArray[np.float32]) -> set[int]:
        """Columns of `scores` of which one item is nearer to a counter-example than to the category."""
        away = self._counters @ vector > self._prototypes[self._owners] @ vector
        return {int(column) for column in self._owners[away]}

    def tag(self, items: Sequence[Item], vectors: NDArray[np.float32]) -> list[Tagging]:
        """Taggings at or above `CERTAIN`, each with its closest sentence."""
        scores = self.scores(vectors)
        wanted = {
            n: [int(c) for c in (row >= CERTAIN).nonzero()[0] if int(c) not in self.denied(vectors[n])]
            for n, row in enumerate(scores)
        }
        found = []
        for n, columns in wanted.items():
            quotes = self.closest(items[n], columns)
            found += [
                Tagging(
                    item_id=items[n].id,
                    tag=self.tags[self.numbers[c]],
                    score=round(certainty(float(scores[n, c])), 4),
                    tagger="similarity",
                    evidence=(quote,),
                )
                for c, quote in zip(columns, quotes, strict=True)
            ]
        return found

    def closest(self, item: Item, columns: Sequence[int]) -> list[Evidence]:
        """For each category (a column of `scores`), the title or sentence of `item` nearest to it."""
        if not columns:
            return []
        pieces = _pieces(item)
        if len(pieces) == 1:
            return pieces * len(columns)
        near = self._embedder.encode([p.quote for p in pieces]) @ self._prototypes[list(columns)].T
        return [pieces[int(best)] for best in near.argmax(axis=0)]


def certainty(deviations: float) -> float:
    """A score from 0 to 1: 0.5 at 3 standard deviations, 0.71 at 4."""
    return 1.0 / (1.0 + math.exp(-SCALE * (deviations - 3.0)))


def _pieces(item: Item) -> list[Evidence]:
    """The title and the first sentences, as evidence that could be quoted."""
    title = [(0, len(item.title))] if item.title.strip() else []
    lead = sentences(item.text)[:READ]
    pieces = [Evidence(field="title", start=a, end=b, quote=item.title[a:b]) for a, b in title]
    return pieces + [Evidence(field="text", start=a, end=b, quote=item.text[a:b]) for a, b in lead]


def _counters(categories: Sequence[Category], embedder: Embedder) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Vectors of all counter-examples, and the column of the category that each speaks against."""
    import numpy as np  # noqa: PLC0415 - loads with the first item, not with the command line

    texts = [text for c in categories for text in c.counter_examples]
    vectors = kept.encode(embedder, texts) if texts else np.zeros((0, embedder.dimension), np.float32)
    return vectors, np.repeat(np.arange(len(categories)), [len(c.counter_examples) for c in categories])


def _calibrated(
    categories: Sequence[Category], embedder: Embedder
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Prototypes (categories, dimension) and each one's mean and spread of cosine over its background."""
    import numpy as np  # noqa: PLC0415 - loads with the first item, not with the command line

    own = [[f"{c.name}. {c.definition}", *c.examples] for c in categories]
    texts = [text for group in own for text in group]
    owner = np.repeat(np.arange(len(own)), [len(group) for group in own])
    vectors = kept.encode(embedder, texts) if texts else np.zeros((0, embedder.dimension), np.float32)
    prototypes = np.zeros((len(own), embedder.dimension), np.float32)
    mean, spread = np.zeros(len(own), np.float32), np.ones(len(own), np.float32)
    tags = {c.tag: n for n, c in enumerate(categories)}
    for n, category in enumerate(categories):
        centre = vectors[owner == n].mean(axis=0)
        prototypes[n] = centre / np.linalg.norm(centre)
        kin = [n, *(tags[t] for t in category.related if t in tags)]
        away = vectors[~np.isin(owner, kin)] @ prototypes[n]
        if len(away) > 1:
            mean[n], spread[n] = away.mean(), max(float(away.std()), LEAST_SPREAD)
    return prototypes, mean, spread

"""The tags of an item: words and meaning fused, cut to what can be defended.

Words decide, meaning confirms: `support` = strength of words + a share of the deviations above background. A tag is given when its
words reach the threshold, are more than mentioned in a list, and meaning does not speak against it, or when meaning is certain;
else the item goes without. Within one framework (or one facet of ours) only tags near the strongest are kept, and no more than a cap. An item's tags
depend on that item alone.

Deviations are on the scale of the packaged model. Those of another model are brought to it by where its meaning is certain: a model
whose texts lie closer together has every step of meaning smaller, not the last one alone.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from trendwatch.enrich.taggers import _passing, keywords
from trendwatch.enrich.taggers.keywords import SCALE, Keywords, Strength, evidence, mentioned
from trendwatch.enrich.taggers.similarity import CERTAIN, Similarity
from trendwatch.enrich.taxonomy import Category, Taxonomy
from trendwatch.model import Evidence, Item, Tagging

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trendwatch.enrich.embed import Embedder

SHARE = 0.5
"""What one standard deviation of meaning adds to the strength of words."""
WORDS = 0.98
"""Least strength of words: one word in the lead, or two further down (see keywords)."""
FIRM = 1.9
"""Strength of words in the title, or of several in the text."""
AGREES, AGAINST = 1.0, -1.0
"""Least deviations of meaning for a tag that rests on one word in the text, and for one whose words are firm."""
SEEN, CLEARLY = 0.9, 2.0
"""Strength of words without hints that is less than one in the lead or two further down, and the deviations it then takes."""
NEAREST = 0.55
"""A tag weaker than this share of its framework's strongest is left out."""
CAP = 3
CAPS = {"actor": 5, "jurisdiction": 4, "instrument": 4, "affected": 3, "lifecycle": 2, "modality": 3}
LIKELY = 3.0
"""Deviations from which meaning earns a tag that a hint speaks for too, or a word that is only mentioned."""
SPOKEN = 600
"""Characters of text in which what the item is about has room to be named: where no word for it was found, meaning must be certain
and a hint be there."""
CANDIDATE = 1.0
"""Deviations from which meaning alone makes a candidate in `supports`."""


@dataclass(frozen=True, slots=True)
class _Taggers:
    keywords: Keywords
    similarity: Similarity


@dataclass(frozen=True, slots=True)
class Support:
    """What speaks for one category of one item."""

    words: Strength | None
    deviations: float | None  # of meaning, above background; None for names, which mean nothing by themselves

    @property
    def total(self) -> float:
        """Words and meaning in one figure, for ranking."""
        return (self.words.total if self.words else 0.0) + SHARE * (self.deviations or 0.0)

    @property
    def score(self) -> float:
        """From 0 to 1."""
        return 1.0 - math.exp(-max(self.total, 0.0) / SCALE)


def fingerprint(certain: float = CERTAIN) -> str:
    """Changes when `certain` (see `tag`), the rules of this file or of the taggers do; packs have their own."""
    rules = (
        SHARE,
        WORDS,
        AGREES,
        AGAINST,
        FIRM,
        NEAREST,
        CAP,
        sorted(CAPS.items()),
        certain,
        LIKELY,
        SEEN,
        CLEARLY,
        SPOKEN,
        keywords.RULES,
        _passing.RULES,
        "tagging-3",
    )
    return hashlib.sha256(repr(rules).encode()).hexdigest()[:16]


def tag(
    items: Sequence[Item], vectors: NDArray[np.float32], taxonomy: Taxonomy, embedder: Embedder, *, certain: float = CERTAIN
) -> dict[str, tuple[Tagging, ...]]:
    """Taggings by item id, strongest first within a framework; an item without any has an empty tuple.

    `certain`, above 0, is the deviations from which this embedder's meaning alone earns a tag.
    """
    taggers = _taggers(taxonomy, embedder)
    scores = taggers.similarity.scores(vectors) * (CERTAIN / certain)
    return {i.id: _tags_of(i, v, row, taxonomy, taggers) for i, v, row in zip(items, vectors, scores, strict=True)}


def supports(item: Item, vector: NDArray[np.float32], taxonomy: Taxonomy, embedder: Embedder) -> dict[str, Support]:
    """All that speaks for any category of one item, by tag, before anything is cut: for ranking and for measuring."""
    taggers = _taggers(taxonomy, embedder)
    found = _supports(item, taggers.similarity.scores(vector[None, :])[0], taggers)
    return {taggers.similarity.tags[n]: support for n, support in found.items()}


def quotes(item: Item, tags: Sequence[str], taxonomy: Taxonomy, embedder: Embedder) -> dict[str, tuple[Evidence, ...]]:
    """Evidence for tags that something else proposes: the words found for them, else the nearest sentence; () where neither is."""
    taggers = _taggers(taxonomy, embedder)
    number = {name: n for n, name in enumerate(taggers.similarity.tags)}
    strengths = taggers.keywords.strengths(item)
    meant = [n for name in tags if (n := number[name]) not in strengths and n in taggers.similarity.numbers]
    nearest = _quotes(item, meant, taggers)
    return {
        name: evidence(item, strengths[n]) if (n := number[name]) in strengths else ((nearest[n],) if n in nearest else ())
        for name in tags
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What speaks for each category that is not a name, item by item: four arrays (n, categories), columns in the order of `tags`."""

    tags: tuple[str, ...]
    words: NDArray[np.float32]
    hints: NDArray[np.float32]
    meaning: NDArray[np.float32]
    total: NDArray[np.float32]
    """`Support.total`; 0 where nothing speaks for a category."""


def measured(items: Sequence[Item], vectors: NDArray[np.float32], taxonomy: Taxonomy, embedder: Embedder) -> Measured:
    """The strengths of words and hints and the deviations of meaning of items: what a head learns from."""
    import numpy as np  # noqa: PLC0415 - loads with the first item, not with the command line

    taggers = _taggers(taxonomy, embedder)
    column = {number: c for c, number in enumerate(taggers.similarity.numbers)}
    words = np.zeros((len(items), len(column)), np.float32)
    hints, total = np.zeros_like(words), np.zeros_like(words)
    meaning = taggers.similarity.scores(vectors)
    for row, item in enumerate(items):
        for number, support in _supports(item, meaning[row], taggers).items():
            if number in column:
                total[row, column[number]] = support.total
                if support.words:
                    words[row, column[number]], hints[row, column[number]] = support.words.words, support.words.hints
    tags = tuple(taggers.similarity.tags[number] for number in taggers.similarity.numbers)
    return Measured(tags=tags, words=words, hints=hints, meaning=meaning, total=total)


def _taggers(taxonomy: Taxonomy, embedder: Embedder) -> _Taggers:
    return _built(_Key(taxonomy, embedder))


class _Key:
    """Taggers are the same for the same packs and model."""

    def __init__(self, taxonomy: Taxonomy, embedder: Embedder) -> None:
        self.taxonomy, self.embedder = taxonomy, embedder
        self._identity = (taxonomy.fingerprint, tuple(taxonomy.categories), embedder.model_id)

    def __hash__(self) -> int:
        return hash(self._identity)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._identity == other._identity


@lru_cache(maxsize=4)
def _built(key: _Key) -> _Taggers:
    return _Taggers(keywords=Keywords(key.taxonomy), similarity=Similarity(key.taxonomy, key.embedder))


def _supports(item: Item, row: NDArray[np.float32], taggers: _Taggers) -> dict[int, Support]:
    strengths = taggers.keywords.strengths(item)
    deviations = dict(zip(taggers.similarity.numbers, row.tolist(), strict=True))
    near = {n for n, d in deviations.items() if d >= CANDIDATE}
    return {n: Support(words=strengths.get(n), deviations=deviations.get(n)) for n in sorted(near | set(strengths))}


def _tags_of(
    item: Item, vector: NDArray[np.float32], row: NDArray[np.float32], taxonomy: Taxonomy, taggers: _Taggers
) -> tuple[Tagging, ...]:
    tags = taggers.similarity.tags
    denied = {taggers.similarity.numbers[c] for c in taggers.similarity.denied(vector)}
    rivals: dict[str, list[tuple[Support, int]]] = defaultdict(list)
    for number, support in _supports(item, row, taggers).items():
        category = taxonomy.categories[tags[number]]
        if _by_words(item, support) or (number not in denied and _by_meaning(item, support, category)):
            rivals[category.facet or category.framework].append((support, number))
    kept = [(s, n) for group, rest in sorted(rivals.items()) for s, n in _best(rest, CAPS.get(group, CAP))]
    quotes = _quotes(item, [n for s, n in kept if not _by_words(item, s)], taggers)
    return tuple(_tagging(item, tags[n], s, quotes.get(n)) for s, n in kept)


def _by_words(item: Item, support: Support) -> bool:
    """Whether words alone are enough, with meaning not against them."""
    words, deviations = support.words, support.deviations
    if words is None or words.total < WORDS:
        return False
    if deviations is None:
        return True
    usual = AGAINST if words.total >= FIRM else AGREES
    least = CLEARLY if words.words < SEEN else usual
    return deviations >= least and (deviations >= LIKELY or not mentioned(item, words))


def _by_meaning(item: Item, support: Support, category: Category) -> bool:
    """Whether meaning is enough: helped by a hint, or certain where the category asks for no context."""
    deviations = support.deviations or 0.0
    hinted = support.words is not None and bool(support.words.words or support.words.hints)
    if len(item.text) >= SPOKEN:
        return hinted and deviations >= CERTAIN
    return deviations >= LIKELY if hinted else deviations >= CERTAIN and not category.needs


def _best(rivals: list[tuple[Support, int]], cap: int) -> list[tuple[Support, int]]:
    """The strongest, and those not far below it."""
    ranked = sorted(rivals, key=lambda r: (-r[0].total, r[1]))
    return [r for r in ranked[:cap] if r[0].total >= NEAREST * ranked[0][0].total]


def _quotes(item: Item, numbers: Sequence[int], taggers: _Taggers) -> Mapping[int, Evidence]:
    """The closest sentence for each tag that rests on meaning alone."""
    columns = [taggers.similarity.numbers.index(n) for n in numbers]
    return dict(zip(numbers, taggers.similarity.closest(item, columns), strict=True))


def _tagging(item: Item, name: str, support: Support, quote: Evidence | None) -> Tagging:
    words = evidence(item, support.words) if support.words else ()
    return Tagging(
        item_id=item.id,
        tag=name,
        score=round(support.score, 4),
        tagger="keywords" if quote is None else "similarity",
        evidence=words if quote is None else (quote, *words),
    )

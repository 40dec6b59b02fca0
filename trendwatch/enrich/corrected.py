"""Tags corrected by what a user's own labels taught (`trendwatch tags train`): her head decides the labels it learned.

A label that the head is sure of is given, one that it is sure against is taken back, and everything else stays as words and
meaning had it. A head gives no evidence: a tag it adds shows the words the packs find, else the sentence nearest to the category;
where neither exists it is not given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from trendwatch.enrich import head, tagging
from trendwatch.enrich.taxonomy import Taxonomy
from trendwatch.model import Item, Tagging

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trendwatch.enrich.embed import Embedder

TAKEN = 0.15
"""Score of a head below which a tag is taken back."""


def correct(
    items: Sequence[Item],
    vectors: NDArray[np.float32],
    tagged: Mapping[str, tuple[Tagging, ...]],
    *,
    learned: head.Head,
    taxonomy: Taxonomy,
    embedder: Embedder,
) -> dict[str, tuple[Tagging, ...]]:
    """Taggings by item id. Raises TrendwatchError when the head was trained with other packs or another model."""
    scores = learned.scores(head.features(items, vectors, taxonomy, embedder))
    return {
        item.id: _corrected(item, tagged.get(item.id, ()), _by_label(learned, row), taxonomy, embedder)
        for item, row in zip(items, scores, strict=True)
    }


def _by_label(learned: head.Head, row: NDArray[np.float32]) -> dict[str, float]:
    return dict(zip(learned.labels, row.tolist(), strict=True))


def _corrected(
    item: Item,
    had: Sequence[Tagging],
    scores: Mapping[str, float],
    taxonomy: Taxonomy,
    embedder: Embedder,
) -> tuple[Tagging, ...]:
    kept = [t for t in had if scores.get(t.tag, 1.0) >= TAKEN]
    known = {t.tag for t in kept}
    wanted = [t for t, score in sorted(scores.items()) if score >= head.GIVEN and t not in known and t in taxonomy.categories]
    quotes = tagging.quotes(item, wanted, taxonomy, embedder) if wanted else {}
    given = [
        Tagging(item_id=item.id, tag=t, score=round(scores[t], 4), tagger="head", evidence=quotes[t])
        for t in wanted
        if quotes.get(t)
    ]
    return (*kept, *given)

"""The one definition of similarity between items: how far two stand out of their background, in standard deviations.

A cosine means different things for two headlines and for two abstracts of one field, so no threshold on it serves both. Each
item is therefore measured against a sample of all others: `S(i, j) = z_meaning + SHARE * z_words - time`, where `z_meaning`
is the cosine of vectors centred on the window and `z_words` the overlap of words weighted by rarity, both less the mean and in
units of the spread that *these two items* have to unrelated ones. `time` grows with the square of the days between them.

Every part is an inner product of features less an offset of each item, so the mean of S over all pairs of two groups follows
from the groups' sums: average linkage is exact without a matrix of pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trendwatch.enrich.lexicon import numbered

SHARE = 0.32  # weight of the words beside the meaning
DAYS = 10.0  # two items this far apart lose `FADE`
FADE = 3.0
SAMPLE = 1024  # others that an item is measured against
RELATED = 0.1  # of these, the nearest tenth is left out: it may be the item's own story
PRIOR = 30  # a small window's background is blended with the usual one, which counts as so many others
MEANING = (0.0, 0.09, 0.08)  # of unrelated items' centred cosine: usual mean, usual spread, least spread
WORDS = (0.01, 0.02, 0.016)  # the same of the overlap of words: of short headlines nearly all overlaps are none at all
COMMON = 256  # commonest words that are kept dense, where a sparse product would be slow

Matrix = NDArray[np.float32]
Sparse = Any  # scipy.sparse.csr_array: scipy ships no types


@dataclass(frozen=True, slots=True)
class Space:
    """Features of n items: `S(i, j) = dense[i] @ dense[j] + rare[i] @ rare[j] - offset[i] - offset[j]`."""

    dense: Matrix  # (n, d)
    rare: Sparse  # (n, words)
    offset: Matrix  # (n,)
    days: NDArray[np.float64]  # (n,) since the first
    length: Matrix  # (n,) log2 of the different content words of a text; 1 at the least

    def block(self, rows: slice, columns: slice) -> Matrix:
        """S between two ranges of items, (rows, columns)."""
        product = self.dense[rows] @ self.dense[columns].T
        product += (self.rare[rows] @ self.rare[columns].T).toarray()
        product -= self.offset[rows, None]
        product -= self.offset[columns]
        return product


def space(texts: Sequence[str], vectors: Matrix, days: NDArray[np.float64]) -> Space:
    """The space of a window: `texts` n strings, `vectors` (n, d) unit rows, `days` (n,). The order of items does not matter
    beyond rounding.
    """
    meaning = _centred(vectors)
    overlap = _bag(texts)
    near, near_offset = _standard(meaning, MEANING)
    same, same_offset = _standard(overlap, WORDS)
    same = (same * np.float32(np.sqrt(SHARE))).tocsr()
    dense, rare = _split(same)
    pace = np.float32(np.sqrt(2 * FADE) / DAYS)
    when = (days - days.mean()).astype(np.float32)[:, None] * pace if len(days) else np.zeros((0, 1), np.float32)
    fade = (when[:, 0] ** 2) / 2
    return Space(
        dense=np.hstack([near, dense, when]),
        rare=rare,
        offset=(near_offset + SHARE * same_offset + fade).astype(np.float32),
        days=days,
        length=np.log2(np.maximum(np.diff(overlap.indptr), 2)).astype(np.float32),
    )


def _centred(vectors: Matrix) -> Matrix:
    """Unit vectors less what all of them share; of a small window only a part of its mean is taken off."""
    count = len(vectors)
    middle = vectors.mean(axis=0) * (count / (count + PRIOR)) if count else 0.0
    moved = vectors - middle
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    scaled: Matrix = (moved / np.maximum(length, 1e-9)).astype(np.float32)
    return scaled


def _bag(texts: Sequence[str]) -> Sparse:
    """Rows of unit length over the vocabulary; a word weighs the root of log(n / texts that hold it)."""
    bags = [np.unique(numbered(text)) for text in texts]
    starts = np.cumsum([0, *(len(bag) for bag in bags)])
    flat = np.concatenate(bags) if bags else np.zeros(0, np.uint64)
    known, columns, counts = np.unique(flat, return_inverse=True, return_counts=True)
    size = len(bags) + PRIOR
    weight = np.maximum(np.log((size + 1) / (counts + 0.5)), 0)[columns]
    owner = np.repeat(np.arange(len(bags)), np.diff(starts))
    total = np.bincount(owner, weight, len(bags))
    values = np.sqrt(weight / np.where(total > 0, total, 1)[owner]).astype(np.float32)
    cells = (values, columns.astype(np.int32), starts.astype(np.int32))
    return sparse.csr_array(cells, shape=(len(bags), len(known)))


def _standard(rows: Any, usual: tuple[float, float, float]) -> tuple[Any, Matrix]:
    """Rows over the root of their spread, and the offset that takes off their mean: (features, offset)."""
    mean, spread = _background(rows, usual)
    root = 1 / np.sqrt(spread)
    scaled = rows * root[:, None] if isinstance(rows, np.ndarray) else sparse.diags_array(root) @ rows
    return scaled, (mean / spread / 2).astype(np.float32)


def _background(rows: Any, usual: tuple[float, float, float]) -> tuple[Matrix, Matrix]:
    """Mean and spread of each row's products with a sample of the others, its nearest tenth left out; (n,) each."""
    count = rows.shape[0]
    chosen = np.unique(np.linspace(0, count - 1, min(SAMPLE, count)).astype(int)) if count else np.zeros(0, int)
    others = rows[chosen].T
    mean, spread = np.zeros(count, np.float32), np.ones(count, np.float32)
    keep = int(len(chosen) * (1 - RELATED))
    for start in range(0, count, 2048):
        product = rows[start : start + 2048] @ others
        product = product if isinstance(product, np.ndarray) else product.toarray()
        product[np.arange(start, start + len(product))[:, None] == chosen] = np.inf  # an item is not its own background
        far = np.partition(product, max(keep - 1, 0), axis=1)[:, :keep]
        known = keep + PRIOR
        far = np.where(np.isfinite(far), far, usual[0])
        mean[start : start + len(far)] = (far.sum(axis=1) + PRIOR * usual[0]) / known
        square = (far**2).sum(axis=1) + PRIOR * (usual[0] ** 2 + usual[1] ** 2)
        part = square / known - mean[start : start + len(far)] ** 2
        spread[start : start + len(far)] = np.maximum(np.sqrt(np.maximum(part, 0)), usual[2])
    return mean, spread


def _split(bag: Sparse) -> tuple[Matrix, Sparse]:
    """The commonest words as a dense matrix, the others sparse."""
    counts = np.bincount(bag.indices, minlength=bag.shape[1])
    order = np.argsort(-counts, kind="stable")
    common = np.sort(order[:COMMON])
    dense: Matrix = bag[:, common].toarray().astype(np.float32)
    return dense, bag[:, np.sort(order[COMMON:])].tocsr()

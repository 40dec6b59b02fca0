"""The arithmetic of rises: expected counts, how much counts scatter, tail probabilities, many tests at once.

Pure numbers, no items. Arrays are (keys, weeks); weeks run from the oldest on and leave out the week under test.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PRIOR = 0.5
"""Added to a key's past count: one never seen is expected half once in all its past, not never."""


def scatter(past: Floats, expected: Floats) -> Floats:
    """Each key's overdispersion a ≥ 0, for Var = m + a m², by moments over its past weeks.

    A key's own figure from a few weeks is rough, so it is drawn half-way to the figure of all keys together, and never below it.
    """
    degrees = past.shape[1] / max(past.shape[1] - 1, 1)
    excess = (degrees * (past - expected) ** 2 - expected).sum(axis=1)
    scale = (expected**2).sum(axis=1)
    together = max(float(excess.sum()) / max(float(scale.sum()), 1e-12), 0.0)
    own = np.divide(excess, scale, out=np.zeros_like(excess), where=scale > 0)
    result: Floats = np.maximum(together, (np.maximum(own, 0.0) + together) / 2)
    return result


def tail(count: Floats, mean: Floats, overdispersion: Floats, doubt: Floats) -> Floats:
    """P(X ≥ count), X negative binomial about `mean`.

    Var = m + m² (overdispersion + doubt): weeks scatter, and the mean itself is known only to a relative variance of `doubt`.
    """
    from scipy.stats import nbinom  # noqa: PLC0415 - scipy loads only when trends are asked for

    size = 1 / np.maximum(overdispersion + doubt, 1e-9)
    result: Floats = nbinom.sf(count - 1, size, size / (size + np.maximum(mean, 1e-12)))
    return result


def adjusted(p: Floats) -> Floats:
    """Benjamini-Hochberg: q-values in the order of `p`. Calling what has q ≤ 0.05 makes at most one call in twenty false."""
    order = np.argsort(p, kind="stable")
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return q

"""The learned part of relevance: log-odds that an item is about the safety of generative AI, from its words and its vector.

Three models, made by `benchmarks/train_relevance.py` and kept in `relevance_head.json`:

- `words`, a logistic regression on the groups of `relevance_words.yaml`: weights that one can read. It stands alone where the
  embedder is another model than the rest was trained on.
- `neighbours`, a support-vector machine with a Gaussian kernel on the same features and the item's vector: an item is judged by
  the labelled items it is most like. Of these only rounded numbers are kept, no text. Beside a linear head it raises F1 on items
  drawn at random, cross-validated, from 0.86 to 0.91.
- `terms`, a logistic regression on single words and pairs of them, each with its weight.

The last two are added with weights that calibrate their sum.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from trendwatch.enrich import relevance_words as words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trendwatch.model import Item

_TOKEN = re.compile(r"[a-z][a-z'-]+|\d+")


@dataclass(frozen=True, slots=True)
class Words:
    """Log-odds = bias + features · weights."""

    bias: float
    weights: NDArray[np.float64]

    def odds(self, features: NDArray[np.float32]) -> float:
        """The log-odds of one item by its words alone."""
        return self.bias + float(features @ self.weights)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Decision = intercept + sum of coefficients · exp(-gamma · squared distance) to `points` (n, features + dimension)."""

    points: NDArray[np.float32]
    lengths: NDArray[np.float32]  # squared, of the points
    coefficients: NDArray[np.float64]
    intercept: float
    gamma: float
    feature_scale: float
    vector_scale: float

    def place(self, features: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Where an item stands among the points."""
        return np.concatenate([features * self.feature_scale, vector * self.vector_scale]).astype(np.float32)

    def decision(self, features: NDArray[np.float32], vector: NDArray[np.float32]) -> float:
        """Above 0 on the side of the relevant."""
        place = self.place(features, vector)
        # Squared distances. einsum, not "@": for one item, threads of a BLAS cost 15 times what they save, and their number shows.
        away = self.lengths + np.einsum("j,j", place, place) - 2 * np.einsum("ij,j->i", self.points, place)
        near = np.exp(-self.gamma * np.maximum(away, 0))
        return float(near.astype(np.float64) @ self.coefficients) + self.intercept


@dataclass(frozen=True, slots=True)
class Terms:
    """Decision = intercept + tf-idf row (unit length, terms of the table alone) · weights; term → (idf, weight)."""

    table: Mapping[str, tuple[float, float]]
    intercept: float

    def decision(self, item: Item) -> float:
        """Above 0 on the side of the relevant."""
        found = [
            (_frequency(count), *self.table[t])
            for t, count in sorted((t, count) for t, count in terms(item).items() if t in self.table)
        ]
        length = sum((tf * idf) ** 2 for tf, idf, _ in found) ** 0.5
        return self.intercept + sum(tf * idf * weight for tf, idf, weight in found) / (length or 1.0)


@cache
def _frequency(count: int) -> float:
    return 1 + float(np.log(count))


@dataclass(frozen=True, slots=True)
class Model:
    """All that was learned. `model` names the embedding model whose vectors `neighbours` knows."""

    model: str
    words: Words
    neighbours: Neighbours
    terms: Terms
    blend: tuple[float, float, float]  # weight of neighbours, weight of terms, bias

    def odds(self, item: Item, features: NDArray[np.float32], vector: NDArray[np.float32] | None) -> float:
        """Calibrated log-odds; without a vector of the right model, by the words alone."""
        if vector is None:
            return self.words.odds(features)
        near, said, bias = self.blend
        return near * self.neighbours.decision(features, vector) + said * self.terms.decision(item) + bias


def terms(item: Item) -> Counter[str]:
    """How often the item says each word and each pair of neighbours; those of the title count again, marked "t:"."""
    title = _TOKEN.findall(item.title.lower())
    text = _TOKEN.findall(item.text[: words.LEAD_CHARACTERS].lower())
    of_title = [*title, *_pairs(title)]
    return Counter([*(f"t:{t}" for t in of_title), *of_title, *text, *_pairs(text)])


def _pairs(tokens: list[str]) -> list[str]:
    return [f"{a} {b}" for a, b in pairwise(tokens)]


def source() -> bytes:
    """The file as it stands: part of the judge's fingerprint."""
    return files(__package__ or "").joinpath("relevance_head.json").read_bytes()


@cache
def load() -> Model:
    """Read the file."""
    raw: dict[str, Any] = json.loads(source())
    by_words, near, said = raw["words"], raw["neighbours"], raw["terms"]
    scales = near["feature_scale"], near["vector_scale"]
    points = np.hstack([_unpacked(near[part]).astype(np.float32) * near[f"{part}_step"] for part in ("features", "vectors")])
    points[:, : len(words.names())] *= scales[0]
    points[:, len(words.names()) :] *= scales[1]
    return Model(
        model=raw["model"],
        words=Words(by_words["bias"], np.array([by_words["features"][name] for name in words.names()])),
        neighbours=Neighbours(
            points, (points**2).sum(axis=1), np.array(near["coefficients"]), near["intercept"], near["gamma"], *scales
        ),
        terms=Terms({term: (idf, weight) for term, (idf, weight) in said["table"].items()}, said["intercept"]),
        blend=tuple(raw["blend"]),
    )


def packed(rows: NDArray[np.int8]) -> dict[str, Any]:
    """A matrix of small whole numbers as JSON holds it."""
    return {"rows": len(rows), "bytes": base64.b64encode(np.ascontiguousarray(rows).tobytes()).decode("ascii")}


def _unpacked(raw: Mapping[str, Any]) -> NDArray[np.int8]:
    return np.frombuffer(base64.b64decode(raw["bytes"]), np.int8).reshape(raw["rows"], -1)

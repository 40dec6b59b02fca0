"""An optional small head, trained on a user's own labels: logistic regression on an item's vector and its words.

The packs work without it. Where an analyst has labelled some hundred items, a head learns what her labels mean beyond the words
of the packs. What the packs say of a label weighs beside it, untaught: a head of few or doubtful examples alone was worse than the
packs on two of five labelled sets. It holds one weight vector a label, is stored as one small file, and gives scores, never evidence:
a tag that it proposes is still shown with the words or the sentence that `tagging` finds for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trendwatch.enrich import tagging
from trendwatch.enrich.taxonomy import Taxonomy
from trendwatch.errors import TrendwatchError
from trendwatch.model import Item

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trendwatch.enrich.embed import Embedder

GIVEN = 0.6
"""Score from which a label is given."""
FOLDS = 5
LEAST = 3
"""A label with fewer examples is not learned."""
STRENGTH = 1.0
"""Inverse of regularisation; 1 to 16 differ by less than 0.01 in cross-validation."""
OWN = 0.5
"""What one unit of the packs' support for a label adds to the logit of its score."""
WORDS, HINTS, MEANING = 0.5, 0.2, 0.1
"""Scales that bring strengths of words and deviations of meaning to the size of a unit vector's entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Items as a head reads them: rows (n, dimension + 4 per category), of which the last columns are the packs' support for `tags`."""

    tags: tuple[str, ...]
    rows: NDArray[np.float32]

    def of(self, items: NDArray[np.intp]) -> Features:
        """Some of the items, by number."""
        return Features(tags=self.tags, rows=self.rows[items])


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Weights (labels, features), bias (labels,): a label's score is the logistic of their sum. `tags` are those of its features."""

    labels: tuple[str, ...]
    tags: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, given: Features) -> NDArray[np.float32]:
        """Scores from 0 to 1, (n, labels). Raises TrendwatchError when the features were made with other packs or another model."""
        import numpy as np  # noqa: PLC0415 - loads with the first item, not with the command line

        if given.tags != self.tags or given.rows.shape[1] != self.weights.shape[1]:
            raise TrendwatchError("this head was trained with other packs or another model: train it again.")
        scores: NDArray[np.float32] = 1.0 / (1.0 + np.exp(-(given.rows @ self.weights.T + self.bias)))
        return scores

    def save(self, path: Path) -> None:
        """Write it as one .npz file."""
        import numpy as np  # noqa: PLC0415 - as above

        with path.open("wb") as file:
            np.savez(file, labels=np.array(self.labels), tags=np.array(self.tags), weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, path: Path) -> Head:
        """Read what `save` wrote. Raises TrendwatchError when it is no such file."""
        import numpy as np  # noqa: PLC0415 - as above

        try:
            with np.load(path, allow_pickle=False) as file:
                labels, tags = (tuple(map(str, file[names])) for names in ("labels", "tags"))
                return cls(labels=labels, tags=tags, weights=file["weights"], bias=file["bias"])
        except (OSError, ValueError, KeyError) as error:
            raise TrendwatchError(f"{path} is not a head that this version trained: {error}.") from error


def features(items: Sequence[Item], vectors: NDArray[np.float32], taxonomy: Taxonomy, embedder: Embedder) -> Features:
    """Vector, words, hints, meaning and support of each item, for every category that is not a name."""
    import numpy as np  # noqa: PLC0415 - loads with the first item, not with the command line

    found = tagging.measured(items, vectors, taxonomy, embedder)
    scaled = (WORDS * np.log1p(found.words), HINTS * np.log1p(found.hints), MEANING * found.meaning)
    return Features(tags=found.tags, rows=np.hstack([vectors, *scaled, found.total]).astype(np.float32))


def train(labels: Sequence[Collection[str]], given: Features) -> Head:
    """Learn every label that at least three items carry, from one set of labels an item. A label that is a tag of the packs keeps
    their word for it.
    """
    import numpy as np  # noqa: PLC0415 - loads with the first item, not with the command line
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow to import, needed only here

    learned = _learnable(labels)
    if not learned:
        raise TrendwatchError(f"nothing to learn: no label is on {LEAST} items or more, and off at least one.")
    taught = given.rows.shape[1] - len(given.tags)
    weights = np.zeros((len(learned), given.rows.shape[1]), np.float32)
    bias = np.zeros(len(learned), np.float32)
    own = {tag: taught + column for column, tag in enumerate(given.tags)}
    for n, label in enumerate(learned):
        fit = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=500)
        fit.fit(given.rows[:, :taught], np.array([label in on for on in labels]))
        weights[n, :taught], bias[n] = fit.coef_[0], fit.intercept_[0]
        if label in own:
            weights[n, own[label]] = OWN
    return Head(labels=tuple(learned), tags=given.tags, weights=weights, bias=bias)


def _learnable(labels: Sequence[Collection[str]]) -> list[str]:
    counts = {label: sum(label in on for on in labels) for label in {x for on in labels for x in on}}
    return sorted(label for label, count in counts.items() if LEAST <= count < len(labels))


def cross_validated(
    labels: Sequence[Collection[str]], given: Features, keys: Sequence[str], *, best_only: bool = False
) -> list[set[str]]:
    """What heads trained on four fifths give the other fifth, at `GIVEN`: how good a head of these labels is. `keys` place
    items in folds by their hash, so that the same labels give the same figure. `best_only`: each item gets its likeliest label alone.
    """
    import numpy as np  # noqa: PLC0415 - loads with the first item, not with the command line

    fold = np.array([int(hashlib.sha256(key.encode()).hexdigest(), 16) % FOLDS for key in keys])
    found: list[set[str]] = [set() for _ in keys]
    for part in range(FOLDS):
        inside, outside = np.flatnonzero(fold == part), np.flatnonzero(fold != part)
        taught = [labels[int(i)] for i in outside]
        if len(inside) and _learnable(taught):  # else there is nothing that this fifth could be told
            learned = train(taught, given.of(outside))
            for i, row in zip(inside, learned.scores(given.of(inside)), strict=True):
                sure = [int(row.argmax())] if best_only else np.flatnonzero(row >= GIVEN)
                found[i] = {learned.labels[c] for c in sure}
    return found


def micro_f1(gold: Sequence[Collection[str]], given: Sequence[Collection[str]]) -> float:
    """F1 over all pairs of item and label; 0.0 where nothing is right."""
    right = sum(len(set(a) & set(b)) for a, b in zip(gold, given, strict=True))
    return 2 * right / max(sum(map(len, gold)) + sum(map(len, given)), 1)

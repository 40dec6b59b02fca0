"""Train the relevance head from benchmarks/labels and write trendwatch/enrich/relevance_head.json.

Only labels of the split "train" (published before 2026) are looked at. The strength of regularisation and the scale of the
scores are found by cross-validation on them. The same labels give the same file.

    python benchmarks/train_relevance.py [--shared FOLDER]
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import replay_items
from harness import HERE, SHARED
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from trendwatch.demo.sample import CHANNELS, pieces
from trendwatch.enrich import relevance_words as words
from trendwatch.enrich.embed import load, text_of
from trendwatch.model import Item

Matrix = NDArray[np.float64]
Parts = tuple[Matrix, Matrix, NDArray[np.bool_]]

EXAMPLES = HERE / "labels" / "relevance_examples.jsonl"
SAMPLE = HERE / "labels" / "relevance_sample.jsonl"
"""Labels of the bundled sample's items: made up by us like the examples, so no figure may be told of the sample."""
EXAMPLE_WEIGHT = 0.5
"""Made-up items (four hundred, ours) count half a labelled one: they add 0.015 F1 in cross-validation, and more weight no more."""
LABELS = HERE / "labels" / "relevance.jsonl"
HEAD = HERE.parent / "trendwatch" / "enrich" / "relevance_head.json"
MODEL = "all-MiniLM-L6-v2"
VECTOR_SCALE = 2.0
"""How much a vector's dimension may speak beside a word group: both are regularised alike."""


def read_labels(split: str) -> list[dict[str, Any]]:
    """Rows of one split: id, label, second."""
    rows = [json.loads(line) for line in LABELS.read_text().splitlines()]
    return [row for row in rows if row["split"] == split]


def matrices(shared: Path, rows: list[dict[str, Any]]) -> Parts:
    """Word features, vectors and whether each row is relevant."""
    items = replay_items.load(shared, (row["id"] for row in rows))
    kept = [row for row in rows if row["id"] in items]
    return _parts([items[row["id"]] for row in kept], np.array([row["label"] == "relevant" for row in kept]))


def _parts(items: list[Item], y: NDArray[np.bool_]) -> Parts:
    vectors = load().encode([text_of(item) for item in items]).astype(np.float64)
    features = np.array([words.features(item, words.find(item)) for item in items], dtype=np.float64)
    return features, vectors, y


def example_matrices() -> Parts:
    """The same of the made-up items."""
    rows = [json.loads(line) for line in EXAMPLES.read_text().splitlines()]
    items = [replay_items.made_up(row["title"], row["text"], row["doctype"]) for row in rows]
    told = {(p.channel, p.title): p.text for p in pieces()}
    doctypes = {c.name: c.doctype for c in CHANNELS}
    for row in map(json.loads, SAMPLE.read_text().splitlines()):
        rows.append(row)
        items.append(replay_items.made_up(row["title"], told[row["channel"], row["title"]], doctypes[row["channel"]]))
    return _parts(items, np.array([row["label"] == "relevant" for row in rows]))


def fit(x: Matrix, y: NDArray[np.bool_], more: Matrix, more_y: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float, float]:
    """Weights, bias and the strength chosen. `more` joins every training fold and is never scored.

    Out-of-fold odds are averaged over three partitions; the scale that calibrates them is folded into the weights.
    """
    tried = [(strength, _out_of_fold(x, y, more, more_y, strength)) for strength in (0.1, 0.2, 0.3, 0.5, 1.0, 2.0)]
    strength, p = min(tried, key=lambda s_p: float(-np.mean(np.log(np.where(y, s_p[1], 1 - s_p[1])))))
    scale = LogisticRegression(C=1e6).fit(np.log(p / (1 - p)).reshape(-1, 1), y)
    model = _model(strength).fit(*_joined(x, y, more, more_y))
    a, b = float(scale.coef_[0, 0]), float(scale.intercept_[0])
    return model.coef_[0] * a, float(model.intercept_[0]) * a + b, strength


def _out_of_fold(
    x: Matrix, y: NDArray[np.bool_], more: Matrix, more_y: NDArray[np.bool_], strength: float
) -> NDArray[np.float64]:
    p = np.zeros(len(y))
    for seed in (0, 1, 2):
        for rest, fold in StratifiedKFold(10, shuffle=True, random_state=seed).split(x, y):
            model = _model(strength).fit(*_joined(x[rest], y[rest], more, more_y))
            p[fold] += model.predict_proba(x[fold])[:, 1] / 3
    return p.clip(1e-6, 1 - 1e-6)


def _joined(
    x: Matrix, y: NDArray[np.bool_], more: Matrix, more_y: NDArray[np.bool_]
) -> tuple[Matrix, NDArray[np.bool_], Matrix]:
    weights = np.r_[np.ones(len(y)), np.full(len(more_y), EXAMPLE_WEIGHT)]
    return np.vstack([x, more]), np.r_[y, more_y], weights


def _model(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=5000)


def head(labelled: Parts, examples: Parts, *, with_vectors: bool) -> dict[str, Any]:
    """One head as it is written down."""
    x, more = (np.hstack([f, v * VECTOR_SCALE]) if with_vectors else f for f, v, _ in (labelled, examples))
    weights, bias, strength = fit(x, labelled[2], more, examples[2])
    names = words.names()
    out: dict[str, Any] = {"C": strength, "bias": round(bias, 4)}
    out["features"] = {name: round(float(w), 4) for name, w in zip(names, weights[: len(names)], strict=False)}
    if with_vectors:
        out["vector"] = [round(float(w) * VECTOR_SCALE, 4) for w in weights[len(names) :]]
    return out


def main() -> None:
    """Train both heads and write them."""
    options = argparse.ArgumentParser()
    options.add_argument("--shared", type=Path, default=SHARED)
    rows = read_labels("train")
    labelled, examples = matrices(options.parse_args().shared, rows), example_matrices()
    y = labelled[2]
    digest = hashlib.sha256(json.dumps([[r["id"], r["label"]] for r in rows]).encode()).hexdigest()[:16]
    made_by = f"benchmarks/train_relevance.py from {len(y)} labels before 2026 ({int(y.sum())} relevant), SHA-256 {digest}"
    written = {
        "made by": f"{made_by}, and {len(examples[2])} made-up items",
        "model": MODEL,
        "heads": {
            "words and vector": head(labelled, examples, with_vectors=True),
            "words": head(labelled, examples, with_vectors=False),
        },
    }
    HEAD.write_text(json.dumps(written, indent=1) + "\n")
    print(written["made by"])


if __name__ == "__main__":
    main()

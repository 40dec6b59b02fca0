"""Train the relevance head from benchmarks/labels/relevance.jsonl and write trendwatch/enrich/relevance_head.json.

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
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from trendwatch.enrich import relevance_words as words
from trendwatch.enrich.embed import load, text_of

LABELS = HERE / "labels" / "relevance.jsonl"
HEAD = HERE.parent / "trendwatch" / "enrich" / "relevance_head.json"
MODEL = "all-MiniLM-L6-v2"
VECTOR_SCALE = 2.0
"""How much a vector's dimension may speak beside a word group: both are regularised alike."""


def read_labels(split: str) -> list[dict[str, Any]]:
    """Rows of one split: id, label, second."""
    rows = [json.loads(line) for line in LABELS.read_text().splitlines()]
    return [row for row in rows if row["split"] == split]


def matrices(shared: Path, rows: list[dict[str, Any]]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Word features, vectors and whether each row is relevant."""
    items = replay_items.load(shared, (row["id"] for row in rows))
    kept = [row for row in rows if row["id"] in items]
    ordered = [items[row["id"]] for row in kept]
    vectors = load().encode([text_of(item) for item in ordered]).astype(np.float64)
    features = np.array([words.features(item, words.find(item)) for item in ordered], dtype=np.float64)
    return features, vectors, np.array([row["label"] == "relevant" for row in kept])


def fit(x: NDArray[np.float64], y: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float, float]:
    """Weights, bias and the regularisation chosen; scores are scaled so that out-of-fold odds are calibrated."""
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    best: tuple[float, float, NDArray[np.float64]] | None = None
    for strength in (0.1, 0.2, 0.3, 0.5, 1.0, 2.0):
        model = LogisticRegression(C=strength, max_iter=5000)
        p = cross_val_predict(model, x, y, cv=folds, method="predict_proba")[:, 1]
        loss = float(-np.mean(np.log(np.where(y, p, 1 - p).clip(1e-6))))
        if best is None or loss < best[0]:
            best = (loss, strength, p)
    assert best is not None
    _, strength, p = best
    odds = np.log(p / (1 - p)).reshape(-1, 1)
    scale = LogisticRegression(C=1e6).fit(odds, y)
    model = LogisticRegression(C=strength, max_iter=5000).fit(x, y)
    a, b = float(scale.coef_[0, 0]), float(scale.intercept_[0])
    return model.coef_[0] * a, float(model.intercept_[0]) * a + b, strength


def head(features: NDArray[np.float64], vectors: NDArray[np.float64] | None, y: NDArray[np.bool_]) -> dict[str, Any]:
    """One head as it is written down."""
    x = features if vectors is None else np.hstack([features, vectors * VECTOR_SCALE])
    weights, bias, strength = fit(x, y)
    names = words.names()
    out: dict[str, Any] = {"C": strength, "bias": round(bias, 4)}
    out["features"] = {name: round(float(w), 4) for name, w in zip(names, weights[: len(names)], strict=True)}
    if vectors is not None:
        out["vector"] = [round(float(w) * VECTOR_SCALE, 4) for w in weights[len(names) :]]
    return out


def main() -> None:
    """Train both heads and write them."""
    options = argparse.ArgumentParser()
    options.add_argument("--shared", type=Path, default=SHARED)
    rows = read_labels("train")
    features, vectors, y = matrices(options.parse_args().shared, rows)
    digest = hashlib.sha256(json.dumps([[r["id"], r["label"]] for r in rows]).encode()).hexdigest()[:16]
    written = {
        "made by": f"benchmarks/train_relevance.py from {len(y)} labels before 2026 ({int(y.sum())} relevant), SHA-256 {digest}",
        "model": MODEL,
        "heads": {"words and vector": head(features, vectors, y), "words": head(features, None, y)},
    }
    HEAD.write_text(json.dumps(written, indent=1) + "\n")
    print(written["made by"])


if __name__ == "__main__":
    main()

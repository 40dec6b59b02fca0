"""Train what tells relevance from benchmarks/labels and write trendwatch/enrich/relevance_head.json.

Only labels of the split "train" (published before 2026) are looked at. Strengths were found by cross-validation on them; the
weights that calibrate the score are fitted on decisions about items that a model had not seen. The same labels give the same file.

    python benchmarks/train_relevance.py [--shared FOLDER] [--vectors FILE]      prints what cross-validation says
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import replay_items
from harness import HERE, SHARED
from numpy.typing import NDArray
from relevance import calibration_error
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import SVC

from trendwatch.demo.sample import CHANNELS, pieces
from trendwatch.enrich import relevance_model as model
from trendwatch.enrich import relevance_words as words
from trendwatch.enrich.embed import load, text_of
from trendwatch.model import Doctype, Item

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]

LABELS = HERE / "labels" / "relevance.jsonl"
EXAMPLES = HERE / "labels" / "relevance_examples.jsonl"
SAMPLE = HERE / "labels" / "relevance_sample.jsonl"
"""Labels of the bundled sample's items: made up by us like the examples, so no figure may be told of the sample."""
HEAD = HERE.parent / "trendwatch" / "enrich" / "relevance_head.json"
MODEL = "all-MiniLM-L6-v2"
EXAMPLE_WEIGHT = 0.5
"""Made-up items (four hundred, ours) count half a labelled one. They join every training fold and are never scored."""
DRAWN = ("random", "drawn once")
"""Picks that were drawn at random within source and doctype: the others are where a head was unsure."""

FEATURE_SCALE, VECTOR_SCALE, GAMMA, SLACK = 0.5, 4.0, 0.07, 4.0
"""Of the support-vector machine; twice or half of any of them changes log loss by less than 0.01."""
FEATURE_STEP, VECTOR_STEP = 1 / 32, 1 / 500
"""Points are kept as whole numbers of these, in eight bits."""
RARE = 8
"""A term in fewer items is not looked at."""
FOLDS, SEEDS = 5, (0, 1)


@dataclass(frozen=True, slots=True)
class Set:
    """Labelled items, the made-up ones last."""

    items: list[Item]
    features: Matrix
    vectors: Matrix
    relevant: Flags
    weight: Matrix
    drawn: Flags
    labelled: int


@dataclass(frozen=True, slots=True)
class TermRows:
    """The terms that are looked at, their idf, and a unit row of tf-idf an item: as `relevance_model.Terms` makes them."""

    names: list[str]
    idf: Matrix
    matrix: sparse.csr_matrix


def read_labels(split: str) -> list[dict[str, Any]]:
    """Rows of one split: id, label, pick."""
    rows = [json.loads(line) for line in LABELS.read_text().splitlines()]
    return [row for row in rows if row["split"] == split]


def training_set(shared: Path, kept: Path | None) -> Set:
    """All labels to train on, with what a score looks at."""
    found = replay_items.load(shared, (row["id"] for row in read_labels("train")))
    rows = [row for row in read_labels("train") if row["id"] in found]
    made_up = [json.loads(line) for line in EXAMPLES.read_text().splitlines()]
    items = [found[row["id"]] for row in rows]
    items += [replay_items.made_up(row["title"], row["text"], row["doctype"]) for row in made_up]
    told = {(p.channel, p.title): p.text for p in pieces()}
    doctypes = {c.name: cast("Doctype", c.doctype) for c in CHANNELS}
    for row in map(json.loads, SAMPLE.read_text().splitlines()):
        made_up.append(row)
        items.append(replay_items.made_up(row["title"], told[row["channel"], row["title"]], doctypes[row["channel"]]))
    return Set(
        items=items,
        features=np.array([words.features(item, words.find(item)) for item in items], dtype=np.float64),
        vectors=_vectors([text_of(item) for item in items], kept),
        relevant=np.array([row["label"] == "relevant" for row in (*rows, *made_up)]),
        weight=np.r_[np.ones(len(rows)), np.full(len(made_up), EXAMPLE_WEIGHT)],
        drawn=np.array([row["pick"] in DRAWN for row in rows]),
        labelled=len(rows),
    )


def _vectors(texts: list[str], kept: Path | None) -> Matrix:
    """Vectors of texts; `kept` is a file that remembers them, so that a second run is quick."""
    known: dict[str, Any] = {}
    if kept and kept.exists():
        with np.load(kept) as file:
            known = dict(zip(file["keys"].tolist(), file["vectors"], strict=True))
    keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    lacking = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    known |= dict(zip(lacking, load().encode(list(lacking.values())), strict=True))
    if kept:
        np.savez(kept, keys=np.array(list(known)), vectors=np.array(list(known.values())))
    return np.array([known[key] for key in keys], dtype=np.float64)


# ---- the three models


def fit_words(given: Set, rows: NDArray[np.int_]) -> LogisticRegression:
    """On the word features alone."""
    return LogisticRegression(C=1.0, max_iter=5000).fit(given.features[rows], given.relevant[rows], given.weight[rows])


def points_of(given: Set) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Features and vectors in whole steps, as they are kept."""
    steps = ((given.features, FEATURE_STEP), (given.vectors, VECTOR_STEP))
    features, vectors = (np.clip(np.round(m / step), -127, 127).astype(np.int8) for m, step in steps)
    return features, vectors


def placed(given: Set) -> Matrix:
    """The items where the machine sees them."""
    features, vectors = points_of(given)
    return np.hstack([features * FEATURE_STEP * FEATURE_SCALE, vectors * VECTOR_STEP * VECTOR_SCALE])


def fit_neighbours(given: Set, places: Matrix, rows: NDArray[np.int_]) -> SVC:
    """The support-vector machine."""
    return SVC(C=SLACK, gamma=GAMMA).fit(places[rows], given.relevant[rows], sample_weight=given.weight[rows])


def term_rows(given: Set) -> TermRows:
    """Of all items, made-up ones included: how common a term is says nothing of labels."""
    counts = [model.terms(item) for item in given.items]
    held = Counter(term for found in counts for term in found)
    names = sorted(term for term, number in held.items() if number >= RARE)
    column = {term: n for n, term in enumerate(names)}
    idf = np.array([round(float(np.log(len(counts) / held[term])) + 1, 3) for term in names])
    cells = [
        (n, column[t], (1 + np.log(c)) * idf[column[t]]) for n, f in enumerate(counts) for t, c in f.items() if t in column
    ]
    at, term, value = (np.array(part) for part in zip(*cells, strict=True))
    matrix = sparse.csr_matrix((value, (at.astype(int), term.astype(int))), shape=(len(counts), len(names)))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return TermRows(names, idf, sparse.diags(1 / np.maximum(length, 1e-9)) @ matrix)


def fit_terms(given: Set, matrix: sparse.csr_matrix, rows: NDArray[np.int_]) -> LogisticRegression:
    """On the terms alone."""
    return LogisticRegression(C=10.0, max_iter=2000).fit(matrix[rows], given.relevant[rows], given.weight[rows])


# ---- what an unseen item gets


def unseen(given: Set, places: Matrix, matrix: sparse.csr_matrix, seed: int) -> Matrix:
    """Decisions (labelled, 3) of words, neighbours and terms about items that each had not seen."""
    out = np.zeros((given.labelled, 3))
    made_up = np.arange(given.labelled, len(given.items))
    kinds = given.relevant[: given.labelled] * 2 + given.drawn
    for rest, fold in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(kinds, kinds):
        rows = np.r_[rest, made_up]
        out[fold, 0] = fit_words(given, rows).decision_function(given.features[fold])
        out[fold, 1] = fit_neighbours(given, places, rows).decision_function(places[fold])
        out[fold, 2] = fit_terms(given, matrix, rows).decision_function(matrix[fold])
    return out


def tell(given: Set, decisions: Matrix) -> None:
    """Print what cross-validation says of words alone, and of neighbours and terms together."""
    truth = given.relevant[: given.labelled]
    for name, columns in (("words", [0]), ("neighbours", [1]), ("neighbours and terms", [1, 2])):
        p = np.zeros(given.labelled)
        for rest, fold in StratifiedKFold(FOLDS, shuffle=True, random_state=9).split(truth, truth):
            p[fold] = calibrated(decisions[rest][:, columns], truth[rest]).predict_proba(decisions[fold][:, columns])[:, 1]
        for part, rows in (("all", np.ones_like(truth)), ("drawn", given.drawn), ("unsure", ~given.drawn)):
            figures = (
                log_loss(truth[rows], p[rows]),
                f1_score(truth[rows], p[rows] >= 0.5),
                calibration_error(p[rows], truth[rows]),
            )
            print(f"# {name}, {part} ({rows.sum()}): log loss {figures[0]:.4f}, F1 {figures[1]:.3f}, ECE {figures[2]:.3f}")


def calibrated(decisions: Matrix, truth: Flags) -> LogisticRegression:
    """Weights that turn decisions into log-odds."""
    return LogisticRegression(C=1e3).fit(decisions, truth)


def write(given: Set, places: Matrix, terms: TermRows, runs: list[Matrix]) -> None:
    """Fit on all and write the file."""
    every, truth = np.arange(len(given.items)), given.relevant[: given.labelled]
    by_words, near, said = fit_words(given, every), fit_neighbours(given, places, every), fit_terms(given, terms.matrix, every)
    stacked, told = np.vstack(runs), np.tile(truth, len(runs))
    alone, both = calibrated(stacked[:, :1], told), calibrated(stacked[:, 1:], told)
    scale, bias = float(alone.coef_[0, 0]), float(alone.intercept_[0])
    features, vectors = points_of(given)
    labels = [[row["id"], row["label"]] for row in read_labels("train")]
    made_by = f"benchmarks/train_relevance.py from {given.labelled} labels before 2026 ({int(truth.sum())} relevant)"
    digest = hashlib.sha256(json.dumps(labels).encode()).hexdigest()[:16]
    written = {
        "made by": f"{made_by}, SHA-256 {digest}, and {len(given.items) - given.labelled} made-up items",
        "model": MODEL,
        "words": {
            "bias": round(float(by_words.intercept_[0]) * scale + bias, 4),
            "features": {n: round(float(w) * scale, 4) for n, w in zip(words.names(), by_words.coef_[0], strict=True)},
        },
        "blend": [*(round(float(w), 4) for w in both.coef_[0]), round(float(both.intercept_[0]), 4)],
        "neighbours": {
            "gamma": GAMMA,
            "intercept": round(float(near.intercept_[0]), 5),
            "feature_scale": FEATURE_SCALE,
            "vector_scale": VECTOR_SCALE,
            "features_step": FEATURE_STEP,
            "vectors_step": VECTOR_STEP,
            "coefficients": [round(float(c), 4) for c in near.dual_coef_[0]],
            "features": model.packed(features[near.support_]),
            "vectors": model.packed(vectors[near.support_]),
        },
        "terms": {
            "intercept": round(float(said.intercept_[0]), 5),
            "table": {t: [float(i), round(float(w), 3)] for t, i, w in zip(terms.names, terms.idf, said.coef_[0], strict=True)},
        },
    }
    HEAD.write_text(json.dumps(written, separators=(",", ":")).replace('],"', '],\n"').replace('},"', '},\n"') + "\n")
    print(written["made by"], f"{len(near.support_)} points, {len(terms.names)} terms, {HEAD.stat().st_size} bytes")


def main() -> None:
    """Cross-validate, tell, fit on all and write."""
    options = argparse.ArgumentParser()
    options.add_argument("--shared", type=Path, default=SHARED)
    options.add_argument("--vectors", type=Path, help="a file that keeps the vectors between runs")
    asked = options.parse_args()
    given = training_set(asked.shared, asked.vectors)
    places, terms = placed(given), term_rows(given)
    runs = [unseen(given, places, terms.matrix, seed) for seed in SEEDS]
    tell(given, runs[0])
    write(given, places, terms, runs)


if __name__ == "__main__":
    main()

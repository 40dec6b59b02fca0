"""Relevance on the labelled items published from 2026 on, which the head was not trained on, and on a curated arXiv list.

The labels are ours: half drawn at random by source and doctype, half where a first head was least sure, so the second half is
harder than a real week; its figures stand apart. Later labels ("more", and "drawn", "disagree", "unsure") only train. labels/relevance.jsonl holds, for each id, the label, the first and the second
reading (the second blind and shuffled), the split by time and how the item was picked. Not a sentence of it is here.

    python benchmarks/relevance.py [--shared FOLDER]      prints the 20 worst errors as comments
"""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import replay_items
from harness import HERE, Measure, main
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, f1_score

from trendwatch.enrich.embed import load, text_of
from trendwatch.enrich.relevance import RELEVANT, Judge, clear_noise
from trendwatch.model import Item, Relevance

LABELS = HERE / "labels" / "relevance.jsonl"
ARXIV = "relevance_arxiv"
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def calibration_error(scores: Floats, truth: Flags, bins: int = 10) -> float:
    """Expected calibration error: mean distance of score and share over ten bins of equal width, by their size."""
    which = np.minimum((scores * bins).astype(int), bins - 1)
    gaps = [abs(scores[which == b].mean() - truth[which == b].mean()) * (which == b).mean() for b in np.unique(which)]
    return float(sum(gaps))


def _judged(items: list[Item]) -> list[Relevance]:
    embedder = load()
    return Judge(embedder).judge(items, embedder.encode([text_of(item) for item in items]), {})


def _worst(rows: list[dict[str, Any]], items: list[Item], judged: list[Relevance], truth: Flags) -> None:
    order = sorted(range(len(rows)), key=lambda i: (-abs(judged[i].score - truth[i]), rows[i]["id"]))
    for i in order[:20]:
        print(f"# {judged[i].score:.2f} {rows[i]['label']}: {items[i].title[:90]} ({judged[i].reason})")


def labelled(shared: Path) -> list[Measure]:
    """The test split of our own labels."""
    rows = [row for row in map(json.loads, LABELS.read_text().splitlines()) if row["split"] == "test"]
    found = replay_items.load(shared, (row["id"] for row in rows))
    rows = [row for row in rows if row["id"] in found]
    items = [found[row["id"]] for row in rows]
    judged = _judged(items)
    truth = np.array([row["label"] == "relevant" for row in rows])
    scores = np.array([j.score for j in judged])
    drawn = np.array([row["pick"] == "random" for row in rows])
    said = scores >= RELEVANT
    _worst(rows, items, judged, truth)
    return [
        Measure("relevance.f1", float(f1_score(truth, said)), "F1", "goal 0.90"),
        Measure("relevance.ece", calibration_error(scores, truth), "share", "goal 0.05"),
        Measure("relevance.random_half.f1", float(f1_score(truth[drawn], said[drawn])), "F1", "goal 0.90"),
        Measure("relevance.random_half.ece", calibration_error(scores[drawn], truth[drawn]), "share", "goal 0.05"),
        Measure("relevance.hard_half.f1", float(f1_score(truth[~drawn], said[~drawn])), "F1"),
        Measure("relevance.precision", float(truth[said].mean()), "share"),
        Measure("relevance.recall", float(said[truth].mean()), "share"),
        Measure("relevance.average_precision", float(average_precision_score(truth, scores)), "AP"),
        *_by_doctype(items, truth, scores),
    ]


def _by_doctype(items: list[Item], truth: Flags, scores: Floats) -> list[Measure]:
    doctypes = np.array([item.doctype for item in items])
    measures = []
    for name in sorted(set(doctypes)):
        here = doctypes == name
        count = f"{here.sum()} items"
        measures.append(Measure(f"relevance.{name}.f1", float(f1_score(truth[here], scores[here] >= RELEVANT)), "F1", count))
        measures.append(Measure(f"relevance.{name}.ece", calibration_error(scores[here], truth[here]), "share", count))
    return measures


def noise(shared: Path) -> list[Measure]:
    """What the words alone throw out: relevant labels lost (training half included), and the share of a month's stream spared."""
    rows = [json.loads(line) for line in LABELS.read_text().splitlines()]
    found = replay_items.load(shared, (row["id"] for row in rows if row["label"] == "relevant"))
    lost = [clear_noise(item) for item in found.values()]
    month = replay_items.between(shared, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
    return [
        Measure("relevance.noise.lost", float(np.mean(lost)), "share", f"{sum(lost)} of {len(lost)} relevant labels"),
        Measure(
            "relevance.noise.spared", float(np.mean([clear_noise(item) for item in month])), "share", f"{len(month)} items"
        ),
    ]


def arxiv(shared: Path) -> list[Measure]:
    """A stable third of the curated arXiv list, on which nothing was trained; positives without a keyword hit count too."""
    rows = []
    with gzip.open(shared / "evalsets" / ARXIV / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [r for r in map(json.loads, lines) if hashlib.sha256(r["id"].encode()).digest()[0] % 3 == 0]
    judged = _judged([replay_items.made_up(r["title"], r["abstract"], "paper") for r in rows])
    scores, truth = np.array([j.score for j in judged]), np.array([r["label"] == 1 for r in rows])
    sure = truth | np.array([not r["kw_hit"] for r in rows])
    return [
        Measure("relevance.arxiv.f1", float(f1_score(truth, scores >= RELEVANT)), "F1", "0.835, trained on it"),
        Measure(
            "relevance.arxiv.average_precision", float(average_precision_score(truth, scores)), "AP", "0.885, trained on it"
        ),
        Measure(
            "relevance.arxiv.sure.f1", float(f1_score(truth[sure], scores[sure] >= RELEVANT)), "F1", "0.933, trained on it"
        ),
    ]


def measure(shared: Path) -> list[Measure]:
    """Both sets, and the first pass by words."""
    return [*labelled(shared), *noise(shared), *arxiv(shared)]


if __name__ == "__main__":
    main(measure)

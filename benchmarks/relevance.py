"""Relevance on labelled items published from 2026 on, of which nothing was trained, and on a curated arXiv list.

The labels are ours. labels/relevance.jsonl holds, for each id, the label, the first and the second reading where there were two
(the second blind and shuffled), the split by time and how the item was picked; not a sentence of it is here. Two splits test:

- "test": half drawn at random by source and doctype, half where a first head was least sure, so the second half is harder than a
  real week; its figures stand apart. Our heads were compared on it again and again.
- "test2": drawn at random within source and doctype, read before any head was scored on it, and looked at twice: its figures
  ("fresh") are the ones to trust.

One reader made all labels, so his two readings agree more than two people's would.

    python benchmarks/relevance.py [--shared FOLDER]      prints the 20 worst errors of "test" to standard error
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import replay_items
from harness import HERE, Measure, main
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, f1_score

from trendwatch.collect import language
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


@dataclass(frozen=True, slots=True)
class Scored:
    """One split: its rows and items, what is true of them and how they were scored."""

    rows: list[dict[str, Any]]
    items: list[Item]
    judged: list[Relevance]
    truth: Flags
    scores: Floats

    def f1(self, part: Flags | None = None) -> float:
        """F1 of a part, or of all."""
        part = np.ones_like(self.truth) if part is None else part
        return float(f1_score(self.truth[part], self.scores[part] >= RELEVANT))

    def ece(self, part: Flags | None = None) -> float:
        """Calibration error of a part, or of all."""
        part = np.ones_like(self.truth) if part is None else part
        return calibration_error(self.scores[part], self.truth[part])


def scored(shared: Path, split: str) -> Scored:
    """The items of a split, judged."""
    rows = [row for row in map(json.loads, LABELS.read_text().splitlines()) if row["split"] == split]
    found = replay_items.load(shared, (row["id"] for row in rows))
    rows = [row for row in rows if row["id"] in found]
    items = [found[row["id"]] for row in rows]
    judged = _judged(items)
    truth = np.array([row["label"] == "relevant" for row in rows])
    return Scored(rows, items, judged, truth, np.array([j.score for j in judged]))


def _worst(test: Scored) -> None:
    order = sorted(range(len(test.rows)), key=lambda i: (-abs(test.scores[i] - test.truth[i]), test.rows[i]["id"]))
    for i in order[:20]:
        print(
            f"# {test.scores[i]:.2f} {test.rows[i]['label']}: {test.items[i].title[:90]} ({test.judged[i].reason})",
            file=sys.stderr,
        )


def labelled(shared: Path) -> list[Measure]:
    """The split "test"."""
    test = scored(shared, "test")
    drawn, said = np.array([row["pick"] == "random" for row in test.rows]), test.scores >= RELEVANT
    _worst(test)
    return [
        Measure("relevance.f1", test.f1(), "F1", "goal 0.90"),
        Measure("relevance.ece", test.ece(), "share", "goal 0.05"),
        Measure("relevance.random_half.f1", test.f1(drawn), "F1", "goal 0.90"),
        Measure("relevance.random_half.ece", test.ece(drawn), "share", "goal 0.05"),
        Measure("relevance.hard_half.f1", test.f1(~drawn), "F1"),
        Measure("relevance.precision", float(test.truth[said].mean()), "share"),
        Measure("relevance.recall", float(said[test.truth].mean()), "share"),
        Measure("relevance.average_precision", float(average_precision_score(test.truth, test.scores)), "AP"),
        Measure("relevance.readings.f1", readings(test.rows), "F1", "first reading against second"),
        *_by_doctype("relevance", test),
    ]


def fresh(shared: Path) -> list[Measure]:
    """The split "test2"."""
    test = scored(shared, "test2")
    return [
        Measure("relevance.fresh.f1", test.f1(), "F1", "goal 0.90"),
        Measure("relevance.fresh.ece", test.ece(), "share", "goal 0.05"),
        Measure("relevance.fresh.average_precision", float(average_precision_score(test.truth, test.scores)), "AP"),
        Measure("relevance.fresh.readings.f1", readings(test.rows), "F1", "first reading against second"),
        *_by_doctype("relevance.fresh", test),
    ]


def readings(rows: list[dict[str, Any]]) -> float:
    """How well the second reading finds what the first one took for relevant: more than this no head can be asked for."""
    first, second = (np.array([row[which] == "relevant" for row in rows]) for which in ("first", "second"))
    return float(f1_score(first, second))


def _by_doctype(prefix: str, test: Scored) -> list[Measure]:
    doctypes = np.array([item.doctype for item in test.items])
    measures = []
    for name in sorted(set(doctypes)):
        here = doctypes == name
        measures.append(Measure(f"{prefix}.{name}.f1", test.f1(here), "F1", f"{here.sum()} items"))
        measures.append(Measure(f"{prefix}.{name}.ece", test.ece(here), "share", f"{here.sum()} items"))
    return measures


def _spoken(item: Item) -> Item:
    """With the language that a run finds after its crawl."""
    return item if item.language else replace(item, language=language.of(item.title, item.text))


def context(shared: Path) -> list[Measure]:
    """Plain releases of frontier models, which are context, among all labels: no head is trained on that word, one rule finds them."""
    rows = [json.loads(line) for line in LABELS.read_text().splitlines()]
    found = replay_items.load(shared, (row["id"] for row in rows))
    rows = [row for row in rows if row["id"] in found]
    judged = [j.verdict for j in _judged([found[row["id"]] for row in rows])]
    truth, said = np.array([row["label"] == "context" for row in rows]), np.array([verdict == "context" for verdict in judged])
    kept = sum(verdict != "off-topic" for verdict, true in zip(judged, truth, strict=True) if true)
    return [
        Measure("relevance.context.f1", float(f1_score(truth, said)), "F1", f"{truth.sum()} of {len(rows)} labels are context"),
        Measure(
            "relevance.context.kept", kept / int(truth.sum()), "share", "called context or relevant, so that it can be told"
        ),
    ]


def noise(shared: Path) -> list[Measure]:
    """What the words alone throw out: relevant labels lost (those to train on included), and the share of a month's stream spared."""
    rows = [json.loads(line) for line in LABELS.read_text().splitlines()]
    found = replay_items.load(shared, (row["id"] for row in rows if row["label"] == "relevant"))
    lost = [clear_noise(_spoken(item)) for item in found.values()]
    month = replay_items.between(shared, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
    return [
        Measure("relevance.noise.lost", float(np.mean(lost)), "share", f"{sum(lost)} of {len(lost)} relevant labels"),
        Measure(
            "relevance.noise.spared",
            float(np.mean([clear_noise(_spoken(item)) for item in month])),
            "share",
            f"{len(month)} items",
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
    """All sets, and the first pass by words."""
    return [*labelled(shared), *fresh(shared), *context(shared), *noise(shared), *arxiv(shared)]


if __name__ == "__main__":
    main(measure)

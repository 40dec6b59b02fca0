"""Article text against two labelled sets, and how far the confidence tells good from bad.

The figures are the scorers' own; both sets are the half to develop on, and its two halves by a stable hash are told apart.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from harness import Measure, main
from sets import item, rows

from trendwatch.collect import article
from trendwatch.collect._article_text import read
from trendwatch.model import Request, Response

DAY = datetime(2026, 1, 1, tzinfo=UTC)
SURE, UNSURE = 0.9, 0.7
PUBLISHED = {
    "scrapinghub": "published: trafilatura 2.0 0.958 (all pages), newspaper4k 0.949, readability.js 0.947; "
    "trafilatura 2.3.1 on these pages 0.955",
    "trafilatura": "published: trafilatura 0.924, readability 0.826, newspaper4k 0.801; trafilatura 2.3.1 on these pages 0.926",
}


def measure(shared: Path) -> list[Measure]:
    scorer = _scorer(shared / "evalsets" / "scorers" / "metrics.py")
    return [*_scrapinghub(shared / "evalsets" / "extract_scrapinghub", scorer), *_trafilatura(shared, scorer)]


def _scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("extract_metrics", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _scrapinghub(folder: Path, scorer: ModuleType) -> list[Measure]:
    pages = rows(folder / "dev.jsonl.gz")
    texts, _, refused = _extracted(folder, pages)
    gold = {p["id"]: p["articleBody"] for p in pages}

    def f1(some: list[dict[str, Any]]) -> float:
        return float(scorer.shingle_prf({p["id"]: gold[p["id"]] for p in some}, texts)["f1"])

    print(
        f"extract scrapinghub: {len(pages)} pages; halves {_halves(pages, f1)}; not taken: {_counted(refused)}", file=sys.stderr
    )
    return [
        Measure("article.scrapinghub.f1", f1(pages), "F1", PUBLISHED["scrapinghub"]),
        Measure("article.scrapinghub.refused", len(refused) / len(pages), "share of good pages not taken"),
    ]


def _trafilatura(shared: Path, scorer: ModuleType) -> list[Measure]:
    folder = shared / "evalsets" / "extract_trafilatura"
    pages = rows(folder / "dev.jsonl.gz")
    texts, sure, refused = _extracted(folder, pages)

    def f1(some: list[dict[str, Any]], *, refusing: bool = False) -> float:
        told = {key: "" if refusing and key in refused else text for key, text in texts.items()}
        return float(scorer.segment_scores([scorer.segment_counts(p, told[p["id"]]) for p in some])["f1"])

    print(
        f"extract trafilatura: {len(pages)} pages; halves {_halves(pages, f1)}; not taken: {_counted(refused)}", file=sys.stderr
    )
    high = [p for p in pages if sure.get(p["id"], 0) >= SURE]
    low = [p for p in pages if p["id"] in sure and sure[p["id"]] < UNSURE]
    return [
        Measure("article.trafilatura.f1", f1(pages), "F1", PUBLISHED["trafilatura"]),
        Measure("article.trafilatura.f1_if_sure", f1(high), f"F1 ({len(high)} pages of confidence ≥ {SURE})"),
        Measure("article.trafilatura.f1_if_unsure", f1(low), f"F1 ({len(low)} pages of confidence < {UNSURE})"),
        Measure("article.trafilatura.f1_as_taken", f1(pages, refusing=True), "F1, refused pages as empty"),
        Measure("article.trafilatura.refused", len(refused) / len(pages), "share of good pages not taken"),
    ]


def _extracted(folder: Path, pages: list[dict[str, Any]]) -> tuple[dict[str, str], dict[str, float], dict[str, str]]:
    """Text and confidence by page, and why an article would not have been taken, were its own title the item's."""
    texts, sure, refused = {}, {}, {}
    for page in pages:
        data = (folder / page["html"]).read_bytes()
        body = gzip.decompress(data) if page["html"].endswith(".gz") else data
        found = read(body, "text/html", page["url"], latest=DAY)
        texts[page["id"]] = found.text if found else ""
        title = found.titles[0] if found and found.titles else ""
        entry = replace(item(page["id"], title), url=page["url"])
        response = Response(request=Request(url=page["url"]), url=page["url"], status=200, headers={}, body=body)
        came = article.judged(found, response, entry, DAY) if found else article.failed(entry, "not html", "", DAY)
        if came.state == "ok":
            sure[page["id"]] = came.confidence
        else:
            refused[page["id"]] = f"{came.state}: {came.reason}"
    return texts, sure, refused


def _halves(pages: list[dict[str, Any]], f1: Any) -> str:
    return ", ".join(
        f"{f1([p for p in pages if int(hashlib.sha256(p['id'].encode()).hexdigest(), 16) % 2 == half]):.4f}" for half in (0, 1)
    )


def _counted(refused: dict[str, str]) -> str:
    return (
        ", ".join(f"{n} {state}" for state, n in sorted(Counter(r.partition(":")[0] for r in refused.values()).items()))
        or "none"
    )


if __name__ == "__main__":
    main(measure)

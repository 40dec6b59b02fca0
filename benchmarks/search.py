"""Search quality through the real path: items in a store, vectors by the default model, `search` with its one setting.

`search.<set>.ndcg10` on the development halves of four labelled sets; the references are the best of FTS5, dense vectors, rank
fusion and convex sums on the same halves. `search.cold_start` is `trendwatch search` as a user types it, on an archive of 30,000 items: from the start of the
process to its end, with the shipped sources.yaml. Stores with their vectors are kept in the
folder TRENDWATCH_BENCH_CACHE (default: the temporary folder), for encoding takes minutes.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import storage as made_up
from harness import Measure, main

from trendwatch.enrich import embed
from trendwatch.model import Item, Query, Visit
from trendwatch.search import search
from trendwatch.storage import Store, connect

CACHE = Path(os.environ.get("TRENDWATCH_BENCH_CACHE") or Path(tempfile.gettempdir()) / "trendwatch-bench")
NOW = datetime(2026, 1, 5, tzinfo=UTC)
SHIPPED = Path(__file__).resolve().parent.parent / "sources.yaml"
BEST = {"search_scifact": 0.743, "search_cranfield": 0.450, "search_cisi": 0.392, "search_llmsafety_kw": 0.392}


def rows(path: Path) -> list[dict[str, Any]]:
    """The records of a file of JSON lines, compressed or not."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        return [json.loads(line) for line in lines]


def wanted(path: Path) -> dict[str, dict[str, int]]:
    """Query id → document id → gain."""
    gains: dict[str, dict[str, int]] = defaultdict(dict)
    for line in path.read_text().splitlines()[1:]:
        query, document, gain = line.split("\t")
        gains[query][document] = int(gain)
    return gains


def ndcg10(gains: Mapping[str, int], ranked: Sequence[str]) -> float:
    """Discounted gain of the first ten over the best possible."""
    reached = sum(gains.get(i, 0) / math.log2(n + 2) for n, i in enumerate(ranked[:10]))
    best = sum(g / math.log2(n + 2) for n, g in enumerate(sorted(gains.values(), reverse=True)[:10]))
    return reached / best if best else 0.0


def an_item(n: int, document: Mapping[str, str]) -> Item:
    """A document of a set as an item; its own id is kept as the source's name for it."""
    title, text = document.get("title") or "", document.get("text") or ""
    return Item(
        id=f"{n:016x}",
        source="set",
        doctype="paper",
        url="",
        canonical_url="",
        title=title,
        text=text,
        raw_title=title,
        raw_html=text,
        published_at=None,
        date_note="",
        first_seen_at=NOW,
        content_hash=document["id"],
    )  # fmt: skip - one field a line would fill a page


def embedded(store: Store, embedder: embed.Embedder) -> None:
    """Give the items their vectors, short texts first."""
    lacking = sorted(((len(embed.text_of(i)), key, embed.text_of(i)) for key, i in store.lacking_vectors(embedder.model_id)))
    for n in range(0, len(lacking), 256):
        chunk = lacking[n : n + 256]
        store.put_vectors(embedder.model_id, [key for _, key, _ in chunk], embedder.encode([text for *_, text in chunk]))


def quality(folder: Path, embedder: embed.Embedder) -> float:
    """Mean nDCG@10 over the judged queries of a set."""
    CACHE.mkdir(parents=True, exist_ok=True)
    gains = wanted(folder / "qrels.dev.tsv")
    with connect(f"sqlite:///{CACHE}/{folder.name}.db") as store:
        items = [an_item(n, d) for n, d in enumerate(rows(folder / "corpus.jsonl.gz"))]
        store.add_visit(Visit(source="set", started_at=NOW, outcome="ok"), items)
        embedded(store, embedder)
        scores = [
            ndcg10(gains[q["id"]], [h.item.content_hash for h in search(store, embedder, Query(words=q["text"], limit=10))])
            for q in rows(folder / "queries.dev.jsonl")
            if q["id"] in gains
        ]
    return sum(scores) / len(scores)


def cold_start() -> float:
    """Seconds of the fastest of three processes, from start to first hit."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/archive.db"
        items = made_up.made_up(30_000)
        made_up.fill(url, items)
        made_up.fill_vectors(url, items, embed.load(threads=1).model_id)
        command = [
            sys.executable,
            "-m",
            "trendwatch",
            "--config",
            str(SHIPPED),
            "search",
            "--off-topic",
            "voice",
            "cloning",
            "dioling",
        ]
        environ = os.environ | {"TRENDWATCH_STORE": url}
        subprocess.run(command, check=True, capture_output=True, env=environ)  # prepares what later starts find ready
        taken = []
        for _ in range(3):
            started = time.perf_counter()
            answer = subprocess.run(command, check=True, capture_output=True, text=True, env=environ)
            taken.append(time.perf_counter() - started)
            if "example.org" not in answer.stdout:
                raise RuntimeError(f"the search found nothing: {answer.stdout[:500]}")
    return min(taken)


def measure(shared: Path) -> list[Measure]:
    """Quality on each set that is there, then the cold start."""
    embedder = embed.load(threads=1)
    found = [shared / "evalsets" / name for name in BEST if (shared / "evalsets" / name).is_dir()]
    measures = [
        Measure(
            f"search.{folder.name.removeprefix('search_')}.ndcg10", quality(folder, embedder), "nDCG@10", f"{BEST[folder.name]}"
        )
        for folder in found
    ]
    return [*measures, Measure("search.cold_start_30000", cold_start(), "s", "0.7 asked")]


if __name__ == "__main__":
    main(measure)

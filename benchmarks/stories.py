"""Stories: B-cubed F1 on four labelled sets with one set of thresholds, and the time that 15,000 items take."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import numpy as np
from harness import Measure, main
from sets import ANY_DAY, bcubed, item, rows

from trendwatch.enrich import stories
from trendwatch.enrich.embed import load, text_of
from trendwatch.model import Item

SETS = {
    "aiid": ("cluster_aiid_urls/dev.jsonl.gz", "average link, tuned on the set, 0.868"),
    "ecbplus": ("cluster_ecbplus/dev.jsonl.gz", "average link, tuned on the set, 0.879; one threshold for all 0.762"),
    "googlenews_t": ("cluster_googlenews/T.dev.jsonl.gz", "average link, tuned on the set, 0.893; one for all 0.82"),
    "googlenews_ts": ("cluster_googlenews/TS.dev.jsonl.gz", "average link, tuned on the set, 0.924"),
}


def measure(shared: Path) -> list[Measure]:
    embedder = load()
    found = []
    for name, (file, reference) in SETS.items():
        data = rows(shared / "evalsets" / file)
        items = [item(row["id"], row.get("title") or row["text"], row["text"] if "title" in row else "") for row in data]
        vectors = embedder.encode([text_of(one) for one in items])
        told = stories.group(items, vectors, [], {})
        where = {key: story.id for story in told for key in story.item_ids}
        score = bcubed({row["id"]: row["cluster"] for row in data}, where)
        found.append(Measure(f"stories.{name}.bcubed_f1", score, "F1", reference))
    return [*found, _speed()]


def _speed() -> Measure:
    """Made-up headlines of 15,000 items over eight weeks, a fifth of them in stories of four."""
    chance = np.random.default_rng(7)
    items: list[Item] = []
    centres = chance.normal(size=(12_600, 384))
    rows_of = np.concatenate([np.repeat(np.arange(600), 4), np.arange(600, 13_200)]) % 12_600
    for place, centre in enumerate(rows_of):
        own = " ".join(f"w{centre}x{n}" for n in chance.permutation(10)[:6])
        common = " ".join(f"c{n}" for n in chance.integers(0, 400, 30))
        day = ANY_DAY + timedelta(days=float(centre % 56))
        items.append(item(f"{place:016x}", own, common, published_at=day))
    vectors = (centres[rows_of] + 0.5 * chance.normal(size=(len(items), 384))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    start = time.perf_counter()
    stories.group(items, vectors, [], {})
    return Measure("stories.items_15000_s", time.perf_counter() - start, "s", "100,000 items in under 120 s asked")


if __name__ == "__main__":
    main(measure)

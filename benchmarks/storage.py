"""How fast the store takes and gives: made-up items of an abstract's length, on a real file with every commit on the disk.

Needs no data from elsewhere. `storage.load` adds 100,000 items in visits of 50, as a crawl does.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness import Measure, main

from trendwatch.model import Item, Query, Visit
from trendwatch.storage import connect

START = datetime(2026, 1, 5, tzinfo=UTC)
PER_VISIT = 50
WORDS = [
    f"{a}{b}{c}"
    for a in "bdfgklmnprst"
    for b in ("a", "e", "io", "u")
    for c in ("ling", "rot", "mex", "sa", "tion", "der", "ban", "ku")
]
WEIGHTS = [1 / (n + 1) for n in range(len(WORDS))]
MODEL = "made-up"
DIMENSION = 384


def made_up(count: int, *, words: int = 180) -> list[Item]:
    """Items whose words fall off as words do; the same ones on every run."""
    rng = random.Random(1)
    items = []
    for n in range(count):
        text = " ".join(rng.choices(WORDS, WEIGHTS, k=words))
        at = START + timedelta(minutes=n)
        items.append(
            Item(
                id=f"{n:016x}",
                source=f"source-{n % 100}",
                doctype="paper",
                url=f"https://example.org/{n}",
                canonical_url=f"https://example.org/{n}",
                title=text[:70],
                text=text,
                raw_title=text[:70],
                raw_html=f"<p>{text}</p>",
                published_at=at,
                date_note="",
                first_seen_at=at,
                content_hash=f"{n:064x}",
                identifiers=(f"arxiv:{n}",),
            )
        )  # fmt: skip - one field a line would fill a page
    return items


def fill(url: str, items: list[Item]) -> float:
    """Add the items in visits of `PER_VISIT`; returns seconds."""
    with connect(url) as store:
        started = time.perf_counter()
        for n in range(0, len(items), PER_VISIT):
            chunk = items[n : n + PER_VISIT]
            store.add_visit(Visit(source=chunk[0].source, started_at=chunk[0].first_seen_at, outcome="ok"), chunk)
        return time.perf_counter() - started


def fill_vectors(url: str, items: list[Item], model_id: str = MODEL) -> float:
    """Give every item a random unit vector; returns seconds."""
    import numpy as np  # noqa: PLC0415 - as the store does

    made = np.random.default_rng(1).standard_normal((len(items), DIMENSION)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    with connect(url) as store:
        started = time.perf_counter()
        for n in range(0, len(items), 256):
            store.put_vectors(model_id, [i.content_hash for i in items[n : n + 256]], made[n : n + 256])
        return time.perf_counter() - started


def timed(action: Callable[[], object], times: int = 5) -> float:
    """The median's seconds, after one call unmeasured."""
    action()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return sorted(taken)[times // 2]


def measure(_shared: Path) -> list[Measure]:
    """Seconds and milliseconds of what the stages ask of a store."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.db"
        load = fill(url, made_up(100_000))
        archive = f"sqlite:///{folder}/archive.db"
        items = made_up(30_000)
        fill(archive, items)
        put = fill_vectors(archive, items)
        hashes = [i.content_hash for i in items]
        with connect(archive, read_only=True) as store:
            words = Query(words=" ".join(WORDS[20:23]))
            common = Query(words=" ".join(WORDS[:10]))
            return [
                Measure("storage.load_100000_items", load, "s"),
                Measure("storage.put_30000_vectors", put, "s"),
                Measure("storage.read_30000_vectors", 1000 * timed(lambda: store.vectors(MODEL, hashes)), "ms"),
                Measure("storage.read_30000_items", timed(store.items, 3), "s"),
                Measure("storage.filter_30000", 1000 * timed(lambda: store.search_filter(words)), "ms"),
                Measure("storage.words_30000", 1000 * timed(lambda: store.search_words(words, 1000)), "ms"),
                Measure("storage.common_words_30000", 1000 * timed(lambda: store.search_words(common, 1000)), "ms"),
                Measure("storage.one_item", 1000 * timed(lambda: store.find_items(items[7].url), 20), "ms"),
                Measure("storage.bytes_per_item", store.counts()["bytes"] / len(items), "bytes"),
            ]


if __name__ == "__main__":
    main(measure)

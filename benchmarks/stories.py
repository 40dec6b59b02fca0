"""Stories: B-cubed F1 on four labelled sets with one set of thresholds; order, ids and sizes over eight replayed weeks; time."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from harness import Measure, main
from numpy.typing import NDArray
from replay_items import between
from sets import ANY_DAY, bcubed, item, rows

from trendwatch.enrich import duplicates, stories
from trendwatch.enrich.embed import load, text_of
from trendwatch.model import Item

SETS = {
    "aiid": ("cluster_aiid_urls/dev.jsonl.gz", "average link, tuned on the set, 0.868"),
    "ecbplus": ("cluster_ecbplus/dev.jsonl.gz", "average link, tuned on the set, 0.879; one threshold for all 0.762"),
    "googlenews_t": ("cluster_googlenews/T.dev.jsonl.gz", "average link, tuned on the set, 0.893; one for all 0.82"),
    "googlenews_ts": ("cluster_googlenews/TS.dev.jsonl.gz", "average link, tuned on the set, 0.924"),
}


FIRST = datetime(2026, 1, 5, tzinfo=UTC)
WEEKS = 8
WINDOW = timedelta(days=70)
EVERY_PAPER = 8  # papers are stories of their own; a part of them is background enough

Vectors = NDArray[np.float32]


def measure(shared: Path) -> list[Measure]:
    embedder = load()
    found = []
    for name, (file, reference) in SETS.items():
        data = rows(shared / "evalsets" / file)
        items = [item(row["id"], row.get("title") or row["text"], row["text"] if "title" in row else "") for row in data]
        vectors = embedder.encode([text_of(one) for one in items])
        told = _told(items, vectors)
        found.append(
            Measure(f"stories.{name}.bcubed_f1", bcubed({row["id"]: row["cluster"] for row in data}, told), "F1", reference)
        )
        if name == "ecbplus":
            found.append(_shuffled(items, vectors, told))
    items = between(shared, FIRST, FIRST + WEEKS * timedelta(days=7), EVERY_PAPER)
    vectors = embedder.encode([text_of(one) for one in items])
    return [*found, *_weeks(items, vectors), *_speed()]


def _told(items: Sequence[Item], vectors: Vectors, previous: Mapping[str, str] | None = None) -> dict[str, str]:
    """The story of each item."""
    same = duplicates.find(items, vectors) if previous is not None else []
    return {key: story.id for story in stories.group(items, vectors, same, previous or {}) for key in story.item_ids}


def _shuffled(items: Sequence[Item], vectors: Vectors, told: Mapping[str, str]) -> Measure:
    """The least B-cubed F1 between the stories of ten orders of arrival and those of the first."""
    chance = np.random.default_rng(3)
    orders = [chance.permutation(len(items)) for _ in range(10)]
    least = min(bcubed(told, _told([items[int(row)] for row in order], vectors[order])) for order in orders)
    return Measure("stories.shuffles.bcubed_f1", least, "F1", "0.98 asked")


def _weeks(items: Sequence[Item], vectors: Vectors) -> list[Measure]:
    """Items arrive week by week; each Monday groups the window anew. An id survives when the story that bears it a week later
    still holds half of those of its items that are still there.
    """
    at = np.array([one.at.timestamp() for one in items])
    told: dict[str, str] = {}
    survived, largest = [], 0.0
    for week in range(WEEKS):
        start, end = FIRST + week * timedelta(days=7), FIRST + (week + 1) * timedelta(days=7)
        known = np.flatnonzero((at < end.timestamp()) & (at >= (end - WINDOW).timestamp()))
        now = _told([items[int(row)] for row in known], vectors[known], told)
        kept = Counter(told[key] for key in told if now.get(key) == told[key])
        there = Counter(told[key] for key in told if key in now)
        survived += [kept[story] * 2 >= count for story, count in there.items() if count > 1]
        new = [now[items[int(row)].id] for row in known if items[int(row)].at >= start]
        largest = max(largest, max(Counter(new).values()) / len(new))
        told |= now
    return [
        Measure("stories.weeks.ids_survive", float(np.mean(survived)), "share", "0.98 asked; stories of two items and more"),
        Measure("stories.weeks.largest", largest, "share", "under 0.05 of a week asked"),
    ]


def _made_up(count: int, days: int) -> tuple[list[Item], Vectors]:
    """Headlines with a lead over `days`, a fifth of them in stories of four."""
    chance = np.random.default_rng(7)
    told = count // 20
    event = np.concatenate([np.repeat(np.arange(told), 4), np.arange(told, told + count - 4 * told)])
    centres = chance.normal(size=(event.max() + 1, 384)).astype(np.float32)
    items = []
    for place, number in enumerate(event):
        own = " ".join(f"w{number}x{n}" for n in chance.permutation(10)[:6])
        common = " ".join(f"c{n}" for n in chance.integers(0, 400, 30))
        day = ANY_DAY + timedelta(days=float(number * 7919 % (days * 24)) / 24)
        items.append(item(f"{place:016x}", own, common, published_at=day))
    vectors = centres[event]
    vectors += 0.5 * chance.normal(size=vectors.shape).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return items, vectors


def _speed() -> list[Measure]:
    """Ten weeks of 15,000 items, as an archive groups them, and a year of 100,000."""
    found = []
    for count, days in ((15_000, 70), (100_000, 365)):
        items, vectors = _made_up(count, days)
        start = time.perf_counter()
        stories.group(items, vectors, [], {})
        found.append(
            Measure(f"stories.items_{count}_s", time.perf_counter() - start, "s", "100,000 items in under 120 s asked")
        )
    return found


if __name__ == "__main__":
    main(measure)

"""Deadlines found in a set of made-up sentences, half of which hold a date that binds nobody. Needs no other data.

Written in five batches: each was first run unseen (precision 0.96, 1.00, 0.93, 0.84, 0.76; recall 0.79, 0.63, 0.54, 0.76, 0.72, the
later ones with ever more look-alikes), then worked on. The figures printed are therefore those of a development set.

labels/deadlines.jsonl: published, doctype, region, text, want (date and kind). Found dates must agree in both.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness import HERE, Measure, main

from trendwatch.enrich.deadlines import find
from trendwatch.model import Item


def item_of(row: dict[str, Any]) -> Item:
    """A row of the set as an item without a title."""
    at = datetime.fromisoformat(row["published"]).replace(tzinfo=UTC)
    return Item(
        id="x", source="x", doctype=row["doctype"], url="", canonical_url="", title="", text=row["text"], raw_title="",
        raw_html="", published_at=at, date_note="", first_seen_at=at, region=row["region"],
    )  # fmt: skip


def measure(shared: Path) -> list[Measure]:
    """Precision and recall over all (date, kind) pairs."""
    del shared
    found = wanted = right = 0
    for row in map(json.loads, (HERE / "labels" / "deadlines.jsonl").read_text().splitlines()):
        got = {(d.on.isoformat(), d.what) for d in find(item_of(row))}
        want = {(on, what) for on, what in row["want"]}
        found, wanted, right = found + len(got), wanted + len(want), right + len(got & want)
        if got != want:
            print(f"# {row['text']} found {sorted(got - want)}, missed {sorted(want - got)}")
    return [
        Measure("deadlines.precision", right / max(found, 1), "share", "goal 0.97"),
        Measure("deadlines.recall", right / max(wanted, 1), "share", "goal 0.9"),
    ]


if __name__ == "__main__":
    main(measure)

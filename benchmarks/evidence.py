"""Evidence by hand: taggings of relevant replay items, each read with its title, text, definition and the characters quoted.

Two draws of 100 with fixed seeds, over all facets and frameworks, no item twice in a draw, from two halves of the items (by a hash of
the id). "before" was drawn before the packs and taggers were mended by what it showed, "fresh" after, from the other half; no rule
was made from it before it was judged, some were after. "fresh" also draws on short headlines of other years, which are easier:
without them 71 of 78 quote the reason and 72 are right. Tags by meaning are rare (under one in a hundred), so a draw holds all
there were and words fill it up; "more" are the seven of the first half that were new after the mending.

Judged was whether the quoted characters hold the reason for the tag, and whether the tag is right. labels/evidence.jsonl holds ids,
places and verdicts, and where one is a no, a few words of our own on why. One reader, who also wrote the rules.

What is printed counts the triples (item, tag, place) that the tagger still gives, beside what was judged then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import replay_items
from harness import HERE, Measure, main

from trendwatch.enrich import embed, tagging
from trendwatch.enrich.taxonomy import Taxonomy, available
from trendwatch.model import Item, Tagging

LABELS = HERE / "labels" / "evidence.jsonl"
DRAWS = {"hand": (2, 3), "hand.before": (1,), "hand.fresh": (2,), "hand.more": (3,)}
"""Names of the figures, and the draws that each counts: "hand" holds all that was judged after the mending."""


def given(taggings: Mapping[str, Sequence[Tagging]], row: Mapping[str, Any]) -> bool:
    """Whether the tagger still gives this tag for these characters."""
    places = ((e.field, e.start, e.end) for t in taggings.get(row["id"], ()) if t.tag == row["tag"] for e in t.evidence)
    return (row["field"], row["start"], row["end"]) in places


def within(items: Mapping[str, Item], taggings: Mapping[str, Sequence[Tagging]]) -> float:
    """Share of taggings that have evidence, all of it the item's own characters."""
    tags = [t for found in taggings.values() for t in found]
    held = [
        bool(t.evidence) and all(getattr(items[t.item_id], e.field)[e.start : e.end] == e.quote != "" for e in t.evidence)
        for t in tags
    ]
    return sum(held) / max(1, len(held))


def by_hand(rows: Sequence[Mapping[str, Any]], taggings: Mapping[str, Sequence[Tagging]]) -> list[Measure]:
    measures = []
    for name, draws in DRAWS.items():
        drawn = [r for r in rows if r["draw"] in draws]
        still = [r for r in drawn if given(taggings, r)]
        for figure in ("contains_reason", "tag_right"):
            then = sum(r[figure] for r in drawn)
            said = f"{len(still)} of {len(drawn)} still given; {then} of {len(drawn)} when judged; goal 0.90"
            measures.append(Measure(f"evidence.{name}.{figure}", of(still, figure), "share", said))
        measures.append(Measure(f"evidence.{name}.still_given", len(still), "triples", f"{len(drawn)} drawn"))
    fresh = [r for r in rows if r["draw"] in DRAWS["hand"] and given(taggings, r)]
    for kind in ("keywords", "similarity"):
        kept = [r for r in fresh if r["tagger"] == kind]
        measures.append(Measure(f"evidence.hand.{kind}.tag_right", of(kept, "tag_right"), "share", f"{len(kept)} triples"))
    return measures


def of(rows: Sequence[Mapping[str, Any]], figure: str) -> float:
    """Share of rows with a yes."""
    return sum(r[figure] for r in rows) / max(1, len(rows))


def measure(shared: Path) -> list[Measure]:
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    found = replay_items.load(shared, (r["id"] for r in rows))
    items, embedder = list(found.values()), embed.load()
    taggings = tagging.tag(items, embedder.encode([embed.text_of(i) for i in items]), Taxonomy.load(available()), embedder)
    return [Measure("evidence.within_item", within(found, taggings), "share", "goal 1"), *by_hand(rows, taggings)]


if __name__ == "__main__":
    main(measure)

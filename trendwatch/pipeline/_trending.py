"""What rises in a week, as an issue tells it: tags of our own facets against their past, with their statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from trendwatch.model import TagInfo, Trend

if TYPE_CHECKING:
    from trendwatch.pipeline._grouping import Groups

ALIKE = 0.75
"""Share of items in common (Jaccard) from which two trends are one."""
FACETS = frozenset({"hazard", "attack", "modality", "affected", "control"})
"""Of these facets alone: frameworks name the same things again, and names of companies rise with every product launch."""
MOST = 6
SHOWN_ITEMS = 5


def rising(groups: Groups, tags: Mapping[str, TagInfo], *, week: str, now: datetime) -> tuple[Trend, ...]:
    """Trends of the week, surest first, each under its tag's name. Copies of a document do not count; of tags that rise by the same
    items ("Voice cloning", "Voice and audio") the surest tells it.
    """
    from trendwatch.enrich import trends  # noqa: PLC0415 - numpy loads here, not with --help

    items = [item for item in groups.items.values() if item.id not in groups.duplicates]
    keys = {
        item.id: sorted({t.tag for t in judged.taggings if t.tag in tags and tags[t.tag].facet in FACETS})
        for item in items
        if (judged := groups.judgements.get(item.id)) and judged.relevance.verdict != "off-topic"
    }
    found: list[Trend] = []
    for trend in trends.rising(items, keys, week=week, now=now):
        if not any(_alike(trend, other) for other in found):
            found.append(trend)
    return tuple(
        replace(t, key=f"{tags[t.key].name} ({tags[t.key].facet})", item_ids=t.item_ids[:SHOWN_ITEMS]) for t in found[:MOST]
    )


def _alike(a: Trend, b: Trend) -> bool:
    one, other = set(a.item_ids), set(b.item_ids)
    return len(one & other) >= ALIKE * len(one | other)

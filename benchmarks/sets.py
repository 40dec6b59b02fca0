"""Reads the labelled sets and makes items of their rows; shared by the benchmarks of enrichment."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from trendwatch.model import Item

ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def item(key: str, title: str, text: str = "", **fields: Any) -> Item:
    values: dict[str, Any] = {
        "id": key,
        "source": key,
        "doctype": "news",
        "url": "",
        "canonical_url": "",
        "title": title,
        "text": text,
        "raw_title": title,
        "raw_html": text,
        "published_at": None,
        "date_note": "",
        "first_seen_at": ANY_DAY,
    }
    return Item(**(values | fields))


def pairs(groups: Mapping[str, str]) -> set[tuple[str, str]]:
    """Unordered pairs of keys that are in one group."""
    members: dict[str, list[str]] = defaultdict(list)
    for key, group in groups.items():
        members[group].append(key)
    return {pair for keys in members.values() for pair in combinations(sorted(keys), 2)}


def f1(gold: set[Any], found: set[Any]) -> float:
    return 2 * len(gold & found) / (len(gold) + len(found)) if gold or found else 1.0


def bcubed(gold: Mapping[str, str], found: Mapping[str, str]) -> float:
    """B-cubed F1 of two groupings of the same keys."""
    cells = Counter((gold[key], found[key]) for key in gold)
    here, there = Counter(gold.values()), Counter(found[key] for key in gold)
    precision = sum(n * n / there[b] for (_, b), n in cells.items()) / len(gold)
    recall = sum(n * n / here[a] for (a, _), n in cells.items()) / len(gold)
    return 2 * precision * recall / (precision + recall)

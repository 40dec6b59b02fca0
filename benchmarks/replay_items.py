"""Items of the replay data by their id, for benchmarks that hold labels and no text."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trendwatch.model import Doctype, Item

DOCTYPES: dict[str, Doctype] = {"papers": "paper", "federal_register": "regulation", "hacker_news": "post"}


def load(shared: Path, wanted: Iterable[str]) -> dict[str, Item]:
    """The items of these ids. Points and comments of Hacker News are no text."""
    ids = set(wanted)
    found: dict[str, Item] = {}
    for path in sorted((shared / "replay").glob("*.jsonl.gz")):
        name = path.name.removesuffix(".jsonl.gz")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["id"] in ids:
                    found[row["id"]] = _item(row, name)
    return found


def between(shared: Path, first: datetime, last: datetime, every_paper: int = 1) -> list[Item]:
    """The items published from `first` to before `last`, each id once, in order of time; of the papers each `every_paper`th."""
    found: dict[str, Item] = {}
    for path in sorted((shared / "replay").glob("*.jsonl.gz")):
        name = path.name.removesuffix(".jsonl.gz")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            inside = [item for item in (_item(row, name) for row in map(json.loads, lines)) if first <= item.at < last]
        step = every_paper if name == "papers" else 1
        found |= {item.id: item for item in sorted(inside, key=lambda item: (item.at, item.id))[::step]}
    return sorted(found.values(), key=lambda item: (item.at, item.id))


def _item(row: dict[str, Any], file: str) -> Item:
    at = datetime.fromisoformat(row["published"])
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Item(
        id=row["id"], source=row["source"], doctype=row.get("doctype") or DOCTYPES[file], url=row["url"] or "",
        canonical_url=row["url"] or "", title=" ".join((row["title"] or "").split()),
        text="" if file == "hacker_news" else row["text"] or "", raw_title="", raw_html="", published_at=at, date_note="",
        first_seen_at=at, region=row.get("region") or "",
    )  # fmt: skip


def made_up(title: str, text: str, doctype: Doctype) -> Item:
    """An item of our own invention."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Item(
        id="made-up", source="made-up", doctype=doctype, url="", canonical_url="", title=title, text=text, raw_title="",
        raw_html="", published_at=at, date_note="", first_seen_at=at,
    )  # fmt: skip

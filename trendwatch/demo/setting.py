"""The sources.yaml of the demo: what an analyst would write for the sample's publishers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from trendwatch.demo.sample import CHANNELS, Channel

FIRST = datetime(2026, 9, 14, 7, tzinfo=UTC)
"""The Monday of the first digest."""

CYCLES: Sequence[datetime] = tuple(FIRST + timedelta(weeks=n) for n in range(10))

QUERIES = {"arxiv-jailbreaks": 'abs:jailbreak OR abs:"language model"', "arxiv-deepfakes": "abs:deepfake OR abs:watermark"}


def _keys(channel: Channel, address: str) -> list[str]:
    base = f"{address}/{channel.name}"
    match channel.form:
        case "arxiv":
            return ["kind: arxiv", f"url: {base}/api/query", f"query: '{QUERIES[channel.name]}'"]
        case "federal_register":
            return ["kind: federal_register", f"url: {base}/documents.json", "search: [artificial intelligence]"]
        case "hacker_news":
            return ["kind: hacker_news", f"url: {base}/search_by_date", "queries: [ai]"]
        case _:
            return ["kind: feed", f"url: {base}/feed"]


def _source(channel: Channel, address: str) -> str:
    lines = [f"- name: {channel.name}", *_keys(channel, address), f"doctype: {channel.doctype}"]
    lines += [f"region: {channel.region}"] if channel.region else []
    lines += [f"tier: {channel.tier}", "language: en"]
    return "  " + "\n    ".join(lines)


def write(folder: Path, address: str) -> Path:
    """Write sources.yaml for the sample served at `address` into a folder; returns its path."""
    host = address.removeprefix("http://")
    text = "\n".join(
        [
            "# Written by `trendwatch demo`: made-up publishers, served from this machine.",
            f"store: sqlite:///{folder / 'trendwatch.db'}",
            f"network: {{contact: demo@example.org, allow: ['{host}'], host_gap: 0s}}",
            "articles: {pages: 0} # these publishers have no pages: nothing but this machine is asked",
            "digest: {name: weekly, day: monday, hour: 6, timezone: UTC}",
            f"deliver: {{folder: {{path: {folder / 'digests'}}}}}",
            "sources:",
            *(_source(channel, address) for channel in CHANNELS),
            "",
        ]
    )
    path = folder / "sources.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path

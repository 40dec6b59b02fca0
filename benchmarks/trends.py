"""Trends on streams whose truth is known, and on real papers.

Simulated: 30 sources, 40 tags, a year and more of weeks. Null: nothing rises. Drift: shares stay, but sources join, stop and
grow threefold, and an archive gains a category. Planted: four tags at five a week rise threefold for three weeks; found means in
one of the three. Real: days of arXiv papers permuted (no call is right), then in order, with model names whose releases are known.

    python benchmarks/trends.py [--shared FOLDER]
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from harness import Measure, main
from numpy.typing import NDArray

from trendwatch.enrich.trends import rising
from trendwatch.model import Item

START = datetime(2025, 1, 6, tzinfo=UTC)
SOURCES, TAGS = 30, 40
Keys = dict[str, list[str]]


def an_item(number: int, source: str, at: datetime, labels: tuple[str, ...] = ()) -> Item:
    """A bare item."""
    return Item(
        id=f"{number:08d}", source=source, doctype="paper" if labels else "news", url="", canonical_url="", title="", text="",
        raw_title="", raw_html="", published_at=at, date_note="", first_seen_at=at, labels=labels,
    )  # fmt: skip


def week_of(at: datetime) -> str:
    """An ISO week such as 2026-W09."""
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02d}"


class Stream:
    """A simulated catalogue: `rates` items a week by source and week, `shares` of tags by source."""

    def __init__(self, seed: int, weeks: int) -> None:
        self.chance = np.random.default_rng(seed)
        self.rates = np.repeat(self.chance.gamma(2.0, 5.0, SOURCES)[:, None], weeks, axis=1)
        self.shares = self.chance.beta(0.6, 12.0, (SOURCES, TAGS))
        self.lift = np.ones((TAGS, weeks))

    def drawn(self, clumps: float = 0.03) -> tuple[list[Item], Keys]:
        """Items and their tags. `clumps` is the squared variation of a tag's share from week to week: 0.03 is what the most
        uneven of 52 steady phrases show in real papers.
        """
        items: list[Item] = []
        keys: Keys = {}
        for w in range(self.rates.shape[1]):
            swing = self.chance.gamma(1 / clumps, clumps, TAGS) * self.lift[:, w]
            for s in range(SOURCES):
                for _ in range(self.chance.poisson(self.rates[s, w])):
                    at = START + timedelta(weeks=w, days=float(self.chance.uniform(0, 7)))
                    items.append(an_item(len(items), f"source-{s}", at))
                    keys[items[-1].id] = [f"tag-{t}" for t in np.flatnonzero(self.chance.random(TAGS) < self.shares[s] * swing)]
        return items, keys


def calls(items: list[Item], keys: Keys, week: int) -> set[str]:
    """Keys called in a numbered week."""
    at = START + timedelta(weeks=week)
    return {t.key for t in rising(items, keys, week=week_of(at), now=at + timedelta(days=7))}


def null(streams: int = 20) -> float:
    """Share of weeks with a call though nothing rises: for each stream, weeks 26, 30 and 34."""
    weeks = [calls(*drawn, week) for seed in range(streams) for drawn in [Stream(seed, 36).drawn()] for week in (26, 30, 34)]
    return float(np.mean([bool(found) for found in weeks]))


def drift(streams: int = 20) -> int:
    """Calls in weeks after the catalogue changed, shares being what they were and steady, so that only the change can call."""
    found = 0
    for seed in range(100, 100 + streams):
        stream = Stream(seed, 36)
        stream.rates[:8, :28] = 0  # join at week 28
        stream.rates[8:12, 30:] = 0  # stop
        stream.rates[12:20, 28:] *= 3  # grow
        items, keys = stream.drawn(clumps=0.003)
        found += sum(len(calls(items, keys, week)) for week in (28, 29, 31, 34))
    return found


def power(streams: int = 15) -> float:
    """Share of planted rises that are found within their three weeks."""
    hit = planted = 0
    for seed in range(200, 200 + streams):
        stream = Stream(seed, 34)
        for tag in range(4):
            stream.shares[:, tag] *= 5 / (stream.rates[:, 0] @ stream.shares[:, tag])
            stream.lift[tag, 30:33] = 3
        items, keys = stream.drawn()
        found = set().union(*(calls(items, keys, week) for week in (30, 31, 32)))
        hit, planted = hit + sum(f"tag-{t}" in found for t in range(4)), planted + 4
    return hit / planted


def papers(shared: Path) -> tuple[list[Item], Keys, dict[str, str], list[str]]:
    """Real papers with the gold names, the steady phrases and the 300 commonest pairs of words in titles as keys."""
    folder = shared / "evalsets" / "trends_arxiv_daily"
    with gzip.open(folder / "dev.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    gold = [g for g in map(json.loads, (folder / "gold_bursts.jsonl").read_text().splitlines()) if g["usable"]]
    flat = [str(f["term"]) for f in map(json.loads, (folder / "flat_terms.jsonl").read_text().splitlines())]
    items = [an_item(i, "arxiv", _day(row), tuple(_categories(row)[:1])) for i, row in enumerate(rows)]
    keys: Keys = defaultdict(list)
    patterns = {g["term"]: re.compile(g["regex"], re.IGNORECASE) for g in gold} | {
        t: re.compile(rf"\b{re.escape(t)}\b") for t in flat
    }
    for item, row in zip(items, rows, strict=True):
        text = f"{row['title']} {row['abstract']}"
        lower = text.lower()
        keys[item.id] = [term for term, pattern in patterns.items() if pattern.search(lower if term in flat else text)]
    return items, keys, {g["term"]: g["release_date"] for g in gold}, flat


def _day(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["first_seen"]).replace(tzinfo=UTC)


def _categories(row: dict[str, Any]) -> list[str]:
    cats = row["cats"]
    return cats.split() if isinstance(cats, str) else list(cats)


def _permuted(items: list[Item], chance: np.random.Generator) -> list[Item]:
    """The same items, their days dealt out anew within each category."""
    strata: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, item in enumerate(items):
        strata[item.labels].append(i)
    out = list(items)
    for members in strata.values():
        order: NDArray[np.int64] = chance.permutation(members)
        for i, j in zip(members, order, strict=True):
            out[i] = an_item(int(items[i].id), "arxiv", items[j].at, items[i].labels)
    return out


def real(shared: Path) -> list[Measure]:
    """Calls on permuted and on real days of papers."""
    items, keys, gold, flat = papers(shared)
    mondays = [START + timedelta(weeks=w) for w in range(20, 66)]
    shuffled = _permuted(items, np.random.default_rng(0))
    false = [bool(rising(shuffled, keys, week=week_of(m), now=m + timedelta(days=7))) for m in mondays[8::4]]
    first: dict[str, datetime] = {}
    for monday in mondays:
        for trend in rising(items, keys, week=week_of(monday), now=monday + timedelta(days=7)):
            first.setdefault(trend.key, monday)
    found = sum(t in first and (first[t] - datetime.fromisoformat(d).replace(tzinfo=UTC)).days <= 92 for t, d in gold.items())
    return [
        Measure("trends.papers.permuted_false", float(np.mean(false)), "share of weeks", "goal 0.05"),
        Measure("trends.papers.releases_found", found, f"of {len(gold)} in 3 months", "n-gram z-score, 300 a month: 10 of 28"),
        Measure(
            "trends.papers.steady_called", sum(t in first for t in flat), f"of {len(flat)}", "n-gram z-score, 300 a month: 8"
        ),
    ]


def measure(shared: Path) -> list[Measure]:
    """Simulated streams, then real papers."""
    return [
        Measure("trends.null.false_discoveries", null(), "share of weeks", "goal 0.05"),
        Measure("trends.drift.false", drift(), "calls in 80 weeks", "goal 0"),
        Measure("trends.power_3x_rate5", power(), "share", "goal 0.9"),
        *real(shared),
    ]


if __name__ == "__main__":
    main(measure)

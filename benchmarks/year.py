"""A year of the stream end to end: what each step takes, memory, bytes on disk, and how much of the time is the model itself.

Every paper, post, report, rule and notice of the replay data from 2025-03 on but those of its last week is made an item and
stored as a crawl stores it, then given its language, embedded, judged, tagged and grouped. Then the last week comes, is enriched
too, and its digest is composed and rendered: what a normal Monday costs on an archive of a year. The crawl's own cost is another
benchmark's (`crawl`), for nobody's server is asked here.

    python benchmarks/year.py [--shared FOLDER] [--days N]

`--days` takes the newest N days alone, for a quick look. py-spy record -- python benchmarks/year.py … shows where the rest goes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from harness import SHARED, Measure, line
from replay_items import DOCTYPES
from replay_weeks import TIERS

from trendwatch import config, periods, pipeline
from trendwatch.collect.normalise import normalise
from trendwatch.enrich import deadlines, duplicates, relevance, stories, tagging
from trendwatch.model import Draft, Item, Source, Visit
from trendwatch.pipeline import _enriching, _grouping
from trendwatch.pipeline._languages import mark_languages
from trendwatch.report.render import render
from trendwatch.storage import Store, connect

BEGIN = datetime(2025, 3, 1, tzinfo=UTC)
END = datetime(2026, 4, 27, tzinfo=UTC)  # a Monday, days before the data ends
PER_VISIT = 50


class Clock:
    """Seconds and peak memory (MB) by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.peak: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done inside; the memory's peak starts anew, where the kernel lets it."""
        _forget_peak()
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started
        self.peak[name] = _peak()
        print(f"{name}: {self.seconds[name]:.1f} s, {self.peak[name]:.0f} MB at most", file=sys.stderr, flush=True)


class Inside:
    """Adds up the seconds spent in some functions of the stage, each by the name of its module."""

    def __init__(self, *functions: tuple[Any, str, str]) -> None:
        self.seconds = {name: 0.0 for _, _, name in functions}
        for owner, attribute, name in functions:
            setattr(owner, attribute, self._timed(getattr(owner, attribute), name))

    def _timed(self, function: Any, name: str) -> Any:
        def timed(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*given, **named)
            finally:
                self.seconds[name] += time.perf_counter() - started

        return timed


def _forget_peak() -> None:
    with suppress(OSError):  # the peak is then that of all steps so far
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def drafts(shared: Path, first: datetime) -> list[tuple[datetime, Source, Draft]]:
    """What was published from `first` to `END`, in order of time."""
    found = {}
    for path in sorted((shared / "replay").glob("*.jsonl.gz")):
        name = path.name.removesuffix(".jsonl.gz")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                at = datetime.fromisoformat(row["published"])
                at = at if at.tzinfo else at.replace(tzinfo=UTC)
                if first <= at < END:
                    doctype = row.get("doctype") or DOCTYPES[name]
                    region = row.get("region") or ""
                    source = Source(
                        name=re.sub(r"[^\w.-]+", "-", row["source"]),
                        kind="feed",
                        reader=None,
                        doctype=doctype,
                        tier=TIERS[doctype],
                        region=region,
                    )
                    text = "" if name == "hacker_news" else row["text"] or ""
                    found[row["id"]] = (
                        at,
                        source,
                        Draft(uid=row["id"], title=row["title"] or "", html=text, url=row["url"] or "", published=at),
                    )
    return sorted(found.values(), key=lambda one: (one[0], one[2].uid))


def configured(folder: Path, sources: dict[str, Source]) -> config.Config:
    """A sources.yaml of these sources, loaded."""
    listed = [
        {"name": s.name, "kind": "feed", "url": f"https://example.org/{n}", "doctype": s.doctype, "tier": s.tier}
        | ({"region": s.region} if s.region else {})
        for n, s in enumerate(sources.values())
    ]
    path = folder / "sources.yaml"
    path.write_text(
        json.dumps({"store": f"sqlite:///{folder}/trendwatch.db", "sources": listed}), encoding="utf-8"
    )  # JSON is YAML
    return config.load(path, {})


def store_all(store: Store, published: list[tuple[datetime, Source, Draft]], clock: Clock, step: str) -> int:
    """Normalise and store, as visits of one source each; returns how many items."""
    with clock.step(f"{step}normalise"):
        by_source: dict[str, list[Item]] = {}
        for at, source, draft in published:
            item = normalise(draft, source, base_url="", seen_at=at)
            if isinstance(item, Item):
                by_source.setdefault(source.name, []).append(item)
    with clock.step(f"{step}store"):
        for name, items in by_source.items():
            for n in range(0, len(items), PER_VISIT):
                chunk = items[n : n + PER_VISIT]
                store.add_visit(Visit(source=name, started_at=chunk[-1].first_seen_at, outcome="ok", new=len(chunk)), chunk)
    return sum(map(len, by_source.values()))


def measure(shared: Path, days: int = 0) -> list[Measure]:
    """Load the year, then its last week; steps to standard error, figures returned."""
    clock = Clock()
    first = END - timedelta(days=days) if days else BEGIN
    published = drafts(shared, first)
    monday = END - timedelta(days=7)
    year, week = [p for p in published if p[0] < monday], [p for p in published if p[0] >= monday]
    with tempfile.TemporaryDirectory() as folder:
        setting = configured(Path(folder), {source.name: source for _, source, _ in published})
        with connect(setting.store) as store:
            stored = store_all(store, year, clock, "")
            embedder = pipeline.embedder_of(setting)
            model = Inside((embedder._session, "run", "model"))  # noqa: SLF001 - what is timed is inside it
            with clock.step("language"):
                mark_languages(store)
            with clock.step("embed"):
                embedded = pipeline.embed_lacking(store, embedder)
            inside = Inside(
                (tagging, "tag", "judge.tags"), (relevance.Judge, "judge", "judge.relevance"), (deadlines, "find", "judge.deadlines"),
                (duplicates, "find", "group.duplicates"), (stories, "group", "group.stories"),
            )  # fmt: skip
            with clock.step("judge"):
                _enriching.judge_lacking(setting, store, embedder)
            with clock.step("group"):
                groups = _grouping.grouped(setting, _enriching.survey(setting, store, embedder, now=monday))
                members = [i for s in groups.stories for i in s.item_ids]
                store.put_groups(list(groups.duplicates.values()), groups.stories, items=members)
            parts = dict(inside.seconds)
            total = sum(clock.seconds.values())
            in_model = model.seconds["model"]
            arrived = store_all(store, week, clock, "week.")
            with clock.step("week.enrich"):
                seen = pipeline.enrich(setting, store, now=END).survey
            with clock.step("week.compose"):
                spec = setting.digests[0]
                rendered = render(pipeline.compose(setting, store, spec, week=periods.due_week(spec, END), now=END, seen=seen))
            size = store.counts()["bytes"]
    a_week = sum(seconds for name, seconds in clock.seconds.items() if name.startswith("week."))
    print(
        f"{stored} items, {embedded} texts embedded, {arrived} items in the last week, {len(groups.stories)} stories, digest {len(rendered['html'].body)} bytes",
        file=sys.stderr,
    )
    return [
        Measure("year.items", stored, "items", "about 32,000 papers and 17,000 others asked"),
        *(Measure(f"year.{name}_s", seconds, "s") for name, seconds in clock.seconds.items() if not name.startswith("week.")),
        *(Measure(f"year.{name}_s", seconds, "s", "a part of the step before the dot") for name, seconds in parts.items()),
        Measure("year.total_s", total, "s", "one evening on a laptop"),
        Measure("year.model_share", in_model / total, "share", "0.80 asked"),
        Measure("year.week_s", a_week, "s", "60 asked"),
        Measure("year.peak_mb", max(clock.peak.values()), "MB"),
        Measure("year.bytes_per_item", size / (stored + arrived), "bytes"),
    ]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--shared", type=Path, default=SHARED)
    options.add_argument("--days", type=int, default=0, help="only the newest days")
    given = options.parse_args()
    for m in measure(given.shared, given.days):
        print(line(m))

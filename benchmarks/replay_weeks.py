"""Eight weekly digests from real papers, posts, press and rules, through the whole path.

Starts the replay server, writes a sources.yaml from its catalogue, crawls a first time on 2026-01-05 and then every Monday up to
2026-03-02. Prints a row a week, the share of 304s of a second crawl at the same clock, and whether week 5 composed again from the
finished archive, all derived rows dropped and made anew, is the same to the byte.

    python benchmarks/replay_weeks.py [--shared FOLDER] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from harness import SHARED, Measure, line

from trendwatch import config, periods, pipeline
from trendwatch.report.render import render
from trendwatch.storage import Store, connect

FIRST = datetime(2026, 1, 5, tzinfo=UTC)
WEEKS = 8

ARXIV = {
    "arxiv-jailbreaks": '(cat:cs.CR OR cat:cs.CL OR cat:cs.AI OR cat:cs.LG) AND (abs:jailbreak OR abs:jailbreaking OR abs:"prompt injection" OR abs:"red teaming")',
    "arxiv-agents": '(abs:agent OR abs:agents OR abs:agentic) AND (abs:guardrail OR abs:guardrails OR abs:"agent safety" OR abs:"tool poisoning" OR abs:"Model Context Protocol")',
    "arxiv-moderation": '(abs:"content moderation" OR abs:"hate speech" OR abs:toxicity OR abs:"harmful content") AND (abs:"language model" OR abs:"language models" OR abs:LLM OR abs:generative)',
    "arxiv-synthetic-media": 'abs:deepfake OR abs:deepfakes OR abs:"AI-generated images" OR abs:"synthetic media" OR abs:"voice cloning" OR abs:watermarking',
    "arxiv-alignment": 'abs:"safety alignment" OR abs:"AI safety" OR abs:misalignment OR abs:"deceptive alignment" OR abs:"harmful requests"',
    "arxiv-image-safety": '(abs:"text-to-image" OR abs:"text-to-video" OR abs:diffusion) AND (abs:unsafe OR abs:NSFW OR abs:"concept erasure" OR abs:safety)',
}
WORDS = ["AI", "LLM", "ChatGPT", "OpenAI", "Anthropic", "deepfake", "prompt injection", "jailbreak"]
TIERS = {"regulation": 1, "paper": 2, "incident": 2, "news": 3, "post": 3}


@contextmanager
def replay(shared: Path, start: datetime) -> Iterator[str]:
    """The replay server as a child process; yields its address."""
    command = [sys.executable, str(shared / "tools" / "replay.py"), "--port", "0", "--now", start.isoformat()]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        yield child.stdout.readline().split()[0]
    finally:
        child.terminate()
        child.wait()


def set_clock(address: str, now: datetime) -> None:
    """Move the server to a moment."""
    moment = now.isoformat().replace("+00:00", "Z")
    urllib.request.urlopen(urllib.request.Request(f"{address}/clock?now={moment}", method="POST")).close()


def write_sources(address: str, folder: Path) -> Path:
    """A sources.yaml of the whole catalogue."""
    with urllib.request.urlopen(f"{address}/catalog.json") as answer:
        catalog = json.load(answer)
    sources: list[dict[str, object]] = []
    for row in catalog:
        common = {"doctype": row["doctype"], "tier": TIERS[row["doctype"]], "every": "1d"}
        if row["region"]:
            common["region"] = row["region"]
        match row["kind"]:
            case "arxiv":
                sources += [
                    common | {"name": name, "kind": "arxiv", "url": row["url"], "query": query} for name, query in ARXIV.items()
                ]
            case "federal_register":
                sources.append(
                    common
                    | {
                        "name": row["name"],
                        "kind": "federal_register",
                        "url": row["url"],
                        "search": ["artificial intelligence", "exchange"],
                    }
                )
            case "hacker_news":
                sources.append(
                    common | {"name": row["name"], "kind": "hacker_news", "url": row["url"], "queries": WORDS, "tier": 4}
                )
            case _:
                sources.append(common | {"name": row["name"], "kind": "feed", "url": row["url"]})
    setting = {
        "store": f"sqlite:///{folder / 'trendwatch.db'}",
        "network": {"contact": "bench@example.org", "allow": [address.removeprefix("http://")], "host_gap": "0s", "at_once": 8},
        "digest": {"name": "weekly", "day": "monday", "hour": 0, "timezone": "UTC"},
        "deliver": {"folder": {"path": str(folder / "digests")}},
        "sources": sources,
    }
    path = folder / "sources.yaml"
    path.write_text(json.dumps(setting, indent=1), encoding="utf-8")  # JSON is YAML
    return path


def cycle(setting: config.Config, store: Store, now: datetime, *, compose: bool) -> dict[str, float]:
    """One Monday: crawl, enrich, compose, deliver. A figure a key; `s_` are seconds."""
    row: dict[str, float] = {}
    started = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal started
        row[f"s_{name}"] = time.perf_counter() - started
        started = time.perf_counter()

    visits = pipeline.collect(setting, store, now=now)
    lap("crawl")
    enriched = pipeline.enrich(setting, store, now=now)
    lap("enrich")
    row |= {
        "fetched": sum(v.found for v in visits),
        "new": sum(v.new for v in visits),
        "failed": sum(not v.succeeded for v in visits),
        "duplicates": enriched.duplicates,
        "stories": enriched.stories,
        "embedded": enriched.embedded,
    }
    if compose:
        spec = setting.digests[0]
        digest = pipeline.compose(setting, store, spec, week=periods.due_week(spec, now), now=now)
        lap("compose")
        pipeline.deliver(setting, store, digest, now=now)
        lap("deliver")
        fresh = {i.id for i in store.items(seen_since=now - timedelta(days=7), seen_until=now)}
        judged = store.judgements(fresh)
        row |= {
            "relevant": sum(j.relevance.verdict == "relevant" for j in judged.values()),
            "in_digest": sum(map(len, digest.sections.values())),
            "bytes": len(render(digest)["html"].body),
        }
    row["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return row


def unchanged_share(setting: config.Config, store: Store, now: datetime) -> float:
    """Share of the feeds that answer a second crawl at the same clock with 304 or the same bytes."""
    conditional = [s for s in setting.sources if s.kind == "feed"]
    visits = pipeline.collect(setting, store, now=now, sources=conditional)
    return sum(v.not_modified == v.requests for v in visits if v.requests) / max(1, len(visits))


def rebuilt_same(setting: config.Config, store: Store, week_number: int) -> bool:
    """Drop all that is derived, make it again, compose an old week again: is it the same to the byte."""
    spec = setting.digests[0]
    issue = store.digests(spec.name)[week_number - 1]
    old = pipeline.issue(store, issue)
    before = {key: r.body for key, r in render(old).items()}
    for what in ("groups", "judgements"):
        store.forget(what)
    pipeline.enrich(setting, store, now=FIRST + timedelta(weeks=WEEKS))
    again = pipeline.compose(setting, store, spec, week=old.week, now=old.composed_at)
    return before == {key: r.body for key, r in render(again).items()}


def measure(shared: Path, out: Path | None = None) -> list[Measure]:
    """Run the weeks; rows to standard error, figures returned."""
    folder = out or Path(tempfile.mkdtemp(prefix="trendwatch-replay-"))
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    with replay(shared, FIRST) as address:
        setting = config.load(write_sources(address, folder), {})
        with connect(setting.store) as store:
            for number in range(WEEKS + 1):
                now = FIRST + timedelta(weeks=number)
                set_clock(address, now)
                rows.append(cycle(setting, store, now, compose=number > 0))
                shown = " ".join(f"{k}={v:.1f}" if k.startswith("s_") else f"{k}={v:.0f}" for k, v in rows[-1].items())
                print(f"{now:%F} {shown}", file=sys.stderr, flush=True)
            same = unchanged_share(setting, store, FIRST + timedelta(weeks=WEEKS))
            identical = rebuilt_same(setting, store, 5)
            nothing = pipeline.collect(setting, store, now=FIRST + timedelta(weeks=WEEKS))
    if out is None:
        shutil.rmtree(folder)
    return [
        Measure("replay.unchanged_share", same, "share", "95 % asked"),
        Measure("replay.second_crawl_new", sum(v.new for v in nothing), "items", "0 asked"),
        Measure("replay.rebuild_identical", float(identical), "bool", "1 asked"),
        Measure("replay.digest_max_bytes", max(r.get("bytes", 0) for r in rows), "bytes", "102400, where mail readers clip"),
        Measure(
            "replay.week_seconds", max(sum(v for k, v in r.items() if k.startswith("s_")) for r in rows[1:]), "s", "60 asked"
        ),
    ]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--shared", type=Path, default=SHARED)
    options.add_argument("--out", type=Path, help="keep the archive and the digests here")
    given = options.parse_args()
    for m in measure(given.shared, given.out):
        print(line(m))

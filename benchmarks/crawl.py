"""Crawl 1,000 feeds of 50 entries on loopback, first and unchanged, beside the library `reader` on the same server in one run.

Both store what they find in SQLite on the same disk. Each side runs in a process of its own, so that peak memory is its own; the
two take turns. `reader` (pip install reader sgmllib3k) gets its best worker count of those tried. trendwatch keeps to one request at a
time per host all the while; only the gap between two is set to 0.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness import Measure, main
from hostile import ask, box

FEEDS = 1000
ENTRIES = 50
WORKERS = (1, 4, 10)


BARE = "&etag=0&lm=0"
"""Asks the server for feeds without validators: each visit gets the whole feed again, as from many real servers."""
BARE_FEEDS = 300
WHAT = {
    "asking": "HTTP, pace, guard, pipes: the fetching process without its storing thread",
    "reading": "feedparser or the short way, normalising: the children",
    "storing": "SQLite with its two full-text indexes: the storing thread",
}


def urls(base: str, feeds: int, more: str = "") -> list[str]:
    return [f"{base}/ok/{n}.xml?entries={ENTRIES}&words=60{more}" for n in range(feeds)]


def ours(base: str, feeds: int, folder: Path, more: str) -> dict[str, Any]:
    """Two crawls by trendwatch into a fresh store: seconds of each, outcomes, items."""
    from trendwatch import config, pipeline, plugins  # noqa: PLC0415 - each side loads its own
    from trendwatch.collect.sources import SourceKind  # noqa: PLC0415
    from trendwatch.model import Network, Source  # noqa: PLC0415
    from trendwatch.storage import connect  # noqa: PLC0415

    kind = plugins.load("trendwatch.collect.sources", "feed", SourceKind)
    sources = tuple(Source(name=str(n), kind="feed", reader=kind(url=u)) for n, u in enumerate(urls(base, feeds, more)))  # type: ignore[call-arg]
    network = Network(allow=(base.removeprefix("http://"),), host_gap_s=0.0)
    setting = replace(config.parse(b"sources: []", folder / "sources.yaml", {}), sources=sources, network=network)
    told: dict[str, Any] = {"seconds": [], "outcomes": [], "where": []}
    storing = timed_storing()
    held: dict[int, float] = {}
    heard = itertools.count()

    def hear(_: object) -> None:
        if next(heard) % 100 == 0:  # now and then, so that looking costs nothing
            held.update(children())

    with connect(f"sqlite:///{folder}/trendwatch.db") as store:
        for hour in (6, 12):
            began, worked, read = time.perf_counter(), time.process_time(), in_children()
            storing.clear()
            visits = pipeline.collect(setting, store, now=datetime(2026, 3, 2, hour, tzinfo=UTC), tell=hear)
            told["seconds"].append(time.perf_counter() - began)
            stored = sum(storing)
            worked = time.process_time() - worked
            told["where"].append({"reading": in_children() - read, "storing": stored, "asking": worked - stored})
            told["outcomes"].append(dict(Counter(v.outcome for v in visits)))
        told["items"] = store.counts()["items"]
    told["child_memory"] = sum(held.values())
    return told


def timed_storing() -> list[float]:
    """Seconds of the processor that each writing of visits took in its thread, as they come."""
    from trendwatch.pipeline import _collecting  # noqa: PLC0415 - trendwatch's side loads it

    taken: list[float] = []
    write = _collecting._Kept._write  # noqa: SLF001 - there is no other place where the two parts meet

    def timed(*given: Any, **named: Any) -> Any:
        began = time.thread_time()
        try:
            return write(*given, **named)
        finally:
            taken.append(time.thread_time() - began)

    _collecting._Kept._write = timed  # type: ignore[method-assign]  # noqa: SLF001 - as above
    return taken


def in_children() -> float:
    """Seconds of the processor that children which have ended took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def theirs(base: str, feeds: int, folder: Path, more: str, workers: int) -> dict[str, Any]:
    """The same by `reader`."""
    from reader import make_reader  # type: ignore[import-not-found]  # noqa: PLC0415 - each side loads its own; benchmarks only

    reader = make_reader(str(folder / "reader.db"))
    for url in urls(base, feeds, more):
        reader.add_feed(url)
    seconds = []
    for _ in range(2):
        began = time.perf_counter()
        reader.update_feeds(workers=workers, scheduled=False)
        seconds.append(time.perf_counter() - began)
    return {"seconds": seconds, "items": reader.get_entry_counts().total}


def one(side: str, base: str, feeds: int, more: str) -> None:
    """What a child of this benchmark does: one side, told as JSON."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if side == "trendwatch":
            told = ours(base, feeds, folder, more)
        else:
            told = theirs(base, feeds, folder, more, int(side.rpartition(":")[2]))
    told["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(told))


def children() -> dict[int, float]:
    """MB that each child of this process holds at its most. The system's own figure for children counts what they were forked from."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            if int(lines["PPid"]) == os.getpid() and "VmHWM" in lines:
                found[int(lines["Pid"])] = int(lines["VmHWM"].split()[0]) / 1024
    return found


def apart(side: str, base: str, feeds: int, more: str = "") -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).resolve()), "--one", side, base, str(feeds), more]
    told: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    print(f"  {side}: {told}", file=sys.stderr)
    return told


def measure(shared: Path, feeds: int = FEEDS) -> list[Measure]:
    with box(shared) as up:
        base = f"http://127.0.0.1:{up['ports']['main']}"
        for url in urls(base, feeds)[:3]:
            ask_once(url)
        rivals, asked = [], []
        for workers in WORKERS:
            ask(f"{base}/control/reset", post=True)
            rivals.append(apart(f"reader:{workers}", base, feeds))
            asked.append(given_by(base))
        ask(f"{base}/control/reset", post=True)
        us = apart("trendwatch", base, feeds)
        given = given_by(base)
        floor = bare_loop(base, feeds)
        bare = {side: apart(side, base, BARE_FEEDS, BARE) for side in (f"reader:{_best(rivals)}", "trendwatch")}
    assert us["items"] == rivals[0]["items"] == feeds * ENTRIES, "both sides read everything"
    first, again = (min(r["seconds"][n] for r in rivals) for n in (0, 1))
    memory = min(r["memory"] for r in rivals)
    return [
        Measure("crawl.first.speedup_vs_reader", first / us["seconds"][0], "x", f"goal 2; reader takes {first:.1f} s"),
        Measure("crawl.unchanged.speedup_vs_reader", again / us["seconds"][1], "x", f"goal 5; reader takes {again:.1f} s"),
        _unchanged_bare(*bare.values()),
        Measure("crawl.unchanged.bare_loop.seconds", floor, "s", "http.client in a loop, nothing stored: the floor here"),
        Measure("crawl.first.seconds", us["seconds"][0], "s"),
        Measure("crawl.unchanged.seconds", us["seconds"][1], "s"),
        Measure("crawl.requests", given["requests"], "in both crawls", f"reader {min(a['requests'] for a in asked)}"),
        Measure(
            "crawl.unchanged.not_modified_share",
            given["not_modified"] / feeds,
            "of requests",
            f"reader {max(a['not_modified'] for a in asked) / feeds:.2f}",
        ),
        *(
            Measure(f"crawl.{crawl}.{part}_ms_per_feed", 1000 * us["where"][n][part] / feeds, "ms of processor", WHAT[part])
            for n, crawl in enumerate(("first", "unchanged"))
            for part in WHAT
        ),
        Measure("crawl.memory", us["memory"], "MB in the fetching process", f"goal: less than reader's {memory:.0f} MB"),
        Measure("crawl.memory_children", us["child_memory"], "MB in all children that read, at their most"),
    ]


def given_by(base: str) -> dict[str, Any]:
    """What the server counted of its main listener."""
    stats = ask(f"{base}/stats.json")
    return next(h for name, h in stats["hosts"].items() if name.startswith("main|"))


def _best(rivals: Sequence[dict[str, Any]]) -> int:
    return min(zip(WORKERS, rivals, strict=True), key=lambda pair: float(pair[1]["seconds"][0]))[0]


def _unchanged_bare(reader: dict[str, Any], us: dict[str, Any]) -> Measure:
    told = f"reader takes {reader['seconds'][1]:.1f} s, trendwatch {us['seconds'][1]:.1f} s for {BARE_FEEDS} feeds"
    return Measure("crawl.unchanged.without_validators.speedup_vs_reader", reader["seconds"][1] / us["seconds"][1], "x", told)


def bare_loop(base: str, feeds: int) -> float:
    """Seconds of asking every unchanged feed over one connection, storing nothing: what this server and one request at a time leave."""
    place = base.removeprefix("http://")
    tags = {}
    for url in urls(base, feeds):
        with urllib.request.urlopen(url) as reply:
            tags[url.removeprefix(base)] = reply.headers["ETag"]
    connection = http.client.HTTPConnection(place)
    began = time.perf_counter()
    for path, tag in tags.items():
        connection.request("GET", path, headers={"If-None-Match": tag})
        connection.getresponse().read()
    seconds = time.perf_counter() - began
    connection.close()
    return seconds


def ask_once(url: str) -> None:
    """Let the server make what it makes on first use."""
    with urllib.request.urlopen(url) as reply:
        reply.read()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
    else:
        main(measure)

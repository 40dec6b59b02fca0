"""One crawl of 10,000 feeds of 5 entries on one host: memory, and how fast the host is asked.

The server counts how many requests were ever under way at once and the least time between two. The same with 1,000 feeds, in a
process of its own, shows what ten times as many sources cost in memory.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness import Measure, main
from hostile import ask, box

FEEDS = 10_000
FEW = 1_000
ENTRIES = 5
GAP_S = 0.01


def crawl(base: str, feeds: int) -> dict[str, Any]:
    """A first crawl into a fresh store."""
    from trendwatch import config, pipeline, plugins  # noqa: PLC0415 - in the process that is measured
    from trendwatch.collect.sources import SourceKind  # noqa: PLC0415
    from trendwatch.model import Network, Source  # noqa: PLC0415
    from trendwatch.storage import connect  # noqa: PLC0415

    kind = plugins.load("trendwatch.collect.sources", "feed", SourceKind)
    addresses = [f"{base}/ok/{n}.xml?entries={ENTRIES}&words=20" for n in range(feeds)]
    sources = tuple(Source(name=str(n), kind="feed", reader=kind(url=u)) for n, u in enumerate(addresses))  # type: ignore[call-arg]
    network = Network(allow=(base.removeprefix("http://"),), host_gap_s=GAP_S)
    with tempfile.TemporaryDirectory() as name, connect(f"sqlite:///{name}/trendwatch.db") as store:
        setting = replace(config.parse(b"sources: []", Path(name) / "sources.yaml", {}), sources=sources, network=network)
        began = time.perf_counter()
        visits = pipeline.collect(setting, store, now=datetime(2026, 3, 2, 6, tzinfo=UTC))
        told = {"seconds": time.perf_counter() - began, "items": store.counts()["items"]}
    outcomes = dict(Counter(v.outcome for v in visits))
    return told | {"outcomes": outcomes, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def apart(base: str, feeds: int) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).resolve()), "--one", base, str(feeds)]
    told: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    print(f"  {feeds}: {told}", file=sys.stderr)
    return told


def measure(shared: Path) -> list[Measure]:
    """Memory, seconds, and what the server saw."""
    with box(shared) as up:
        base = f"http://127.0.0.1:{up['ports']['main']}"
        few = apart(base, FEW)
        ask(f"{base}/control/reset", post=True)
        many = apart(base, FEEDS)
        seen = next(h for name, h in ask(f"{base}/stats.json")["hosts"].items() if name.startswith("main|"))
    return [
        Measure("crawl.many.items", many["items"], "items", f"of {FEEDS * ENTRIES}; visits: {many['outcomes']}"),
        Measure("crawl.many.memory", many["memory"], "MB", f"{few['memory']:.0f} MB for {FEW} sources"),
        Measure("crawl.many.seconds", many["seconds"], "s", f"at least {FEEDS * GAP_S:.0f} s by the pace"),
        Measure("crawl.many.at_once", seen["max_in_flight"], "requests to the host"),
        Measure("crawl.many.least_gap", seen["min_gap"], "s", f"the pace is {GAP_S} s"),
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(crawl(sys.argv[2], int(sys.argv[3]))))
    else:
        main(measure)

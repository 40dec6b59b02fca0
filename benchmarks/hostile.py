"""Crawl every catalogued fault of the hostile box, and compare how each ends with what the catalogue says.

Each fault becomes one source, visited twice (cond.* faults only show then); beside all of them, in the same crawl, good
sources must stay well. The outcome words are ours; the table below says which of them each word of the catalogue accepts.
Where the catalogue's own text leaves a choice ("recovered or parse error") the other choice counts as right and stands in ALSO.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from harness import Measure, main
from hostile_words import ACCEPTED, ALSO, SELECTORS, TWICE

from trendwatch import plugins
from trendwatch.collect.crawl import crawl
from trendwatch.collect.reading import MOST_ENTRIES
from trendwatch.collect.sources import SourceKind
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Item, Network, Page, Request, Response, Source, Validators, Visit

HEALTHY = "healthy beside "
GOOD = b"<rss version='2.0'><channel><title>t</title><item><title>One</title><guid>1</guid></item></channel></rss>"
NET: set[str] = set()
"""Addresses outside loopback that this process tried to connect to, and was kept from (see `stay`)."""


@dataclass(frozen=True)
class Api(SourceKind):
    """The catalogue's made-up paged JSON API, with a key that must stay at home."""

    url: str

    def start(self, since: datetime | None) -> Sequence[Request]:  # noqa: ARG002 - asks for everything each time
        """The first page."""
        return (Request(url=self.url, headers={"X-Api-Key": "a-made-up-key"}),)

    def parse(self, response: Response) -> Page:
        """One page, and the next."""
        try:
            told = json.loads(response.body)
            entries = [e for e in told["items"] if isinstance(e, dict)]
        except (ValueError, KeyError, TypeError) as error:
            raise ParseError("not this API") from error
        drafts = tuple(Draft(uid=str(e["id"]), title=f"Entry {e['id']}") for e in entries)
        after = urljoin(response.url, told.get("next") or "") if told.get("next") else ""
        if not after and told.get("total", 0) > len(entries):
            after = f"{self.url}?page={int(response.url.rpartition('=')[2] or 1) + 1 if '=' in response.url else 2}"
        return Page(drafts=drafts, requests=(Request(url=after, headers={"X-Api-Key": "a-made-up-key"}),) if after else ())


@contextlib.contextmanager
def box(shared: Path, *options: str) -> Iterator[dict[str, Any]]:
    """The hostile server, up and described."""
    script = shared / "tools" / "hostile" / "hostile_server.py"
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "box.json"
        command = [sys.executable, str(script), "--ready-file", str(ready), *options]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not ready.exists():
                assert server.poll() is None, "the hostile server ended"
                time.sleep(0.05)
            time.sleep(0.1)
            yield json.loads(ready.read_text())
        finally:
            server.terminate()
            server.wait()


def ask(url: str, *, post: bool = False) -> Any:
    with urllib.request.urlopen(urllib.request.Request(url, method="POST" if post else "GET")) as reply:
        return json.loads(reply.read() or b"null")


def source(fault: Mapping[str, Any]) -> Source:
    if fault["id"].startswith("api.") or fault["id"] == "ok.api":
        return Source(name=fault["id"], kind="api", reader=Api(fault["url"]))
    name, more = "feed", {}
    if fault["id"].startswith("content.opml"):
        name = "opml"
    elif fault["group"] == "page" or fault["id"] == "ok.page":
        name, more = "webpage", {"item": SELECTORS.get(fault["id"], "article")}
    kind: Any = plugins.load("trendwatch.collect.sources", name, SourceKind)
    return Source(name=fault["id"], kind=name, reader=kind(url=fault["url"], **more))


def stay(event: str, given: tuple[Any, ...]) -> None:
    """An audit hook: a client that would leave this machine is stopped, and counted. The box lures to metadata services."""
    if event == "socket.connect" and isinstance(given[1], tuple):
        host = str(given[1][0])
        if not host.startswith("127.") and host not in ("::1", "localhost"):
            NET.add(host)
            raise PermissionError(f"the benchmark does not leave this machine: {host}")


class Log:
    """What the crawls brought, and the validators as the store would keep them."""

    def __init__(self) -> None:
        self.visits: dict[str, Visit] = {}
        self.items: dict[str, dict[str, Item]] = {}
        self.validators: dict[str, Validators] = {}

    def keep(self, visit: Visit, items: Sequence[Item], validators: Sequence[Validators], _: object) -> None:
        """Take a visit."""
        self.visits[visit.source] = visit
        self.items.setdefault(visit.source, {}).update({i.id: i for i in items})
        self.validators.update({v.url: v for v in validators})


def alone(fault: Mapping[str, Any]) -> bool:
    """A host that asks for patience is asked no more in that crawl, and one that hangs is slow: they get a crawl of their own."""
    return bool(fault["slow"]) or fault["id"].startswith(("status.429", "status.503", "api.rate"))


@contextlib.contextmanager
def healthy() -> Iterator[str]:
    """A server of its own with a good feed at every path, and its host:port."""

    class Good(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(GOOD)))
            self.end_headers()
            self.wfile.write(GOOD)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Good)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def beside(fault: Mapping[str, Any], place: str) -> Source:
    """The healthy source that is polled in the same crawl as a fault."""
    kind: Any = plugins.load("trendwatch.collect.sources", "feed", SourceKind)
    return Source(name=f"{HEALTHY}{fault['id']}", kind="feed", reader=kind(url=f"http://{place}/{fault['id']}"))


async def run(faults: Sequence[Mapping[str, Any]], log: Log, network: Network, ca_file: str, place: str) -> None:
    """Crawl: robots.* with robots.txt, the difficult ones each by itself, all others together, everything at once."""
    polite = [f for f in faults if f["group"] == "robots"]
    rest = [f for f in faults if f["group"] != "robots" and not alone(f)]
    apart = [[f] for f in faults if f["group"] != "robots" and alone(f)]

    async def one(some: Sequence[Mapping[str, Any]], *, robots: bool) -> None:
        await crawl(
            [s for f in some for s in (source(f), beside(f, place))],
            network=replace(network, robots_for_feeds=robots),
            since={},
            validators=dict(log.validators),
            now=datetime(2026, 3, 2, 6, tzinfo=UTC),
            on_visit=log.keep,
            ca_file=ca_file,
        )

    await asyncio.gather(one(polite, robots=True), one(rest, robots=False), *(one(f, robots=False) for f in apart))


def measure(shared: Path) -> list[Measure]:
    sys.addaudithook(stay)
    with healthy() as place, box(shared, "--offbox", "--max-seconds", "60", "--max-bytes", str(1 << 30)) as up:
        base = up.get("url") or f"http://127.0.0.1:{up['ports']['main']}"
        catalog = ask(f"{base}/catalog.json")
        faults = [f for f in catalog["faults"] if f["enabled"]]
        places = {
            "/".join(f["url"].split("/")[2:3]) for f in faults if f["url"].startswith(("http://127.0.0.1", "https://127.0.0.1"))
        }
        network = Network(
            allow=(place, *sorted(places)), host_gap_s=0.001, total_timeout_s=30, connect_timeout_s=4, robots_for_feeds=True
        )
        ask(f"{base}/control/reset", post=True)
        log, before = Log(), time.perf_counter()
        asyncio.run(run(faults, log, network, str(up.get("ca_file", "")), place))
        took = time.perf_counter() - before
        second = Log()
        second.validators = log.validators
        second.visits = {k: v for k, v in log.visits.items() if not k.startswith(TWICE)}
        asyncio.run(run([f for f in faults if f["id"].startswith(TWICE)], second, network, str(up.get("ca_file", "")), place))
        stats = ask(f"{base}/stats.json")
    wrong = [
        w for f in faults if (w := judge(f, second if f["outcome"] == "unchanged" or f["id"] == "api.rate-limited" else log))
    ]
    harmed = [n for n, v in log.visits.items() if n.startswith(HEALTHY) and (v.outcome != "ok" or len(log.items[n]) != 1)]
    for name, (outcome, reason) in ALSO.items():
        print(f"  {name}: {outcome} counts as right, too: {reason}", file=sys.stderr)
    marker = str(
        catalog["server"].get("secret_marker", "") if isinstance(catalog["server"], dict) else up.get("secret_marker", "")
    )
    stolen = [n for n, items in log.items.items() if marker and any(marker in repr(i) for i in items.values())]
    slowest = max(log.visits.values(), key=lambda v: v.seconds_s)
    for text in [
        *wrong,
        *(f"{n}: {log.visits[n].outcome} {log.visits[n].error}" for n in harmed),
        *(f"secret file read: {n}" for n in stolen),
    ]:
        print(f"  {text}", file=sys.stderr)
    reference = "feedparser 70, requests 48, httpx 50, httpx2 43 of 397"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"  longest visit: {slowest.source}, {slowest.seconds_s:.1f} s with its waits; leaks: {stats.get('leaks')}",
        file=sys.stderr,
    )
    return [
        Measure("crawl.hostile.wrong", len(wrong) + len(stolen), f"of {len(faults)}", reference),
        Measure(
            "crawl.hostile.also_right",
            sum(log.visits[n].outcome == ALSO[n][0] for n in ALSO if n in log.visits),
            f"of these ended in an outcome that stands beside the catalogue's, each with its reason in hostile_words.py ({len(ALSO)})",
        ),
        Measure("crawl.hostile.canary_hits", len(stats["canary_hits"]), "requests"),
        Measure("crawl.hostile.leaks", len(stats.get("leaks", [])), "requests"),
        Measure("crawl.hostile.healthy_harmed", len(harmed), f"visits of a healthy source beside each of {len(faults)}"),
        Measure("crawl.hostile.left_the_machine", len(NET), "addresses"),
        Measure("crawl.hostile.longest", slowest.seconds_s, "s for one visit, its waits for its host's turn included"),
        Measure("crawl.hostile.seconds", took, "s for all"),
        Measure("crawl.hostile.peak_memory", peak, "MB in the fetching process"),
        Measure("crawl.hostile.peak_memory_child", children, "MB in the largest child"),
    ]


def judge(fault: Mapping[str, Any], log: Log) -> str:
    """A line on what differs from the catalogue, "" when nothing does."""
    visit = log.visits.get(fault["id"])
    if visit is None:
        return f"{fault['id']}: no visit"
    accepted = ACCEPTED[fault["outcome"]] | ({ALSO[fault["id"]][0]} if fault["id"] in ALSO else set())
    if visit.outcome not in accepted:
        return f"{fault['id']}: {visit.outcome}, not {fault['outcome']}: {visit.error} [{fault['expect']}]"
    wanted, got = fault.get("entries"), len(log.items.get(fault["id"], ()))
    if wanted is not None and got != min(wanted, MOST_ENTRIES):
        return f"{fault['id']}: {got} entries, not {wanted}: {[s.reason for s in visit.skipped][:3]}"
    return ""


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main(measure)

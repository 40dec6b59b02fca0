"""`trendwatch serve` killed (SIGKILL) at random moments while it crawls, enriches, composes and delivers.

The bundled sample is served from loopback, and its clock moves half a day from life to life; seven digests, one for each day of
the week, are composed and mailed to three readers each through a real SMTP server, which takes its time. The lives are forked
from a process that has loaded everything once, so that a life costs a second and kills fall on work, not on imports. After
every kill: is the file whole, is all there that the process had said was done, is every issue as it was? At the end: is every
item there that a crawl without kills finds, and has any reader an issue twice? Copies whose fate nobody can know are counted,
too: they are reported, never sent again unasked.

`--kills N` and `--seed N` choose how often and which moments.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import SMTP
from harness import Measure, line

from trendwatch import config, pipeline
from trendwatch.demo import setting
from trendwatch.demo.server import Server
from trendwatch.storage import connect

KILLS = 200
STEP = timedelta(hours=12)
LAST = setting.CYCLES[-1]
STAGES = ("crawl", "enrich", "compose", "deliver")
LENGTH_S = {"crawl": 0.8, "enrich": 0.8, "compose": 0.5, "deliver": 0.8}
"""About how long a stage takes, to begin with: what is really taken is learned, so that on any machine a kill falls within it."""
READERS = ("ann@example.org", "bob@example.org", "cho@example.org")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

LIVES = """
import json, os, sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from trendwatch import config, pipeline
from trendwatch.__main__ import main
from trendwatch.serving import process
from trendwatch.storage import connect

path, now = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
with connect("sqlite://") as store:
    pipeline.run(replace(config.load(path, {}), deliver={}), store, now=now)
print("ready", flush=True)
for asked in sys.stdin:
    log, *words = json.loads(asked)
    child = os.fork()
    if not child:
        for number, name, how in ((0, os.devnull, os.O_RDONLY), (1, os.devnull, os.O_WRONLY), (2, log, os.O_WRONLY | os.O_APPEND)):
            os.dup2(os.open(name, how), number)
        sys.argv = ["trendwatch", *words]
        status = 1
        try:
            main()
        except SystemExit as ended:
            status = ended.code or 0
        finally:
            os._exit(status)  # not as a process ends otherwise: the parent's libraries wait for threads that no fork has
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@dataclass(slots=True)
class Post:
    """A mail server that takes its time before and after it has a mail; counts copies by reader and Message-ID."""

    port: int = 0
    copies: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd names its hooks so
        """Keep a mail."""
        await asyncio.sleep(0.02)
        mail = message_from_bytes(envelope.content)
        self.copies.update((reader, str(mail["Message-ID"])) for reader in envelope.rcpt_tos)
        await asyncio.sleep(0.02)
        return "250 OK"

    @contextmanager
    def open(self) -> Iterator[Self]:
        """Listen on loopback while the block runs."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()

        async def listen() -> asyncio.Server:
            return await loop.create_server(lambda: SMTP(self, loop=loop), "127.0.0.1", 0)

        async def end() -> None:
            server.close()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.sleep(0.05)  # the transports close their sockets in the loop's next rounds

        server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(end(), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()


class Sample(Server):
    """The sample's server, to which a killed caller is no event."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


@dataclass(slots=True)
class Said:
    """What the lives said was done, from their log; and what was last seen in the store."""

    visits: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    sent: set[tuple[str, str, str]] = field(default_factory=set)
    issues: set[str] = field(default_factory=set)
    read: int = 0
    stage: str = ""
    ended: bool = False
    broken: list[str] = field(default_factory=list)
    items: set[str] = field(default_factory=set)
    digests: dict[str, Any] = field(default_factory=dict)

    def listen(self, log: Path, now: datetime) -> None:
        """Take up the lines written since."""
        with log.open("rb") as file:
            file.seek(self.read)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self.read += len(whole)
        for row in whole.splitlines():
            self._take(json.loads(row) if row.startswith(b"{") else {"event": "error", "error": row.decode()}, now)

    def _take(self, event: dict[str, Any], now: datetime) -> None:
        match event["event"]:
            case "stage":
                self.stage = event["stage"]
            case "visit":
                self.visits[event["source"], now.isoformat(), event["new"]] += 1
            case "digest":
                self.issues.add(event["issue"])
            case "delivery" if event["state"] == "sent" and event["deliverer"] == "smtp":
                self.sent.add((event["issue"], event["recipient"], event["detail"]))
            case "run":
                self.stage, self.ended = "", True
            case "error":
                self.broken.append(str(event["error"]))


@dataclass(slots=True)
class Told:
    """The outcome of all kills."""

    kills: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    twice: int = 0
    mails: int = 0
    unknown: int = 0
    never: list[str] = field(default_factory=list)
    length_s: dict[str, float] = field(default_factory=lambda: dict(LENGTH_S))

    def count(self, aimed: str, hit: str) -> None:
        """A kill: was it too late for the stage it was meant for, the next one waits less."""
        self.kills[hit] += bool(hit)
        self.length_s[aimed] *= 1.1 if hit == aimed else 0.5


class World:
    """One archive that lives through kills."""

    def __init__(
        self, folder: Path, server: Server, post: Post, rng: random.Random, told: Told, *, sources: Sequence[str] = ()
    ) -> None:
        self.folder, self.server, self.post, self.rng, self.told = folder, server, post, rng, told
        self.path = _write(folder, server.address, post.port, sources)
        self.config = config.load(self.path, {})
        self.log, self.said = folder / "log", Said()
        self.log.touch()
        environ = os.environ | {"OMP_NUM_THREADS": "1"}
        words = [sys.executable, "-c", LIVES, str(self.path), setting.FIRST.isoformat()]
        self.lives = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ)
        assert self._heard() == "ready"

    def _heard(self) -> str:
        assert self.lives.stdout
        return self.lives.stdout.readline().strip()

    def close(self) -> None:
        """End the process that lives are forked from."""
        self.lives.communicate()

    def live(self, now: datetime, stage: str) -> None:
        """One life: killed in `stage` if it comes to that, else when it has nothing left to do; "" lets it finish."""
        self.server.now = now
        self.said.stage, self.said.ended = "", False
        assert self.lives.stdin
        words = ["-c", str(self.path), "--now", now.isoformat(), "serve", "--look", "0.3", "--port", "0"]
        self.lives.stdin.write(json.dumps([str(self.log), *words]) + "\n")
        self.lives.stdin.flush()
        child = int(self._heard())
        self._wait(stage, now)
        os.kill(child, signal.SIGKILL if stage else signal.SIGTERM)
        status = int(self._heard())
        self.said.listen(self.log, now)
        if stage:
            self.told.count(stage, self.said.stage)
        if not stage and status:
            self.told.broken.append(f"SIGTERM ended with status {status}")
        self.check()

    def _wait(self, stage: str, now: datetime) -> None:
        deadline = time.monotonic() + 90
        while not self.said.ended and not (stage and self.said.stage == stage):
            if time.monotonic() > deadline:
                self.told.broken.append(f"no end of {self.said.stage or 'the start'} after 90 s")
                return
            time.sleep(0.01)
            self.said.listen(self.log, now)
        if stage and self.said.stage == stage:
            time.sleep(self.rng.uniform(0, self.told.length_s[stage]))

    def check(self) -> None:
        """What the file holds against what was said."""
        said = self.said
        self.told.broken += said.broken
        said.broken = []
        with connect(self.config.store) as store:
            self.told.damaged += [str(r) for r in _integrity(store) if r != ("ok",)]
            visits = Counter((v.source, v.started_at.isoformat(), v.new) for v in store.visits())
            items = {i.id for i in store.items()}
            digests = {issue: store.digest(issue) for issue in store.digests()}
            sent = {(d.issue, d.recipient, d.detail) for d in store.deliveries() if d.state == "sent"}
            self.told.lost += [f"{v} of what visits brought" for v in [sum(v[2] for v in visits.elements()) - len(items)] if v]
        self.told.lost += [f"visit {v}" for v in said.visits - visits]
        self.told.lost += [f"item {i}" for i in said.items - items]
        self.told.lost += [f"issue {i}" for i in (said.issues | set(said.digests)) - set(digests)]
        self.told.lost += [f"issue {i} as it was" for i in said.digests if digests.get(i) != said.digests[i]]
        self.told.lost += [f"delivery {s}" for s in said.sent - sent]
        said.items, said.digests = items, digests

    def end(self, now: datetime) -> None:
        """Let the last work be finished; then compare with a crawl that nobody killed, and with what readers have."""
        self.live(now, "")
        with connect(self.config.store) as store, connect("sqlite://") as other:
            pipeline.collect(self.config, other, now=now)
            # A source that publishes rarely is not asked at each life: what came after its last visit is nobody's loss.
            names = [s.name for s in self.config.sources]
            seen = {v.source: v.started_at for v in store.last_visits(names, until=now, succeeded=True)}
            due = (i for i in other.items() if i.at <= seen.get(i.source, now))
            self.told.lost += [f"item {i.title}" for i in due if i.id not in self.said.items]
            lacking = store.lacking_vectors(pipeline.embedder_of(self.config).model_id)
            self.told.lost += [f"vector of {i.title}" for _, i in lacking]
            self.told.lost += [f"judgement of {i}" for i in self.said.items - set(store.judgements())]
            mails = [d for d in store.deliveries() if d.deliverer == "smtp"]
        self.told.unknown += sum(d.state == "unknown" for d in mails)
        self.told.mails += sum(self.post.copies.values())
        self.told.twice += sum(count - 1 for count in self.post.copies.values())
        had = {(reader, message.strip("<>")) for reader, message in self.post.copies}
        self.told.never += [str(d) for d in mails if d.state == "sent" and (d.recipient, d.detail.strip("<>")) not in had]


def _integrity(store: Any) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = store._file.rows("PRAGMA integrity_check")  # noqa: SLF001 - no command asks this much
    return rows + [("row that points nowhere", *r) for r in store._file.rows("PRAGMA foreign_key_check")]  # noqa: SLF001 - as above


def _write(folder: Path, address: str, port: int, sources: Sequence[str]) -> Path:
    path = setting.write(folder, address)
    own = [
        "digest:",
        *(f"  - {{name: {d}, day: {d}, hour: 6, recipients: [{', '.join(READERS)}]}}" for d in DAYS),
        "deliver:",
        f"  folder: {{path: {folder / 'digests'}}}",
        f"  smtp: {{host: 127.0.0.1, port: {port}, security: none, sender: tw@example.org}}",
        "taxonomies: [house@1]",
    ]
    kept = [row for row in path.read_text().splitlines() if not row.startswith(("digest:", "deliver:"))]
    head, *entries = "\n".join(kept[:2] + own + kept[2:]).split("\n  - name: ")
    chosen = [entry for entry in entries if not sources or entry.splitlines()[0] in (*DAYS, *sources)]
    path.write_text("\n  - name: ".join([head, *chosen]) + "\n")
    return path


def _wanting(told: Told, kills: int) -> bool:
    """Whether more kills are due: so many, and one in each stage; three times as many are enough in any case."""
    count = sum(told.kills.values())
    return count < kills or (count < 3 * kills and not all(told.kills[s] for s in STAGES))


def run(kills: int, seed: int = 0, sources: Sequence[str] = ()) -> Told:
    """Kill so many times, in archives one after another until it is enough; `sources` are some of the sample's, or all."""
    told, rng = Told(), random.Random(seed)
    while _wanting(told, kills):
        with tempfile.TemporaryDirectory() as folder, Sample(setting.FIRST, port=0) as server, Post().open() as post:
            world = World(Path(folder), server, post, rng, told, sources=sources)
            now = setting.FIRST
            while _wanting(told, kills) and now < LAST:
                least = min(told.kills[s] for s in STAGES)
                world.live(now, rng.choice([s for s in STAGES if told.kills[s] <= least + 3]))
                now += STEP
            world.end(now)
            world.close()
    return told


def measure(shared: Path, kills: int = KILLS, seed: int = 0) -> list[Measure]:
    """Kills and what they cost. Needs nothing of `shared`."""
    del shared
    told = run(kills, seed)
    where = ", ".join(f"{told.kills[s]} in {s}" for s in STAGES)
    for what in (*told.lost, *told.damaged, *told.never, *told.broken)[:20]:
        print(f"  {what}", file=sys.stderr)
    return [
        Measure("kills.kills", sum(told.kills.values()), "kills", where),
        Measure("kills.lost", len(told.lost) + len(told.never), "facts"),
        Measure("kills.sent_twice", told.twice, "mails", f"of {told.mails}; {told.unknown} reported as unknown"),
        Measure("kills.damaged", len(told.damaged), "findings", "PRAGMA integrity_check and foreign_key_check after each kill"),
        Measure("kills.errors", len(told.broken), "errors", "lines of event=error, stray output, ends that were not clean"),
    ]


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--shared", type=Path, default=None)
    options.add_argument("--kills", type=int, default=KILLS)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    for found in measure(given.shared, given.kills, given.seed):
        print(line(found))

"""A small world to serve: some of the bundled sample's publishers, a clock that a test moves, and ears for events."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

from trendwatch.demo.server import Server
from trendwatch.serving.board import Board
from trendwatch.serving.rounds import Rounds
from trendwatch.serving.settings import Settings
from trendwatch.storage import connect

MONDAY = datetime(2026, 9, 21, 7, tzinfo=UTC)
SOURCES = ("daily-ledger", "incident-log", "northlight-labs")


class Ticks:
    """A monotonic clock that a test moves."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Ears:
    """Hears events as (name, fields)."""

    def __init__(self, then=None):
        self.heard, self._then = [], then

    def __call__(self, event, **fields):
        self.heard.append((event, fields))
        if self._then:
            self._then(event, fields)

    def of(self, event):
        return [fields for name, fields in self.heard if name == event]

    def forget(self):
        self.heard.clear()


class World:
    """A folder with a sources.yaml, the sample's server, and one serving process's insides."""

    def __init__(self, folder: Path, server: Server, *, more: str = "", address: str = "") -> None:
        self.folder, self.server, self.more = folder, server, more
        self.path = folder / "sources.yaml"
        self.write(address or server.address)
        self.monotonic, self.stop, self.ears = Ticks(), threading.Event(), Ears()
        self.begin()

    def begin(self):
        """As a process does that has just started."""
        self.settings = Settings(self.path, {})
        self.board = Board(self.monotonic)
        self.rounds = Rounds(self.settings, self.board, self.ears, self.stop, self.monotonic)

    def write(self, address, sources=SOURCES, tail=""):
        rows = [
            f"store: sqlite:///{self.folder / 'store.db'}",
            f"network: {{allow: ['{self.server.address.removeprefix('http://')}'], host_gap: 0s}}",
            "taxonomies: [house@1]",
            self.more or f"digest: {{day: monday, hour: 6}}\ndeliver: {{folder: {{path: {self.folder / 'digests'}}}}}",
            "sources:",
            *(f"  - {{name: {n}, kind: feed, url: '{address.replace('HOST', n)}/{n}/feed', doctype: news}}" for n in sources),
            tail,
        ]
        self.path.write_text("\n".join(rows) + "\n", encoding="utf-8")

    def at(self, now):
        """One round at a moment; returns the events of it."""
        self.server.now = now
        self.ears.forget()
        self.monotonic.now += 3600
        self.rounds.once(now)
        return self.ears

    def store(self):
        return connect(self.settings.config.store)

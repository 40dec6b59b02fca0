"""Small source kinds for tests of the crawl. They live in a module so that child processes can import them."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar
from urllib.parse import urljoin

from trendwatch.collect.sources import SourceKind
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Item, Page, Request, Response, Skip, Source


@dataclass(frozen=True)
class Lines(SourceKind):
    """Reads JSON: {"entries": [title …], "next": [url …], "ttl": seconds, "damaged": text, "wrong": text}."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    pace: str = ""
    gap_s: float = 0.0

    def start(self, since: datetime | None) -> Sequence[Request]:
        suffix = f"?since={since:%Y-%m-%d}" if since else ""
        return (self._request(self.url + suffix),)

    def _request(self, url: str) -> Request:
        return Request(url=url, headers=self.headers, pace=self.pace, gap_s=self.gap_s)

    def parse(self, response: Response) -> Page:
        told = json.loads(response.body)
        if told.get("wrong"):
            raise ParseError(told["wrong"])
        return Page(
            drafts=tuple(Draft(uid=title, title=title, about={"from": response.url}) for title in told.get("entries", ())),
            requests=tuple(self._request(urljoin(response.url, after)) for after in told.get("next", ())),
            ttl_s=told.get("ttl", 0),
            damaged=told.get("damaged", ""),
            warning=told.get("warning", ""),
            skip_hours=frozenset(told.get("skip", ())),
        )


@dataclass(frozen=True)
class Bulky(Lines):
    """The same, read in a child."""

    bulky: ClassVar[bool] = True


@dataclass(frozen=True)
class Scraped(Lines):
    """The same, bound by robots.txt."""

    obeys_robots: ClassVar[bool] = True


@dataclass(frozen=True)
class Evil(SourceKind):
    """Does to the process that reads what the body says."""

    url: str
    bulky: ClassVar[bool] = True

    def start(self, since: datetime | None) -> Sequence[Request]:
        return (Request(url=self.url),)

    def parse(self, response: Response) -> Page:
        what = response.body.decode()
        if what == "spin":
            while True:
                pass
        if what == "sleep":
            time.sleep(60)
        if what == "eat":
            eaten = [b"x" * 1_000_000 for _ in range(4_000)]
            raise AssertionError(len(eaten))
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "print":
            print("rubbish between the replies")  # noqa: T201 - what is tested
        if what == "nest":
            json.loads("[" * 100_000)
        if what == "bug":
            raise KeyError("missing")
        return Page(drafts=(Draft(uid=what, title=f"{what} {os.environ.get('TRENDWATCH_SMTP_PASSWORD', 'no secret')}"),))


def plain(draft: Draft, source: Source, *, base_url: str, seen_at: datetime) -> Item | Skip:
    """The least normaliser: a title is an item, "skip …" is none."""
    if draft.title.startswith("skip"):
        return Skip(what=draft.title, reason="says so")
    return Item(
        id=f"{source.name}/{draft.uid}",
        source=source.name,
        doctype="news",
        url=base_url,
        canonical_url=base_url,
        title=draft.title,
        text="",
        raw_title=draft.title,
        raw_html="",
        published_at=None,
        date_note="",
        first_seen_at=seen_at,
        about=draft.about,
    )


@dataclass(frozen=True)
class Remembering(Lines):
    """Counts how often it was asked, and is never sure of what it saw."""

    remembers: ClassVar[bool] = True

    def parse(self, response: Response) -> Page:
        times = int((response.memory or "seen 0 times").split()[1]) + 1
        return replace(super().parse(response), memory=f"seen {times} times", unsettled=True)

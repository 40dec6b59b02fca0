"""The sample's items and the sources that publish them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML


@dataclass(frozen=True, slots=True)
class Channel:
    """A made-up publisher: how it publishes and what sources.yaml says of it."""

    name: str
    form: str  # rss, atom, json, rdf, arxiv, federal_register, hacker_news, gone or torn
    title: str
    doctype: str
    region: str = ""
    tier: int = 3


CHANNELS = (
    Channel("northlight-labs", "rss", "Northlight Labs", "post", "us", 2),
    Channel("quillmark-ai", "atom", "Quillmark AI", "post", "us", 3),
    Channel("harbor-institute", "json", "Harbor Institute", "post", "gb", 2),
    Channel("harbor-mirror", "json", "Harbor Institute (mirror)", "post", "gb", 4),
    Channel("daily-ledger", "rss", "The Daily Ledger", "news", "us", 2),
    Channel("coast-wire", "atom", "Coast Wire", "news", "us", 2),
    Channel("evening-signal", "rss", "Evening Signal", "news", "gb", 3),
    Channel("tech-gazette", "json", "Tech Gazette", "news", "", 3),
    Channel("incident-log", "rss", "Open Incident Log", "incident", "", 2),
    Channel("eu-office", "atom", "Digital Policy Office", "regulation", "eu", 1),
    Channel("uk-desk", "rss", "Online Safety Desk", "regulation", "gb", 1),
    Channel("rules-monitor", "rss", "Digital Rules Monitor", "regulation", "eu", 2),
    Channel("standards-forum", "rdf", "Media Standards Forum", "regulation", "", 2),
    Channel("federal-register", "federal_register", "Register of notices", "regulation", "us", 1),
    Channel("arxiv-jailbreaks", "arxiv", "Preprints: jailbreaks", "paper", "", 2),
    Channel("arxiv-deepfakes", "arxiv", "Preprints: deepfakes", "paper", "", 2),
    Channel("hacker-news", "hacker_news", "Hacker forum", "post", "", 4),
    Channel("closed-lab", "gone", "Closed Lab", "post", "", 3),
    Channel("tangled-feed", "torn", "Tangled Feed", "news", "", 3),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One item of the sample as its publisher has it."""

    channel: str
    at: datetime
    title: str
    text: str
    url: str
    number: str
    extra: dict[str, Any]


def _piece(row: dict[str, Any]) -> Piece:
    slug = re.sub(r"[^a-z0-9]+", "-", row["t"].lower()).strip("-")[:60]
    at = row["d"] if isinstance(row["d"], datetime) else datetime.fromisoformat(row["d"])
    return Piece(
        channel=row["s"],
        at=at.replace(tzinfo=UTC),
        title=row["t"],
        text=row.get("x", ""),
        url=row.get("u", f"https://{row['s']}.example.org/{at:%Y/%m}/{slug}"),
        number=str(row.get("id", "")),
        extra={k: row[k] for k in ("e", "c", "p") if k in row},
    )


@cache
def pieces() -> tuple[Piece, ...]:
    """All items, newest first."""
    rows = YAML(typ="safe", pure=True).load(files(__package__).joinpath("sample.yaml").read_text(encoding="utf-8"))
    return tuple(sorted(map(_piece, rows), key=lambda p: (p.at, p.title), reverse=True))


def published(channel: str, until: datetime) -> list[Piece]:
    """What a channel has published by a moment, newest first."""
    return [p for p in pieces() if p.channel == channel and p.at <= until]

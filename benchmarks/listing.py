"""Selectors proposed without help, on real listing pages: how many of a maintained scraper's items they find.

An item is found when an entry links to the same document (last part of the path and query), or its title holds the item's name
(seven in ten of its words). One entry answers for one item. The pages fall into two halves by a hash of their names: weights
were set while looking at the half "dev" only. `discovery` counts home pages on which a feed is found that the page declares.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any
from urllib.parse import unquote, urlsplit

from harness import Measure, main

from trendwatch.collect import discover, listing
from trendwatch.collect.plain import plain_text
from trendwatch.model import Draft

ENOUGH = 0.7
URL = "https://listing.example.org/news/"
"""The pages' own addresses are not recorded: links are compared without their host."""


@dataclass(frozen=True, slots=True)
class Result:
    """One page: the half it belongs to, and how the best proposal did."""

    name: str
    half: str
    recall: float
    precision: float
    linked: float  # share of the items whose document the entry links to


def half_of(name: str) -> str:
    return "dev" if int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2 == 0 else "held"


def measure(shared: Path) -> list[Measure]:
    results = [judge(page) for page in sorted((shared / "html" / "listing").glob("*.html"))]
    if not results:
        return []
    found = []
    for half in ("all", "dev", "held"):
        rows = [r for r in results if half in ("all", r.half)]
        end = "" if half == "all" else f".{half}"
        found += [
            Measure(f"listing.pages{end}", mean(r.recall >= ENOUGH for r in rows), f"share of {len(rows)} pages", "target 0.6"),
            Measure(f"listing.recall{end}", mean(r.recall for r in rows), "mean share of items"),
            Measure(f"listing.links{end}", mean(r.linked for r in rows), "mean share of items by link alone"),
            Measure(f"listing.precision{end}", mean(r.precision for r in rows), "mean share of entries"),
        ]
    return [*found, *discovery(shared)]


def judge(page: Path) -> Result:
    expected = json.loads(page.with_suffix("").with_suffix(".expected.json").read_text())
    proposals = listing.propose(page.read_bytes(), URL)
    drafts = proposals[0].page.drafts if proposals else ()
    names = [words(str(row.get("case_names") or "")) for row in expected]
    keys = [key_of(str(row.get("download_urls") or "")) for row in expected]
    name = page.name.removesuffix(".html")
    hits = pair(expected, drafts, names, keys)
    links = {key_of(d.url) for d in drafts}
    return Result(
        name=name,
        half=half_of(name),
        recall=hits / len(expected),
        precision=hits / len(drafts) if drafts else 0.0,
        linked=sum(k in links for k in keys) / len(expected),
    )


def pair(expected: Sequence[Any], drafts: Sequence[Draft], names: Sequence[set[str]], keys: Sequence[str]) -> int:
    """Items for which an entry stands, each entry for one item: first by link, then by name."""
    free = {i: (key_of(d.url), words(plain_text(d.title))) for i, d in enumerate(drafts)}
    left, hits = list(range(len(expected))), 0
    for by_link in (True, False):
        for row in list(left):
            hit = next(
                (i for i, (key, title) in free.items() if (key == keys[row] if by_link else within(names[row], title))), None
            )
            if hit is not None:
                del free[hit]
                left.remove(row)
                hits += 1
    return hits


def words(text: str) -> set[str]:
    plain = re.sub(r"\bu\.?\s?s\.?(?=\s|$)", "united states", text.casefold())
    return set(re.findall(r"\w{3,}", plain))


def within(name: set[str], title: set[str]) -> bool:
    return bool(name) and len(name & title) >= ENOUGH * len(name)


def key_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{unquote(parts.path).rstrip('/').rpartition('/')[2]}?{parts.query}".casefold()


def discovery(shared: Path) -> list[Measure]:
    pages = sorted((shared / "html" / "discovery").glob("*.html"))
    declaring = [p for p in pages if re.search(rb"application/(?:rss|atom)\+xml", p.read_bytes())]
    if not declaring:
        return []
    found = [bool(discover.feeds_in(p.read_bytes(), URL)) for p in declaring]
    return [Measure("discovery.pages", mean(found), f"share of {len(declaring)} pages that declare a feed; not labelled")]


if __name__ == "__main__":
    if "--pages" in sys.argv:  # one line a page, the dev half only
        sys.argv.remove("--pages")
        for path in sorted((Path(__file__).resolve().parents[2] / "shared" / "html" / "listing").glob("*.html")):
            if half_of(path.name.removesuffix(".html")) == "dev":
                print(judge(path))
    main(measure)

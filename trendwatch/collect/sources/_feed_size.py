"""Floods in a feed, cut before they are parsed: feedparser takes a tenth of a millisecond an element, and reads all of them. Pure."""

from __future__ import annotations

import re

from trendwatch.collect import dates
from trendwatch.collect.sources import MOST_ENTRIES
from trendwatch.model import Skip

MOST_IN_A_ROW = 500
"""Elements of one name without elements inside, such as <category>, that follow one another."""
_ENTRY = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_END = re.compile(rb"</(?:\w{1,20}:)?(?:channel|feed|rdf)\s*>", re.IGNORECASE)
_DATE = re.compile(rb"<(?:\w{1,20}:)?(?:pubDate|updated|published|date|issued)\s*>([^<]{4,80})<", re.IGNORECASE)
_LEAF = re.compile(rb"\s*<([\w:.-]{1,40})(?:\s[^<>]{0,2000})?(?:/>|>[^<]{0,5000}</\1\s*>)")


def cut(body: bytes) -> tuple[bytes, tuple[Skip, ...]]:
    """A feed with at most `MOST_ENTRIES` entries, those at the end where the newest stand, and no endless rows of one element."""
    body, skipped = _fewer(body)
    return _thinned(body, skipped)


def _fewer(body: bytes) -> tuple[bytes, tuple[Skip, ...]]:
    starts = [found.start() for found in _ENTRY.finditer(body)]
    if len(starts) <= MOST_ENTRIES:
        return body, ()
    skipped = (Skip(what=f"{len(starts) - MOST_ENTRIES} entries", reason=f"older than the newest {MOST_ENTRIES}"),)
    first, last = _dated(body[starts[0] : starts[1]]), _dated(body[starts[-1] :])
    if first and last and last > first:
        return body[: starts[0]] + body[starts[-MOST_ENTRIES] :], skipped
    end = _END.search(body, starts[-1])
    return body[: starts[MOST_ENTRIES]] + (body[end.start() :] if end else b""), skipped


def _dated(entry: bytes) -> str:
    found = _DATE.search(entry)
    moment = dates.parse(found[1].decode("utf-8", "replace")) if found else None
    return moment.isoformat() if moment else ""


def _thinned(body: bytes, skipped: tuple[Skip, ...]) -> tuple[bytes, tuple[Skip, ...]]:
    if body.count(b"<") <= 2 * MOST_IN_A_ROW:
        return body, skipped
    kept, left_out = [], 0
    place = run = end = 0
    name = b""
    for leaf in _LEAF.finditer(body):
        run = run + 1 if leaf.start() == end and leaf[1] == name else 1
        name, end = leaf[1], leaf.end()
        if run > MOST_IN_A_ROW:
            kept.append(body[place : leaf.start()])
            place = end
            left_out += 1
    if not left_out:
        return body, skipped
    reason = f"more than {MOST_IN_A_ROW} of one name in a row"
    return b"".join([*kept, body[place:]]), (*skipped, Skip(what=f"{left_out} elements", reason=reason))

"""What rises: a key's count in one ISO week against what its own past lets expect.

Catalogues drift: sources join, stop, back-fill and grow, and a raw count rises with them. So nothing is compared but a key's
share of what each *stratum* published, times what that stratum published this week. A stratum is a source, or a source's category
where it publishes papers, so that a category that joins an archive part-way is a new stratum. A stratum counts once it
has a past of four weeks; until then neither its items nor their absence say anything.

Around that expectation counts scatter more than chance alone (one event, ten reports): the tail is negative binomial with the
scatter of the key's own past weeks, and Benjamini-Hochberg bounds the share of false calls among all keys of the week.
Give items without duplicates; mirrors of one post would look like many voices.

Known misses: a rise of less than about three times at five a week; one that grows over months, which becomes its own past; and
one that lives only in new sources.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from trendwatch.enrich import statistics
from trendwatch.model import Item, Trend

WEEKS = 26
LEVEL = 0.05
LEAST_COUNT = 4
LEAST_RATIO = 1.5
"""A rise by less than half is no news, however sure: among thousands of items a shift of a tenth is "significant"."""
_LEAST_PAST_WEEKS = 4
_LEAST_PAST_ITEMS = 8
_LEND = 20.0
"""Items' worth of the key's overall share that each stratum borrows: a stratum with few items knows little of its own."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Table:
    """Counts of one stratum: items a week, and items a key and week. The last week is the one under test."""

    items: Floats  # (weeks + 1)
    keyed: Floats  # (keys, weeks + 1)


def rising(
    items: Sequence[Item],
    keys: Mapping[str, Sequence[str]],
    *,
    week: str,
    now: datetime,
    weeks: int = WEEKS,
    level: float = LEVEL,
) -> list[Trend]:
    """The keys that rise in `week` ("2026-W09", in UTC), surest first.

    `keys` maps an item's id to its keys (tags or phrases); items without any count as well, for they are what a share is a share
    of. Items later than `now` are not looked at, so an unfinished week may be asked. `weeks` is the length of the past, `level` the
    share of false calls that is borne. A trend's `item_ids` are the items counted, by time.
    """
    end = _monday(week) + timedelta(days=7)
    placed = [(item, _age(item, end)) for item in items if item.at <= now]
    placed = [(item, age) for item, age in placed if 0 <= age <= weeks]
    names = sorted({key for item, _ in placed for key in keys.get(item.id, ())})
    tables = _tables(placed, keys, names, weeks)
    if not names or not tables:
        return []
    counted = _counted(placed, keys, tables)
    return [replace(t, week=week, item_ids=counted.get(t.key, ())) for t in _called(names, tables, level)]


def _called(names: list[str], tables: Mapping[str, _Table], level: float) -> list[Trend]:
    """The keys called, without their week and items."""
    counts = np.sum([t.keyed for t in tables.values()], axis=0)
    expected, doubt = _expected(counts, list(tables.values()))
    now = counts[:, -1]
    p = statistics.tail(now, expected[:, -1], statistics.scatter(counts[:, :-1], expected[:, :-1]), doubt)
    q = statistics.adjusted(p)
    trends = [
        Trend(
            key=name, week="", count=int(now[i]), baseline=round(float(expected[i, -1]), 3),
            ratio=round(float(now[i] / max(expected[i, -1], 0.1)), 2), p_value=float(p[i]), q_value=float(q[i]),
        )
        for i, name in enumerate(names)
        if q[i] <= level and now[i] >= LEAST_COUNT and now[i] >= LEAST_RATIO * expected[i, -1]
    ]  # fmt: skip
    return sorted(trends, key=lambda t: (t.q_value, -t.ratio, t.key))


def _tables(
    placed: Sequence[tuple[Item, int]], keys: Mapping[str, Sequence[str]], names: list[str], weeks: int
) -> dict[str, _Table]:
    """Counts by stratum, of those with enough of a past."""
    row = {name: i for i, name in enumerate(names)}
    tables: dict[str, _Table] = defaultdict(lambda: _Table(np.zeros(weeks + 1), np.zeros((len(names), weeks + 1))))
    for item, age in placed:
        table = tables[_stratum(item)]
        table.items[weeks - age] += 1
        for key in set(keys.get(item.id, ())):
            table.keyed[row[key], weeks - age] += 1
    return {name: table for name, table in sorted(tables.items()) if _has_past(table)}


def _has_past(table: _Table) -> bool:
    past = table.items[:-1]
    return int((past > 0).sum()) >= _LEAST_PAST_WEEKS and float(past.sum()) >= _LEAST_PAST_ITEMS


def _expected(counts: Floats, tables: list[_Table]) -> tuple[Floats, Floats]:
    """What each week's items by stratum let expect, (keys, weeks + 1), scaled to agree with the key's whole past; and the
    relative variance of the last week's, (keys): a share is known as well as the stratum's past is long, and a stratum that
    suddenly publishes much leans on it the more.
    """
    seen = counts[:, :-1].sum(axis=1) + statistics.PRIOR
    of_all = seen / (sum(float(t.items[:-1].sum()) for t in tables) + 1)
    raw, variance = np.zeros_like(counts), np.zeros(len(counts))
    for table in tables:
        past = table.items[:-1].sum() + _LEND
        share = (table.keyed[:, :-1].sum(axis=1) + _LEND * of_all) / past
        raw += np.outer(share, table.items)
        variance += share / past * table.items[-1] ** 2
    scaled: Floats = raw * (seen / raw[:, :-1].sum(axis=1))[:, np.newaxis]
    doubt = np.maximum(variance / np.maximum(raw[:, -1], 1e-12) ** 2, 1 / seen)
    return scaled, doubt


def _counted(
    placed: Sequence[tuple[Item, int]], keys: Mapping[str, Sequence[str]], tables: Mapping[str, _Table]
) -> dict[str, tuple[str, ...]]:
    """The ids of the tested week's items by key, in order of time, of the strata that count."""
    found: dict[str, list[str]] = defaultdict(list)
    for item, age in sorted(placed, key=lambda x: (x[0].at, x[0].id)):
        if age == 0 and _stratum(item) in tables:
            for key in set(keys.get(item.id, ())):
                found[key].append(item.id)
    return {key: tuple(ids) for key, ids in found.items()}


def _stratum(item: Item) -> str:
    """A source, and for papers their first category."""
    return f"{item.source}|{item.labels[0]}" if item.doctype == "paper" and item.labels else item.source


def _age(item: Item, end: date) -> int:
    """Whole weeks between the item and the end of the week under test: 0 is that week, negative is later."""
    return ((end - item.at.astimezone(UTC).date()).days - 1) // 7


def _monday(week: str) -> date:
    year, _, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)

"""Different documents about one event, grouped; with ids that outlive changes of membership.

Items of a story resemble each other on average (`linkage`) in the space of `similarity_space`. What keeps look-alikes apart:

- A register lists a thing once. Two papers are two stories, however alike; so are two entries of one source of regulations or
  of incidents, except stages of one numbered bill. Reports about either may join it.
- A serial ("Release 1.2.3", "Weekly no. 14") is as many stories as it has numbers.
- Time: items weeks apart need more in common, and those more than `BAND_DAYS` apart are never compared.
- A cap on size. There is no mega-story.

Thresholds are a compromise between labelled sets, whose stories are large, and a live week, most of whose items are alone: sets
alone would have `FEW` near 4, and then a tenth of a week's headlines find a false friend.

Known limits: a story that runs for months is told in several; two incidents of one kind in one week, told in the same few words
and without names, may be taken for one.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from trendwatch.enrich import linkage, similarity_space
from trendwatch.enrich.embed import text_of
from trendwatch.enrich.lexicon import NUMBER, words
from trendwatch.model import Duplicate, Item, Story, Thresholds

THRESHOLD = Thresholds().story  # within a story of texts of usual length, in standard deviations: see `similarity_space`
FEW = 7.0  # more than the threshold, whatever that is, is asked of a single pair
BAND_DAYS = 30.0
LEAST_CAP, MOST_CAP = 40, 400  # a story holds at most a twelfth of the window, within these bounds
COMPANION = 50  # letters that two bills must share word for word to be companions
BILL = re.compile(r"^.{0,60}?\b(?:[A-Z]{1,4}\.?|Bill|No\.)\s?\d{1,5}\b")


def group(
    items: Sequence[Item],
    vectors: NDArray[np.float32],
    duplicates: Sequence[Duplicate],
    previous: Mapping[str, str],
    alone: Container[str] = (),
    *,
    threshold: float = THRESHOLD,
) -> list[Story]:
    """Every item in exactly one story, many alone in theirs. Stories in order of their first item.

    `vectors` is (n, d), row i for items[i]; `duplicates` go where their original goes; `previous` maps item ids to the story
    they were told in, and a story keeps the id that most of its members had. Items whose ids are in `alone` are background:
    others are measured against them, and none joins them. One with a row of zeros was not embedded: it is alone and no
    background. `threshold` is what `THRESHOLD` is, of the model that made the vectors. The order of `items` does not matter.
    """
    if not items:
        return []
    order = sorted(range(len(items)), key=lambda row: (items[row].at, items[row].id))
    items, vectors = [items[row] for row in order], vectors[order]
    heads = _heads(items, duplicates)
    nodes = sorted(set(heads))
    labels = _linked([items[node] for node in nodes], vectors[nodes], alone, threshold)
    where = dict(zip(nodes, labels, strict=True))
    members: dict[int, list[Item]] = defaultdict(list)
    for row, item in enumerate(items):
        members[where[heads[row]]].append(item)
    copies = {duplicate.item_id for duplicate in duplicates}
    return _named([members[label] for label in sorted(members)], copies, previous)


def _heads(items: Sequence[Item], duplicates: Sequence[Duplicate]) -> list[int]:
    """For each item the row that is grouped in its stead: its original's, when that is in the window."""
    rows = {item.id: row for row, item in enumerate(items)}
    original = {duplicate.item_id: duplicate.of_id for duplicate in duplicates}
    first: dict[str, int] = {}
    heads = []
    for row, item in enumerate(items):
        of = original.get(item.id, item.id)
        heads.append(rows[of] if of in rows else first.setdefault(of, row))
    return _joined_bills(items, heads)


def _joined_bills(items: Sequence[Item], heads: list[int]) -> list[int]:
    """Stages of one numbered bill in one source become one head, and so do companion bills: one long text under the numbers of
    two chambers ("SB 12 …: Relating to X" and "HB 34 …: Relating to X").
    """
    first: dict[tuple[str, str], int] = {}
    moved: dict[int, int] = {}
    for row, item in enumerate(items):
        found = BILL.match(item.title) if item.doctype == "regulation" else None
        if found is not None and heads[row] == row:
            moved[row] = first.setdefault((item.source, found.group()), row)
            about = item.title.partition(": ")[2]
            if len(about) >= COMPANION and moved[row] == row:
                state = item.title[: found.end()].rstrip("0123456789 ").rpartition(" ")[0]
                moved[row] = first.setdefault((item.source, f"{state}: {about}"), row)
    return [moved.get(moved.get(head, head), moved.get(head, head)) for head in heads]


def _linked(items: Sequence[Item], vectors: NDArray[np.float32], alone: Container[str], threshold: float) -> list[int]:
    labels = list(range(len(items)))
    placed = [int(row) for row in np.flatnonzero(vectors.any(axis=1))]
    found = _labels([items[row] for row in placed], vectors[placed], alone, threshold)
    for row, label in zip(placed, found, strict=True):
        labels[row] = placed[label]
    return labels


def _labels(items: Sequence[Item], vectors: NDArray[np.float32], alone: Container[str], threshold: float) -> list[int]:
    if not items:
        return []
    space = similarity_space.space([text_of(item) for item in items], vectors, _days(item.at for item in items))
    left, right = linkage.candidates(space, threshold, BAND_DAYS)
    keys = [_keys(item) for item in items]
    free = [item.id not in alone for item in items]
    pairs = zip(left, right, strict=True)
    allowed = np.array([free[a] and free[b] and not keys[a] & keys[b] for a, b in pairs], dtype=bool)
    most = min(max(len(items) // 12, LEAST_CAP), MOST_CAP)
    labels = linkage.average(space, (left[allowed], right[allowed]), keys, threshold=threshold, few=FEW, most=most)
    return [int(label) for label in labels]


def _days(moments: Iterable[datetime]) -> NDArray[np.float64]:
    seconds = np.array([moment.timestamp() for moment in moments])
    days: NDArray[np.float64] = (seconds - seconds[0]) / 86400
    return days


def _keys(item: Item) -> frozenset[str]:
    """What a story may hold once: a paper, an entry of a register, an instalment of a serial."""
    keys = set()
    if item.doctype == "paper":
        keys.add("paper")
    elif item.doctype in ("regulation", "incident"):
        keys.add(f"register {item.source}")
    if NUMBER.search(item.title):
        keys.add(f"serial {item.source} {' '.join(words(NUMBER.sub(' ', item.title)))}")
    return frozenset(keys)


def _named(groups: Sequence[list[Item]], copies: set[str], previous: Mapping[str, str]) -> list[Story]:
    """Groups as stories. An id goes to the group that holds most of the items told under it; ties to the earlier group."""
    claims: list[tuple[int, int, str]] = []
    for place, members in enumerate(groups):
        held: dict[str, int] = defaultdict(int)
        for item in members:
            if item.id in previous:
                held[previous[item.id]] += 1
        claims.extend((-count, place, story) for story, count in held.items())
    names: dict[int, str] = {}
    taken: set[str] = set()
    for _, place, story in sorted(claims):
        if place not in names and story not in taken:
            names[place] = story
            taken.add(story)
    stories = []
    for place, members in enumerate(groups):
        name = names.get(place) or _fresh(members, taken)
        taken.add(name)
        stories.append(Story(id=name, item_ids=tuple(item.id for item in members), lead_id=_lead(members, copies).id))
    return stories


def _fresh(members: Sequence[Item], taken: set[str]) -> str:
    """An id from the founding item, the one that came first: a late report that is dated before it renames nothing. From the next one
    when another story still carries the founder's.
    """
    for item in sorted(members, key=lambda item: (item.first_seen_at, item.at, item.id)):
        name = "s" + hashlib.sha256(item.id.encode()).hexdigest()[:16]
        if name not in taken:
            return name
    joined = " ".join(item.id for item in members)
    return "s" + hashlib.sha256(joined.encode()).hexdigest()[:16]


def _lead(members: Sequence[Item], copies: set[str]) -> Item:
    """The item that speaks for a story: an original, with most to read up to a lead's length, and the earliest of these."""
    return max(members, key=lambda item: (item.id not in copies, min(len(item.text), 400)))

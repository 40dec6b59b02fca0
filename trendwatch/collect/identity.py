"""Entries whose publisher changed their ids: recognised as those that are known already. Pure.

A site that moves to another system rewrites every guid at once. By id alone its whole feed is new, is embedded again and told
again. Here an entry under an unknown id takes over the id of a known one that is no longer listed under its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from trendwatch.model import Item


def adopt(items: Sequence[Item], known: Sequence[Item]) -> list[Item]:
    """The items of one visit to one source, with the ids under which its `known` items were stored.

    An item is a known one when both have the same canonical URL, or the same text and title and day, that no other of the
    visit's or the known items has, and the known one's own id is not among the visit's. Order and number stay.

    False positive: a page that is emptied and filled anew under one address (a "latest" page whose guid changes) is one item
    with revisions. False negative: a rewrite of ids and addresses together with an edit of every text.
    """
    listed = {item.id for item in items}
    ids = {item.id for item in known}
    gone = [item for item in known if item.id not in listed]
    strange = [item for item in items if item.id not in ids]
    if not gone or not strange:
        return list(items)
    old = _only([(key, item.id) for item in gone for key in _keys(item)])
    new = _only([(key, item.id) for item in strange for key in _keys(item)])
    taken: dict[str, str] = {}
    for item in strange:
        match = next((old[key] for key in _keys(item) if key in old and new.get(key) == item.id), "")
        if match and match not in taken.values():
            taken[item.id] = match
    return [replace(item, id=taken.get(item.id, item.id)) for item in items]


def _keys(item: Item) -> list[tuple[str, str]]:
    """What two versions of an entry share, the surest first. A site's front page is no entry's own address."""
    parts = urlsplit(item.canonical_url)
    keys = [("url", item.canonical_url)] if parts.path.strip("/") or parts.query else []
    if item.published_at:
        keys.append(("text", f"{item.content_hash} {item.published_at:%Y-%m-%d}"))
    return keys


def _only(pairs: Iterable[tuple[tuple[str, str], str]]) -> dict[tuple[str, str], str]:
    """The keys that lead to one id alone."""
    distinct = sorted(set(pairs))
    uses = Counter(key for key, _ in distinct)
    return {key: item_id for key, item_id in distinct if uses[key] == 1}

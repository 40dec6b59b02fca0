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

    An item is a known one when both have the same canonical URL and the same title, day or text, or without the URL the same
    text and title and day, that no other of the visit's or the known items has; and the known one's own id is not among the
    visit's. Order and number stay. `known` must hold the visit's own items that are stored, and all that share a URL or text.

    False negative: a new id together with another address and an edit, or with another title and another day.
    """
    listed = {item.id for item in items}
    ids = {item.id for item in known}
    gone = [item for item in known if item.id not in listed]
    strange = [item for item in items if item.id not in ids]
    if not gone or not strange:
        return list(items)
    before = {item.id: item for item in gone}
    stay = {key for item in known if item.id in listed for key in _keys(item)}
    old = {k: i for k, i in _only([(key, item.id) for item in gone for key in _keys(item)]).items() if k not in stay}
    new = _only([(key, item.id) for item in strange for key in _keys(item)])
    taken: dict[str, str] = {}
    for item in strange:
        matches = (old[key] for key in _keys(item) if key in old and new.get(key) == item.id)
        match = next((m for m in matches if _alike(item, before[m])), "")
        if match and match not in taken.values():
            taken[item.id] = match
    return [replace(item, id=taken.get(item.id, item.id)) for item in items]


def _alike(item: Item, known: Item) -> bool:
    """Whether an entry changed by no more than its id and one other thing: a page that holds another story each day is none."""
    same_day = bool(item.published_at and known.published_at and item.published_at.date() == known.published_at.date())
    return item.title.casefold() == known.title.casefold() or item.content_hash == known.content_hash or same_day


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

"""An item by what a person may call it. No command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trendwatch.errors import QueryError

if TYPE_CHECKING:
    from trendwatch.model import Item
    from trendwatch.storage import Store


def one(store: Store, text: str) -> Item:
    """The item that an id (or its start), URL or identifier names. Raises QueryError when none or several are meant."""
    found = store.find_items(text)
    if not found:
        raise QueryError(
            f"the archive holds no item {text!r}: give an id or its first digits, a URL, or an identifier such as arxiv:2601.01234."
        )
    if len(found) > 1:
        lines = "\n".join(f"  {i.id}  {i.source}: {i.title[:80]}" for i in found[:10])
        raise QueryError(f"{text!r} means {len(found)} items; name one by its id:\n{lines}")
    return found[0]

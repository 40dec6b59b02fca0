"""What the tests of duplicates and stories share: an entry by its number, and vectors that are alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from trendwatch.model import Item

START = datetime(2026, 1, 5, tzinfo=UTC)
COUNCIL = (
    "The council said on Monday that a cloned voice of its treasurer had called eleven residents. Each was asked to buy gift "
    "cards for a charity run. Two complied. The voice, an investigator said, was made from a recording of a public hearing. "
    "The council will now end every call with a phrase that is agreed in person."
)


def entry(number: int, title: str, text: str = "", **fields) -> Item:
    """Each of a source of its own, an hour after the one before."""
    filled = Item(
        id=f"{number:016x}",
        source=f"source-{number}",
        doctype="paper",
        url="",
        canonical_url="",
        title=title,
        text=text,
        raw_title=title,
        raw_html=text,
        published_at=START + timedelta(hours=number),
        date_note="",
        first_seen_at=START,
    )
    return replace(filled, **fields)


def alike(count: int) -> np.ndarray:
    """Vectors all alike, so that only vetoes keep items apart."""
    rows = np.zeros((count, 8), np.float32)
    rows[:, 0] = 1
    return rows

"""What the tests of tags share: an item, and an embedder whose meaning is its words."""

import hashlib
from datetime import UTC, datetime

import numpy as np

from trendwatch.enrich.taggers.keywords import Keywords
from trendwatch.enrich.taxonomy import Taxonomy
from trendwatch.model import Item

MINE = """
framework: mine
version: "1"
title: Mine
verified: own
entries:
- {id: boats, name: Boats, definition: "Ships, sails and harbours at sea.", words: [regatta], examples: ["Sails leave the harbours at sea."]}
- {id: bread, name: Bread, definition: "Flour, ovens and dough for loaves.", words: [sourdough], examples: ["Dough rests before the ovens."]}
- {id: chess, name: Chess, definition: "Boards, pawns and bishops.", words: [chess], examples: ["Bishops take pawns on boards."]}
- {id: rain, name: Rain, definition: "Clouds, storms and umbrellas.", words: [drizzle], examples: ["Storms and clouds break umbrellas."]}
"""
"""A user's pack of four categories that share no word."""
HINTED = MINE.replace("words: [regatta],", "words: [regatta], hints: [rudder],")
COUNTERED = HINTED.replace(
    '["Sails leave the harbours at sea."]',
    '["Sails leave the harbours at sea."], counter_examples: ["Paper ships and paper sails, folded at school."]',
)


def taxonomy(folder, pack):
    """A pack, read from a file in the folder."""
    path = folder / "mine.yaml"
    path.write_text(pack)
    return Taxonomy.load([], [path])


def house_names():
    """A function that says which of our own facets an item earns by its words."""
    keywords = Keywords(Taxonomy.load(["house@1"]))

    def names(title, text=""):
        return {t.tag.removeprefix("house@1:") for t in keywords.tag([item(title, text)])}

    return names


class WordsEmbedder:
    """A bag of hashed words: texts that share words are near. `encoded` counts the texts."""

    model_id = "words"
    dimension = 512

    def __init__(self):
        self.encoded = 0

    def encode(self, texts, progress=None):
        rows = np.zeros((len(texts), self.dimension), np.float32)
        self.encoded += len(texts)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().replace(".", "").replace(",", "").split():
                row[int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimension] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def item(title, text="", name="i1"):
    return Item(
        id=name,
        source="example",
        doctype="news",
        url="https://news.example.org/1",
        canonical_url="https://news.example.org/1",
        title=title,
        text=text,
        raw_title=title,
        raw_html=text,
        published_at=None,
        date_note="",
        first_seen_at=datetime(2026, 3, 2, tzinfo=UTC),
    )

"""What the tests of tags share: an item, and an embedder whose meaning is its words."""

import hashlib
from datetime import UTC, datetime

import numpy as np

from trendwatch.model import Item


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

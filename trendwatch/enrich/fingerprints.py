"""What two documents are compared by: title key, words, numbers, names, identifiers, shingles of the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trendwatch.enrich.lexicon import fold, numbered, numbers, words
from trendwatch.model import Item

TEXT_CHARACTERS = 3000  # a document shows itself in its beginning
LEAST_TEXT = 80  # characters below which a text says nothing of its own
SHINGLE = 3
MARKUP = re.compile(r"\\[a-zA-Z]+\s*\{([^{}]*)\}|[$^_{}]")
STAMP = re.compile(r"^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2}, \d{4}")  # a listing's date
NAME = re.compile(r"\b(?:[A-Z][a-z]*[A-Z]\w*|[A-Z]{2,}\w*|[A-Z]\w+)\b")
PART = re.compile(r"\b(?:part|volume|vol|chapter|book)\b\W{0,3}([ivx]+|[a-c])\b", re.IGNORECASE)  # a number in other letters
VERSION = re.compile(r"v\d+$")
OWN_ADDRESS = (
    (re.compile(r"//(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/(\d{4}\.\d{4,5})"), "arxiv"),
    (re.compile(r"//(?:dx\.)?doi\.org/(10\.\d{4,9}/[^?#]+)"), "doi"),
    (re.compile(r"federalregister\.gov/(?:documents/\d{4}/\d\d/\d\d|d)/([A-Z0-9]+-\d+)"), "fr"),
)

Shingles = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Print:
    """One item's features. `shingles` are sorted and distinct; empty when the item has no text of its own."""

    item: Item
    key: str  # the title's letters and digits
    title: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    text_numbers: frozenset[str]
    identifiers: Mapping[str, str]
    body: str
    shingles: Shingles


def make(item: Item) -> Print:
    """The fingerprint of one item."""
    title = STAMP.sub("", MARKUP.sub(lambda found: found.group(1) or "", item.title))
    body = own_text(item)
    return Print(
        item=item,
        key=re.sub(r"[\W_]+", "", fold(title)),
        title=frozenset(words(title)),
        numbers=numbers(title) | frozenset(part.lower() for part in PART.findall(title)),
        names=frozenset(words(" ".join(NAME.findall(title)))),
        text_numbers=numbers(body[:600]),
        identifiers=identifiers(item),
        body=body,
        shingles=_shingles(numbered(body)) if body else np.zeros(0, np.uint64),
    )


def own_text(item: Item) -> str:
    """The beginning of the text, less a title repeated in it; "" when next to nothing remains."""
    text, title = item.text.strip(), item.title.strip()
    if title and text.startswith(title):
        text = text[len(title) :].strip()
    return text[:TEXT_CHARACTERS] if len(text) >= LEAST_TEXT else ""


def identifiers(item: Item) -> dict[str, str]:
    """The item's own identifiers by scheme, arXiv versions cut. Its address counts, links in its text do not."""
    found: dict[str, str] = {}
    for identifier in item.identifiers:
        scheme, _, value = identifier.lower().partition(":")
        if scheme and value:
            found[scheme] = VERSION.sub("", value) if scheme == "arxiv" else value
    for pattern, scheme in OWN_ADDRESS:
        match = pattern.search(item.canonical_url or item.url)
        if match:
            found.setdefault(scheme, match.group(1).lower())
    return found


def _shingles(known: Shingles) -> Shingles:
    """Distinct runs of three of a text's numbered words, each as one number; sorted."""
    runs = known.copy()
    if len(known) >= SHINGLE:
        runs = known[:-2] * np.uint64(0x9E3779B97F4A7C15) ^ known[1:-1] * np.uint64(0xC2B2AE3D27D4EB4F) ^ known[2:]
        runs *= np.uint64(0xFF51AFD7ED558CCD)
    runs.sort()
    different: Shingles = runs[np.concatenate([[True], runs[1:] != runs[:-1]])] if len(runs) else runs
    return different

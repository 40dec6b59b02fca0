"""What two documents are compared by: title key, words, numbers, names, identifiers, shingles of the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trendwatch.enrich.form_words import usual, values
from trendwatch.enrich.lexicon import TOKEN, fold, numbered, numbers, words
from trendwatch.model import Item

TEXT_CHARACTERS = 3000  # a document shows itself in its beginning
HEAD = 600  # of them say which one of a series it is
LEAST_TEXT = 80  # characters below which a text says nothing of its own
SHINGLE = 3
MARKUP = re.compile(r"\\[a-zA-Z]+\s*\{([^{}]*)\}|[$^_{}]")
REMARK = re.compile(r"[(\[][^()\[\]\d]{1,40}[)\]]")  # "(tutorial)", "[J]": said of a paper's title, no part of it
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


@dataclass(frozen=True)
class Print:
    """One item's features, each made when it is first asked for: most pairs are told apart by the first few."""

    item: Item

    @cached_property
    def plain_title(self) -> str:
        """The title less markup and a listing's date."""
        return STAMP.sub("", MARKUP.sub(lambda found: found.group(1) or "", self.item.title))

    @cached_property
    def bare_title(self) -> str:
        """The title; that of a paper less remarks in brackets, but for those that number a part."""
        if self.item.doctype != "paper":
            return self.plain_title
        bare = REMARK.sub(lambda found: found.group() if PART.search(found.group()) else " ", self.plain_title)
        return bare if bare.strip() else self.plain_title

    @cached_property
    def remarks(self) -> frozenset[str]:
        """What a paper's title says in brackets, folded: "(images)", "(Part One)"."""
        return (
            frozenset(fold(found) for found in REMARK.findall(self.plain_title))
            if self.item.doctype == "paper"
            else frozenset()
        )

    @cached_property
    def key(self) -> str:
        """The title's letters and digits."""
        return re.sub(r"[\W_]+", "", fold(self.bare_title))

    @cached_property
    def title(self) -> frozenset[str]:
        """The title's content words."""
        return frozenset(words(self.bare_title))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The title's numbers."""
        return numbers(self.plain_title) | frozenset(part.lower() for part in PART.findall(self.plain_title))

    @cached_property
    def counts(self) -> frozenset[str]:
        """The title's numbers whatever they are written in: "2", "second", "II" and "Q2" are one."""
        digits = (number.lstrip("0") or "0" if number.isdigit() else number for number in numbers(self.plain_title))
        return values(TOKEN.findall(self.plain_title)).get("number", frozenset()).union(digits)

    @cached_property
    def names(self) -> frozenset[str]:
        """The content words of the title's names; "Sept" is "september"."""
        return frozenset(words(" ".join(map(usual, NAME.findall(self.plain_title)))))

    @cached_property
    def identifiers(self) -> Mapping[str, str]:
        """By scheme."""
        return identifiers(self.item)

    @cached_property
    def body(self) -> str:
        """The beginning of its own text, or ""."""
        return own_text(self.item)

    @cached_property
    def text_numbers(self) -> frozenset[str]:
        """The numbers at the head of the text."""
        return numbers(self.body[:HEAD])

    @cached_property
    def words(self) -> Shingles:
        """The text's content words as numbers, in order."""
        return numbered(self.body)

    @cached_property
    def shingles(self) -> Shingles:
        """Runs of the text's words, sorted and distinct; empty when the item has no text of its own."""
        made = runs(self.words)
        made.sort()
        different: Shingles = made[np.concatenate([[True], made[1:] != made[:-1]])] if len(made) else made
        return different


def make(item: Item) -> Print:
    """The fingerprint of one item."""
    return Print(item)


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


def runs(known: Shingles) -> Shingles:
    """Runs of three of numbered words, each as one number, in order; a text of fewer words is its words."""
    if len(known) < SHINGLE:
        return known.copy()
    mixed = known[:-2] * np.uint64(0x9E3779B97F4A7C15) ^ known[1:-1] * np.uint64(0xC2B2AE3D27D4EB4F) ^ known[2:]
    return mixed * np.uint64(0xFF51AFD7ED558CCD)

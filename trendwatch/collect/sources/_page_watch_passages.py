"""Passages: the sentences, entries, rows and headings that two versions of a page are compared by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from trendwatch.collect.plain import one_line
from trendwatch.collect.sources import _page_watch_noise as noises
from trendwatch.collect.sources._page_watch_words import starts_month, tokens

MOST_PASSAGES = 6000
_LONGEST = 1200  # characters of a passage: what has no full stop is cut, so that one change does not show a whole page
_END = re.compile(r"(?<=[.!?…。！？])([\"”’»)\]]*)\s+(?=[\"“‘„«(\[¿¡]*[^\W_a-zäöüàâéèêíóúñß])")
_SHORTENED = re.compile(
    r"(?:\b(?:art|abs|nr|no|nos|sec|sect|para|fig|cf|vgl|bzw|ca|dr|mr|mrs|ms|prof|st|vs|etc|inc|ltd|co|lit|al|p|pp|núm|e\.g|i\.e|u\.s|z\.b)|\b\w|^\s*\(?\d+)\.$",
    re.IGNORECASE,
)


_DAY = re.compile(r"\b\d{1,2}\.$")  # "30. September"


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence or entry. Two are the same when their keys are."""

    text: str
    under: str = ""
    heading: bool = False
    key: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", " ".join(tokens(self.text)))


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text between two breaks of the layout."""

    text: str
    level: int = 0  # of a heading


def passages(blocks: Iterable[Block]) -> Iterator[Passage]:
    """Blocks parted into sentences, without noise and without what holds no word."""
    under = ""
    for block in blocks:
        if not block.text or noises.noise(block.text):
            continue
        if block.level:
            under = block.text[:200]
            yield from (p for p in [Passage(block.text[:_LONGEST], "", heading=True)] if p.key)
            continue
        for sentence in sentences(block.text):
            if not noises.noise(sentence):
                yield from (p for p in _cut(sentence, under) if p.key)


def _cut(sentence: str, under: str) -> Iterator[Passage]:
    while len(sentence) > _LONGEST:
        place = sentence.rfind(" ", 0, _LONGEST)
        place = place if place > 0 else _LONGEST
        yield Passage(sentence[:place], under)
        sentence = sentence[place:].strip()
    yield Passage(sentence, under)


def sentences(text: str) -> list[str]:
    """Parted at full stops before a capital or a figure, but for shortened words and list numbers. Errors do not matter as long
    as they are the same in both versions.
    """
    found, start = [], 0
    for end in _END.finditer(text):
        piece = text[start : end.end(1)]
        if _SHORTENED.search(piece[-12:]) or (_DAY.search(piece[-4:]) and starts_month(text[end.end() :])):
            continue
        found.append(piece.strip())
        start = end.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def of_paragraphs(text: str) -> tuple[Passage, ...]:
    """Passages of plain text, paragraphs by blank line (a PDF's)."""
    return tuple(passages(Block(one_line(part)) for part in text.split("\n\n")))[:MOST_PASSAGES]

"""Whether two fingerprints are of the same document: the layers and the vetoes of `duplicates`, one function each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from typing import Literal
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from trendwatch.enrich import form_texts, forms, titles
from trendwatch.enrich.authors import in_common, surnames
from trendwatch.enrich.fingerprints import Print
from trendwatch.enrich.form_words import land
from trendwatch.model import Thresholds

Vector = NDArray[np.float32]
Layer = Literal["identifier", "hash", "lexical", "embedding"]
STRENGTH: dict[Layer, int] = {"identifier": 0, "hash": 1, "lexical": 2, "embedding": 3}

SAME_TEXT = 0.7  # of the shingles in common
SAME_TITLE = 0.95  # share of letters in order, difflib's ratio: one changed letter or ending in a title of ten words
SAME_TITLE_AND_AUTHORS = 0.8  # the same where half of the authors agree
SHORTEST_RUN = 3  # letters in order that count as a piece of the other title
LABELLED_TITLE, LABEL = 16, 20  # letters of a post's title that follow a label, and letters of the label at most
SAME_WORDS = 0.85  # of the words in common, whatever their order, where half of the authors agree
NAMED_TITLE = 0.45  # of the words in common, where both begin with the same coined name
SAME_ABSTRACT = 0.9  # of the shingles in common: a paper's own abstract, copied with a slip or two
SAME_MEANING = Thresholds().duplicate  # cosine, where both have a text
SOME_TEXT = 0.2  # of the shingles in common, without which meaning is not asked
LONG_TITLE, SHORT_TITLE = 5, 2  # content words
TELLING_POST = 3  # words of a post's title that name it, whatever the articles and prepositions between them
TELLING_TITLE = 4  # content words of a title that names a paper, whatever a list makes of its authors
SAME_DAY = timedelta(days=1)
MIRROR = timedelta(days=62)  # a lab's post and its mirrors carry dates up to two months apart
WIRE = timedelta(days=7)
REPRINT = timedelta(days=300)  # a paper and its journal version are two records
AGAIN = timedelta(days=3)  # one source publishing one thing twice
UNIQUE_SCHEMES = ("arxiv", "fr")  # a document has one; a DOI it may have two of (preprint and journal)
LONG_NUMBER = re.compile(r"\d[\d-]{3,}\d")


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """Why two items are one document. Orders by strength: the surest layer first."""

    strength: int
    negative_score: float
    layer: Layer
    reason: str

    @classmethod
    def of(cls, layer: Layer, score: float, reason: str) -> Match:
        """A match of a layer; `score` from 0 to 1."""
        return cls(STRENGTH[layer], -round(score, 4), layer, reason)

    @property
    def sure(self) -> bool:
        """Whether nothing that the documents say outweighs it: one identifier, or one text to the letter."""
        return self.layer in ("identifier", "hash")


def compare(a: Print, b: Print, u: Vector, v: Vector, *, same_meaning: float = SAME_MEANING) -> Match | None:
    """Why `a` and `b` are one document, by the surest layer; else None. Symmetric. `same_meaning`: the cosine that the last asks."""
    if _conflict(a, b):
        return None
    if register(a) and register(b) and a.item.source == b.item.source:
        return _by_identifier(a, b)
    found = _by_identifier(a, b) or _by_hash(a, b) or _by_words(a, b) or _by_meaning(a, b, u, v, same_meaning)
    return None if found and not found.sure and veto(a, b) else found


def veto(a: Print, b: Print) -> str:
    """What tells two documents of one form apart ("month: may / june"), "" when nothing does. Symmetric."""
    return veto_by_titles(a, b) or form_texts.apart(a, b)


def veto_by_titles(a: Print, b: Print) -> str:
    """What tells two documents of one form apart by their titles."""
    if _numbers_differ(a, b):
        return f"numbers: {' / '.join(sorted(', '.join(sorted(made.numbers)) for made in (a, b)))}"
    return forms.apart(a, b, one_paper=_one_paper(a, b))


def _one_paper(a: Print, b: Print) -> bool:
    """Whether all authors of the shorter list agree and nearly all of the abstract does, whatever the titles."""
    if not _papers(a, b) or a.key == b.key or share(a, b) < SAME_ABSTRACT:
        return False
    one, other = surnames(a.item.authors), surnames(b.item.authors)
    return bool(one and other) and in_common(one, other) == min(len(one), len(other))


def _by_identifier(a: Print, b: Print) -> Match | None:
    for scheme, value in sorted(a.identifiers.items()):
        if b.identifiers.get(scheme) == value:
            return Match.of("identifier", 1.0, f"{scheme}:{value}")
    url = a.item.canonical_url
    if url and url == b.item.canonical_url and len(urlsplit(url).path) > 1 and _same_page(a, b):
        return Match.of("identifier", 1.0, url)
    return None


def _same_page(a: Print, b: Print) -> bool:
    """One address may hold many entries (a change log): within a source the titles must agree, between sources they may differ."""
    return a.item.source != b.item.source or a.key == b.key or overlap(a.title, b.title) >= 0.5  # noqa: PLR2004 - half of the words


def _by_hash(a: Print, b: Print) -> Match | None:
    if a.item.content_hash and a.item.content_hash == b.item.content_hash and a.body:
        return Match.of("hash", 1.0, "same text")
    return None


def _by_words(a: Print, b: Print) -> Match | None:
    if _numbers_differ(a, b):
        return None
    shared = share(a, b)
    if shared >= SAME_TEXT and (_papers(a, b) or not _names_differ(a, b)):
        return Match.of("lexical", shared, f"{shared:.2f} of the text in common")
    if a.item.source == b.item.source and not _again(a, b):
        return None
    return None if register(a) or register(b) else _by_title(a, b)


def _by_title(a: Print, b: Print) -> Match | None:
    papers = _papers(a, b)
    if not papers and not (_specific(a, b) and _specific(b, a) and _close(a, b)):
        return None
    if titles.later(a, b) or titles.told_apart(a, b) or (papers and _other_record(a, b)):
        return None
    if a.key and a.key == b.key:
        return Match.of("lexical", 1.0, "same title")
    keys = titles.keys(a, b)
    if titles.sequel(*keys):
        return None
    return _by_part(a, b, keys) or (_by_paper_title(a, b, keys) if papers else _by_post_title(a, b))


def _by_part(a: Print, b: Print, keys: tuple[str, str]) -> Match | None:
    short, long = keys
    if short and short == long:
        return Match.of("lexical", 1.0, "same title but for initials")
    if (len(short) >= titles.PART_OF_TITLE and short in long) or _labelled(a, b, keys):
        return Match.of("lexical", len(short) / len(long), "one title within the other")
    return None


def _labelled(a: Print, b: Print, keys: tuple[str, str]) -> bool:
    """Whether a post's title is the other one with a category glued before it, as listing pages yield. "More on" is none."""
    short, long = keys
    if not _posts(a, b) or len(short) < LABELLED_TITLE or a.title == b.title:
        return False
    return long.endswith(short) and len(long) - len(short) <= LABEL


def _by_post_title(a: Print, b: Print) -> Match | None:
    """Mirrors type a title anew ("Piloting X for Y", "in Y") or cut the publisher's name from it ("X Speech 2.6", "Speech-2.6")."""
    same = titles.same_words(a, b) if _posts(a, b) and a.numbers == b.numbers else frozenset()
    if len(same) >= TELLING_POST or (len(same) >= SHORT_TITLE and abs(a.item.at - b.item.at) <= WIRE):
        return Match.of("lexical", 1.0, "same words in the title")
    return None


def _by_paper_title(a: Print, b: Print, keys: tuple[str, str]) -> Match | None:
    if titles.front_matter(a) or titles.front_matter(b):
        return None
    common, kin = overlap(a.title, b.title), _kin(a, b)
    if common >= NAMED_TITLE and (named := titles.same_name(a, b)):
        return Match.of("lexical", common, named)
    if kin and common >= SAME_WORDS:
        return Match.of("lexical", common, f"{common:.2f} of the title's words, same authors")
    return _by_letters(keys, kin=kin) if keys[0] and (kin or common >= NAMED_TITLE) else None


def _by_letters(keys: tuple[str, str], *, kin: bool) -> Match | None:
    """By runs of letters; the keys are in one order, as difflib is not symmetric."""
    matcher = SequenceMatcher(None, *keys, autojunk=False)
    least = SAME_TITLE_AND_AUTHORS if kin else SAME_TITLE
    alike = matcher.ratio() if matcher.real_quick_ratio() >= least else 0.0
    if alike >= least:
        return Match.of("lexical", alike, f"{alike:.2f} of the title in common" + (", same authors" if kin else ""))
    if kin and sum(run.size for run in matcher.get_matching_blocks() if run.size >= SHORTEST_RUN) >= SAME_TITLE * len(keys[0]):
        return Match.of("lexical", alike, "one title within the other, same authors")
    return None


def _by_meaning(a: Print, b: Print, u: Vector, v: Vector, least: float) -> Match | None:
    if not (a.body and b.body) or a.item.doctype != b.item.doctype or share(a, b) < SOME_TEXT or not _close(a, b):
        return None
    if not _papers(a, b) and (a.item.source == b.item.source or _names_differ(a, b)):
        return None
    if a.numbers != b.numbers or a.text_numbers != b.text_numbers:
        return None
    alike = float(u @ v)
    return Match.of("embedding", alike, f"cosine {alike:.3f}, same numbers and names") if alike >= least else None


def _conflict(a: Print, b: Print) -> bool:
    """Whether the two are marked as different documents, whatever they say."""
    if any(a.identifiers.get(scheme, value) != value for scheme, value in b.identifiers.items() if scheme in UNIQUE_SCHEMES):
        return True
    one, other = urlsplit(a.item.url), urlsplit(b.item.url)
    if not one.netloc or one.netloc != other.netloc:
        return False
    here, there = (set(LONG_NUMBER.findall(f"{at.path}?{at.query}#{at.fragment}")) for at in (one, other))
    return bool(here and there and here != there)


def _papers(a: Print, b: Print) -> bool:
    return a.item.doctype == b.item.doctype == "paper"


def _posts(a: Print, b: Print) -> bool:
    return a.item.doctype == b.item.doctype == "post"


def _other_record(a: Print, b: Print) -> bool:
    """Whether two papers of like titles have other authors, or years between them.

    One author in common is enough for a title that names something, and none is needed where it is long and the same to the
    letter: lists misspell names and confuse given names with surnames. A title of two words may be a column of a journal,
    whose editor is in every list: there half of all must agree, and of front matter the authors must be known too.
    """
    one, other = surnames(a.item.authors), surnames(b.item.authors)
    front = titles.front_matter(a) or titles.front_matter(b)
    if front and not (one and other):
        return True
    if one and other and (front or not (a.key == b.key and len(a.title) >= TELLING_TITLE)):
        column = front or min(len(a.title), len(b.title)) <= SHORT_TITLE
        if in_common(one, other) * 2 < (max(len(one), len(other)) if column else 1):
            return True
    here, there = a.item.published_at, b.item.published_at
    return here is not None and there is not None and abs(here - there) > REPRINT


def _kin(a: Print, b: Print) -> bool:
    """Whether half of the authors agree, and the texts, where both are known, are not those of two papers."""
    one, other = surnames(a.item.authors), surnames(b.item.authors)
    if not one or not other or in_common(one, other) * 2 < min(len(one), len(other)):
        return False
    return not (a.body and b.body) or share(a, b) >= SOME_TEXT


def register(made: Print) -> bool:
    """Whether the item comes from a register: entries may share every word and differ in their number only."""
    return made.item.doctype in ("regulation", "incident")


def _names_differ(a: Print, b: Print) -> bool:
    """Whether each title has a name or number that the other has not: one form filled in twice."""
    here, there = a.names - b.title - b.names, b.names - a.title - a.names
    one, other = (land(sorted(names, reverse=True)) for names in (here, there))  # "UK" and "Britain" are one
    return (bool(here and there) and not (one and one == other)) or _numbers_differ(a, b)


def _numbers_differ(a: Print, b: Print) -> bool:
    """Whether both titles have numbers, and not the same, whatever they are written in."""
    return bool(a.numbers and b.numbers) and a.numbers != b.numbers and a.counts != b.counts


def _again(a: Print, b: Print) -> bool:
    """Whether one source may have published one thing twice: a paper listed again, or a post within days."""
    if _papers(a, b):
        return True
    alike = not (a.body and b.body) or share(a, b) >= SAME_TEXT
    return alike and _posts(a, b) and abs(a.item.at - b.item.at) <= AGAIN and a.key == b.key


def _specific(made: Print, other: Print) -> bool:
    """Whether a title names one thing. Posts of labs have short ones ("Devstral"); press has "AI news of the week"."""
    if made.item.doctype != "post":
        return len(made.title) >= LONG_TITLE
    return len(made.title) >= 2 or abs(made.item.at - other.item.at) <= SAME_DAY  # noqa: PLR2004 - more than a single word


def _close(a: Print, b: Print) -> bool:
    if _papers(a, b):
        return True
    if _posts(a, b) and a.key == b.key and len(a.title) >= TELLING_TITLE and a.item.source != b.item.source:
        return True  # mirrors that were filled later carry any date
    return abs(a.item.at - b.item.at) <= (MIRROR if _posts(a, b) else WIRE)


def overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """Jaccard of two sets of words."""
    return len(a & b) / len(a | b) if a or b else 0.0


def share(a: Print, b: Print) -> float:
    """Jaccard of the shingles of two texts; 0 when either has none."""
    if not len(a.shingles) or not len(b.shingles):
        return 0.0
    common = len(np.intersect1d(a.shingles, b.shingles, assume_unique=True))
    return common / (len(a.shingles) + len(b.shingles) - common)

"""Where sentences begin and end, by character offsets: for evidence, summaries and dates.

Rules, not a model: a sentence ends at `.`, `!`, `?` or `…` (with closing quotes or brackets) before white space and
something that can start a sentence, and at every blank line. A single line break is a wrapped line. Full stops of known
abbreviations, of initials ("J. Smith", "U.S. agencies") and of numbered references ("Art. 5", "No. 12") end nothing.
Known errors: a sentence that really ends in an abbreviation ("… Acme Inc. The board …") is split only when the next word is
a common starter, and a sentence that starts in lower case ("iPhone …") is joined to the one before it.
"""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[]*\S)|[。！？]+[」』”]*|\n[ \t\r]*\n")
_LAST_WORD = re.compile(r"[^\s\"'“‘«(\[]+$")
_STARTER = re.compile(r"\s*[\"'“‘«(\[]*(\S\w*)")
_LIST_NUMBER = re.compile(r"(?:^|[\n:][ \t]*)\d{1,2}$")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)*[A-Za-z]")

# Never followed by a new sentence, or so seldom that joining is the smaller error.
_ABBREVIATIONS = frozenset(
    (  # noqa: SIM905 - a list would take a line a word
        "al approx art arts bros capt cf ch col corp dept dr ed eds eg e.g eq eqs est etc ex fig figs gen gov i.e ie incl "
        "jr lt ltd mr mrs ms mt no nos nr op p para pp prof pt pub ref refs rep rev sec sect sen sgt sr st supp tab vol vols vs v "
        "viz inc co llc bn mn jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k e.u u.n ph.d m.d a.m p.m stat reg"
    ).split()
)
# These may stand at the end of a sentence: they end it when the next word is one that often opens a sentence.
_MAY_END = frozenset(
    "al etc inc co corp ltd llc u.s u.k e.u u.n a.m p.m jr sr ph.d m.d bros dept".split()  # noqa: SIM905 - as above
)
_OPENERS = frozenset(
    (  # noqa: SIM905 - a list would take a line a word
        "the this these that those it its they we he she in on at for to from by with as if when while after before since however "
        "but and our their his her a an there what how who why although because here finally moreover furthermore additionally "
        "experiments results using under despite both such some many most one each i you also instead"
    ).split()
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans (start, end) of the sentences of `text`, in order, without surrounding white space; none is empty."""
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _END.finditer(text):
        if text[found.start()] == "\n" or _ends(text, start, found):
            _keep(spans, text, start, found.end())
            start = found.end()
    _keep(spans, text, start, len(text))
    return spans


def _keep(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    """Add the span, stripped, unless nothing is left of it."""
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        first = start + len(piece) - len(piece.lstrip())
        spans.append((first, first + len(stripped)))


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether the mark at `found` ends a sentence that began at `start`."""
    following = _STARTER.match(text, found.end())
    opener = following.group(1) if following else ""
    if opener[:1].islower():
        return False
    if text[found.start()] != "." or found.group().startswith(".."):
        return True
    return not _is_abbreviation(text[max(start, found.start() - 40) : found.start()], opener)


def _is_abbreviation(before: str, opener: str) -> bool:
    """Whether the full stop after `before` belongs to a shortened word and the sentence goes on with `opener`."""
    last = _LAST_WORD.search(before)
    if last is None:
        return False
    word = last.group()
    known = word.casefold() in _ABBREVIATIONS
    if not known and not (_INITIALS.fullmatch(word) and word != "I"):
        return _is_list_number(before, word)
    if word.casefold() == "no":  # "No." before a figure, "no." at an end
        return opener[:1].isdigit()
    may_end = word.casefold() in _MAY_END or (not known and "." in word)
    return not (may_end and opener.casefold() in _OPENERS)


def _is_list_number(before: str, word: str) -> bool:
    """Whether `word` is the number of a list entry: "1. First" at the start of a line, of fewer than a hundred."""
    return _LIST_NUMBER.search(before) is not None and word.isdigit()

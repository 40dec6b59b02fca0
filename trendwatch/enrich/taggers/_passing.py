"""Whether a word is told in passing: as one of several in a list, or after "such as", "e.g." and the like.

"Risks such as toxicity, bias and leakage of private data" is no text about any of the three; what a text is about is also named
outside of lists. Known errors: a list of two ("bias and toxicity") is not seen, and where the list is the matter itself ("covers
prompt injection, poisoning and theft") its words are held to be in passing all the same.
"""

from __future__ import annotations

import re

_EDGE = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)[.!?;:]\s|[()\[\]]|\n\s*\n")
_EXAMPLES = re.compile(
    r"\b(?:such as|e\.g\.|including|for example|for instance|(?<!look )(?<!looks )(?<!sound )(?<!sounds )(?<!seem )(?<!feels )like|ranging from)(?=[\s,])",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:we|i|it|they|this|these|which|that|who|is|are|was|were|be|has|have|can|may|could|will|to|by|while|but|where|when|how|our)\b",
    re.IGNORECASE,
)
_LAST = re.compile(r"\s*(?:and|or|as well as)\b", re.IGNORECASE)
_PAIR = re.compile(r"^\s*(?:[\w-]+ ){1,4}(?:and|or) [\w-]", re.IGNORECASE)
REACH = 240
"""Characters looked at on either side."""
ITEM = 5
"""Words that one item of a list has at most."""
FEWEST = 3
EXAMPLES = 14
"""Words within which "such as" still speaks of examples."""

RULES = (REACH, ITEM, FEWEST, EXAMPLES, _EDGE.pattern, _EXAMPLES.pattern, _CLAUSE.pattern, _LAST.pattern, _PAIR.pattern)
"""What decides here: part of the tags' fingerprint."""


def in_passing(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] stands in a list of three or more, or among examples."""
    begin = max((m.end() for m in _EDGE.finditer(text, max(0, start - REACH), start)), default=max(0, start - REACH))
    edge = _EDGE.search(text, end, end + REACH)
    stop = edge.start() if edge else min(len(text), end + REACH)
    before, found, after = text[begin:start], text[start:end], text[end:stop]
    mark = max((m.end() for m in _EXAMPLES.finditer(before)), default=None)
    if mark is not None and len(before[mark:].split()) <= EXAMPLES and not _CLAUSE.search(before[mark:]):
        return True
    enclosed = begin > 0 and text[begin - 1] in "([" and edge is not None and edge.group() in ")]"
    return _listed(before, found, after, enclosed=enclosed)


def _listed(before: str, found: str, after: str, *, enclosed: bool) -> bool:
    """Whether the word is an item of a list: short pieces between commas, the last of them after "and" or "or"."""
    left, right = before.split(","), after.split(",")
    if not _short(left[-1] if len(left) > 1 else " ".join(before.split()[-2:]), found, right[0]) and len(right) > 1:
        return False
    items = 1
    for piece in reversed(left[1:-1]):
        if not _is_item(piece):
            break
        items += 1
    items += len(left) > 1  # the first item hangs on what comes before it
    closed = _LAST.match(left[-1]) is not None and len(left) > 1
    for piece in right[1:]:
        if closed:
            break
        if _LAST.match(piece):
            items, closed = items + 1, True
        elif _PAIR.match(piece):
            items, closed = items + 2, True
        elif _is_item(piece):
            items += 1
        else:
            break
    if not closed and len(left) > 1 and _PAIR.match(f"{left[-1]}{found}{right[0]}"):
        items, closed = items + 1, True
    return items >= FEWEST and (closed or enclosed)


def _is_item(piece: str) -> bool:
    return 0 < len(piece.split()) <= ITEM and not _CLAUSE.search(piece)


def _short(left: str, found: str, right: str) -> bool:
    return len(f"{left}{found}{right}".split()) <= ITEM + 2 and not _CLAUSE.search(f"{left} {right}")

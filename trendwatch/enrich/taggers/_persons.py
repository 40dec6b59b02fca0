"""Whether a product's name is a person's here: "Claude, 54, sued the maker", "Claude Dupont lost his post".

Asked of doubtful names only, at their places. An age behind any of them tells a person. A surname is taken for one behind names that
people bear, where the words around are in lower case: in a headline that capitalises every word nothing tells a surname from a verb.
Known errors: a new product called after its family ("Claude Something" in running text) is lost at that place until it is listed, and
a person is kept in a capitalised headline.
"""

from __future__ import annotations

import re

BORNE = frozenset({"Claude", "Gemma", "Jordan"})
PRODUCTS = frozenset(
    (  # noqa: SIM905 - a list would take a line a word
        "Advanced Agent Agents Android App Apps Artifacts Assistant Browser Chat Chatbot Chrome Code Computer Console Cowork Design "
        "Desktop Developer Enterprise Excel Extension Gov Government Haiku Instant Life Managed Max Memory Mobile Model Models Mythos "
        "Opus Partner Platform Plugin Plugins Pro Projects Research Safety Scope Security Skill Skills Slack Sonnet Team Web Windows"
    ).split()
)
"""What follows such a name in products, as far as it is no acronym and holds no figure."""
LITTLE = frozenset(
    "a an and are as at be by for from has in into is it its of on or over than that the to was were will with".split()  # noqa: SIM905 - as above
)
"""Words that headlines in capitals leave small."""
_AGE = re.compile(r", (?:aged? )?\d{2},|, aged \d{2}\b")
_AGE_ASIDE = re.compile(r" \(\d{2}\)")
_SURNAME = re.compile(r" ([^\W\d_][^\W_]*)(?:['’]s)?(?:(,)? ([^\W\d_][^\W_]*))?")
_BEFORE = re.compile(r"([^\W\d_]+) $")
RULES = (
    sorted(BORNE),
    sorted(PRODUCTS),
    sorted(LITTLE),
    _AGE.pattern,
    _AGE_ASIDE.pattern,
    _SURNAME.pattern,
    _BEFORE.pattern,
    "persons-1",
)
"""All that decides, for a fingerprint; the last changes with the code."""


def is_person(raw: str, start: int, end: int) -> bool:
    """Whether raw[start:end] is told of like a person."""
    if _AGE.match(raw, end):
        return True
    if raw[start:end] not in BORNE:
        return False
    if _AGE_ASIDE.match(raw, end):  # of other names it may be a score
        return True
    named = _SURNAME.match(raw, end)
    if named is None or not _is_surname(named[1]):
        return False
    before = _BEFORE.search(raw, max(0, start - 24), start)
    comma, following = named[2], named[3] or ""
    if comma and following.islower():
        return True
    return _is_running(following) or (not following and before is not None and _is_running(before[1]))


def _is_surname(word: str) -> bool:
    return word[0].isupper() and word[1:].islower() and word not in PRODUCTS


def _is_running(word: str) -> bool:
    """Whether a word in lower case shows that its sentence is not set in capitals."""
    return word.islower() and word not in LITTLE

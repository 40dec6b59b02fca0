"""Whether a product's name is a person's here: "Claude, 54, sued the maker", "Claude Dupont lost his post".

Asked of doubtful names only, at their places. An age tells a person where what people do follows and no scores stand around. A surname
is taken for one behind names that people bear, where an age or what people do follows, behind an apposition too, or "named" stands before:
makers call ever new products by a second word in capitals. Known errors: a person is kept as the product where nothing of the kind is said,
and a new product that "told" or "asked" something is lost at that place until it is listed.
"""

from __future__ import annotations

import re

BORNE = frozenset({"Claude", "Gemma", "Jordan"})
PRODUCTS = frozenset(
    (  # noqa: SIM905 - a list would take a line a word
        "Advanced Agent Agentic Agents Android App Apps Artifacts Assistant Attack Browser Chat Chatbot Chatbots Chrome Code Coding "
        "Computer Connector Connectors Console Constitution Conversation Conversations Cowork Desktop Design Developer Education Enterprise "
        "Excel Extension Extensions Financial Gov Government Haiku Health Healthcare Instant Jailbreak Jailbreaks Life Live Managed "
        "Marketplace Max Memory Mobile Mode Model Models Mythos Opus Partner Platform Plugin Plugins Pro Projects Prompt Research Safety "
        "Scope Search Security Skill Skills Slack Sonnet Store Subscription System Team Teams User Users Voice Web Windows Workflow Workflows"
    ).split()
)
"""What follows such a name in products, as far as it is no acronym and holds no figure."""
DOING = frozenset(
    (  # noqa: SIM905 - as above
        "who whose himself herself says said tells told asks asked loses lost sues sued wrote died dies killed paid spent "
        "bought fell felt thought believed believes met married divorced lives lived worked works testified pleaded confided "
        "founded complained alleged alleges claims claimed resigned argued argues won taught teaches blamed blames"
    ).split()
)
"""What people do or suffer, right behind a name."""
ATTRIBUTES = frozenset({"of", "from", "a", "an", "was", "is", "has", "had"})
"""What else may follow an age; behind a surname it would be of a product as well."""
_FIGURE = r"(?:[5-9]|[1-9]\d|10[0-5])"
_AGED = re.compile(rf", aged {_FIGURE}\b")
_AGE = re.compile(rf", {_FIGURE}, ([a-z]+)\b")
_AGE_ASIDE = re.compile(rf" \({_FIGURE}\),? ([a-z]+)\b")
_SCORES = re.compile(
    r"%|\bpercent|\bper cent|scor(?:e|ing)|\bpoints?\b|benchmark|accura|leaderboard|\brank|\brating|\barena\b|\belo\b|\bMMLU|\bGPQA|\bSWE\b"
    rf"|\b\d+\.\d|, {_FIGURE}\b|\({_FIGURE}\)",
    re.IGNORECASE,
)
"""Figures that are no ages, and what they are figures of."""
_SENTENCE = 160
"""At most so many characters of a sentence are looked at on either side."""
_STOP = re.compile(r"[.!?]\s|\x00|\n\n")
_SURNAME = re.compile(r" ([^\W\d_][^\W_]*)(?:(?:, an? [^,.;:!?\x00]{1,60})?,? ([^\W\d_][^\W_]*))?")
_NAMED = re.compile(r"\b(?:named|called|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Prof\.?|Professor) $")
RULES = (
    *(sorted(words) for words in (BORNE, PRODUCTS, DOING, ATTRIBUTES)),
    *(p.pattern for p in (_AGED, _AGE, _AGE_ASIDE, _SCORES, _STOP, _SURNAME, _NAMED)),
    _SENTENCE,
    "persons-2",
)
"""All that decides, for a fingerprint; the last changes with the code."""


def is_person(raw: str, start: int, end: int) -> bool:
    """Whether raw[start:end] is told of like a person."""
    if _is_aged(raw, start, end, aside=False):
        return True
    if raw[start:end] not in BORNE:
        return False
    if _is_aged(raw, start, end, aside=True):  # of other names it may be a score
        return True
    named = _SURNAME.match(raw, end)
    if named is None or not _is_surname(named[1]):
        return False
    last = named.end(1)
    return (
        (named[2] or "") in DOING
        or _NAMED.search(raw, max(0, start - 16), start) is not None
        or _is_aged(raw, start, last, aside=False)
        or _is_aged(raw, start, last, aside=True)
    )


def _is_surname(word: str) -> bool:
    return word[0].isupper() and word[1:].islower() and word not in PRODUCTS


def _is_aged(raw: str, start: int, end: int, *, aside: bool) -> bool:
    """Whether an age stands behind the name, and no scores around."""
    if not aside and _AGED.match(raw, end):
        return True
    age = (_AGE_ASIDE if aside else _AGE).match(raw, end)
    if age is None or not (age[1] in DOING or age[1] in ATTRIBUTES):
        return False
    before = _STOP.split(raw[max(0, start - _SENTENCE) : start])[-1]
    after = _STOP.split(raw[age.start(1) : age.start(1) + _SENTENCE])[0]
    return not _SCORES.search(before) and not _SCORES.search(after)

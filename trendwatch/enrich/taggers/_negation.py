"""How far a negation reaches: "did not involve any deepfake" denies the deepfake, "cannot prevent a deepfake" does not.

From the end of a negator it reaches over words that change nothing about what is denied: determiners, a few adjectives and adverbs,
verbs as light as "involve", and nouns that only stand for another ("evidence of"). Any other word ends it, and so does any mark but a
quotation mark or a hyphen. A found word under it is denied, what stands right behind that too ("no AI deepfake"), and what follows
after "or". The lists are narrow on purpose: what is denied wrongly is lost, what is kept wrongly shows its words.

Five kinds of denial leave a text about what it denies, and deny nothing here: acting against a thing ("cannot prevent", "no jailbreak
defence"), the lack of a control ("without human oversight", "did not use red teaming"), a demand or advice ("must not discriminate",
"Never share personal data"), adjectives that speak of a gap to be filled ("no existing …", "without adequate …"), and a claim that is
not made about what did happen ("has not confirmed the data breach"). Known errors: a finding that there is none ("no evidence of bias",
in a study of bias) counts as a denial where the text nowhere else names it; "did not confirm any deepfake" counts as none.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping

CONTRACTED = ("isn t", "aren t", "wasn t", "weren t", "doesn t", "don t", "didn t", "hasn t", "haven t", "won t", "wouldn t")
PLAIN = (
    "not", "no", "without", "never", "neither", "nor", "rather than", "instead of", "free of", "is free from", "are free from",
    "was free from", "were free from", "does not cover", "nothing to do with",
)  # fmt: skip
NEXT = ("non", "unlike", "unrelated to", "other than", "excluding", "except", "no longer")
"""Negators of the next word alone: "unlike earlier benchmarks" is said by a benchmark."""
MOST_WORDS = 7
_PASSED = frozenset(
    (  # noqa: SIM905 - a list would take a line a word
        "a an any this these those its their his her our my your some other another one known further additional extra explicit "
        "external actual apparent direct manual costly expensive original more specific "
        "malicious obvious evident visible own labelled labeled human ai ai-generated task-specific domain-specific directly actually ever "
        "explicitly really also itself currently about involve involves involved involving use uses used using contain contains "
        "contained containing include includes included require requires required requiring need needs needed needing "
        "exhibit exhibits exhibited exhibiting constitute constitutes constituted represent represents cause "
        "causes causing employ employs employed employing produce produces perform performing"
    ).split()
)
_CLAIMED = frozenset({"reported", "confirmed", "documented", "verified"})
"""Adjectives right behind "no" and its like ("no reported deepfake"). Behind "has not" and "no one" they are verbs: the thing may be so."""
_SEEN = frozenset({"find", "finds", "found", "finding", "show", "shows", "showed", "shown", "showing"})
"""Passed where "any" or "evidence of" follows: who has "not found deepfake makers" speaks of real ones."""
_BEING = frozenset({"be", "been", "being", "have", "has", "had"})
"""Passed where another passed word follows: "has not been caused by …", but what "may not be fair use" is about fair use."""
_LINKS = {
    (
        "of",
        "for",
    ): "evidence sign signs indication indications proof trace traces record records report reports case cases instance "
    "instances example examples occurrence occurrences incident incidents mention hint hints risk form kind sort type act matter "
    "use need part question",
    ("by",): "caused driven triggered produced explained",
    ("on",): "rely relies relied relying depend depends depended depending",
    ("to", "with"): "due related linked connected attributed attributable access link links connection relation ties",
    ("from",): "stem stems stemmed resulted arise arose suffer suffers suffered",
    ("of", "from"): "result",
}
_LINKED = {word: links for links, words in _LINKS.items() for word in words.split()}
"""Words that are passed with one of these behind them: "no evidence of …", not "no evidence …"."""
_LEADING = _SEEN.union(_BEING, _LINKED, {"the"})
"""Words of which the next one decides."""
_HEADS = frozenset(word.partition("-")[0] for word in _PASSED.union(_CLAIMED, _LEADING))
_LONGEST = 2 + max(map(len, _HEADS))
_OPEN = re.compile(
    r"\b(?:or|and) (?:without|not)$|\b(?:must|shall|should) (?:not|never)$|\b(?:ensur\w+|make sure)\b[^.;:!?]{0,48}\b(?:not|no|never|without|from)$",
    re.IGNORECASE,
)
"""Before the end of a negator that denies nothing: it leaves open which ("with or without"), or says what ought to be."""
_LOOK_BACK = 64
"""Characters before the end of a negator in which that is looked for."""
_ADVICE = re.compile(
    r"(?:^ |[.!?:;\x00]\s+|[\"“‘«(\[]|[\s:]'|[–—]\s*|\n\s*(?=[DN]))(?:[A-Z][a-z]+, |[Pp]lease )?(?:(?:[Dd]o not|[Dd]on.t)|(?P<never>[Nn]ever))$"
)
"""A negator where a sentence begins, in a headline, a list or a quotation too: no subject stands before it, so it is an order
("Parents, do not use …")."""
_ORDERING = ("o not", "on't", "on’t", "ever")
"""How such a negator ends: looked at first, since few do."""
_ORDERED = re.compile(r"\s+(?!(?:an?|the|any|known)\b|\w+(?:s|ed|ing)\b)\w", re.IGNORECASE)
"""What follows "never" in an order: "Never hallucinates" is praise."""
_VERBAL = re.compile(r"(?:\bnot|n.t|\bnever)$", re.IGNORECASE)
"""Negators of a verb. Words behind a verb are what it acts on: "do not leak personal data"."""
_REMEDY = re.compile(
    r"[\s-]+(?:defen[cs]e|detect|mitigat|protect|prevent|safeguard|guardrail|filter|resistan"
    r"|(?:polic(?:y|ies)|rules?|laws?|bills?|acts?)\b)",
    re.IGNORECASE,
)
_LACKING = re.compile(
    r"human (?:control|oversight|review|approval|in the loop)|oversight|safeguard|guardrail|protection|consent|benchmark|audit|watermark"
    r"|red.team|safety (?:test|evaluation|filter)|moderation|filter|disclosure|age (?:check|verification|assurance)",
    re.IGNORECASE,
)
"""Controls that are hints or belong to another facet too; the words of the facet are told by the caller."""
_ABSENT = re.compile(r"(?:\b(?:no|not|without|never)|n.t)$", re.IGNORECASE)
_IDENTITY = re.compile(r"\s+(?:an?|the|another)\b", re.IGNORECASE)
"""Behind "not": what a thing is not ("not a benchmark but a course"), not what is lacking."""
_SPARED = re.compile(r"\b(?:access|requiring|needing|need for)\b", re.IGNORECASE)
"""Between a negator and a control: a method that does without it ("without access to model internals")."""
_WORD = re.compile(r"-?[ \t\r\"'“”‘’«»]*\n?[ \t\r\"'“”‘’«»]*([^\W_]+(?:-[^\W_]+)*)")
_JOINED = re.compile(r"[\s-]")
_OR = re.compile(r"\s+n?or\b", re.IGNORECASE)
RULES = (
    *(CONTRACTED, PLAIN, NEXT, MOST_WORDS, _ORDERING, sorted(_LINKS.items()), _LOOK_BACK),
    *(sorted(words) for words in (_PASSED, _CLAIMED, _SEEN, _BEING)),
    *(
        p.pattern
        for p in (_OPEN, _ADVICE, _ORDERED, _VERBAL, _REMEDY, _LACKING, _ABSENT, _IDENTITY, _SPARED, _WORD, _JOINED, _OR)
    ),
    "negation-2",
)
"""All that decides, for a fingerprint; the last changes with the code."""


def candidates(low: str, ends: Iterable[int], starts: Container[int]) -> list[int]:
    """Those of the places where negators end in the folded text behind which a found word or a word that is passed may follow: few."""
    near = []
    for end in ends:
        head = low[end + 1 : end + _LONGEST].partition(" ")[0]
        if end + 1 in starts or not head or head in _HEADS:
            near.append(end)
    return near


def denied(raw: str, ends: Iterable[int], found: Mapping[int, int], controls: Container[int]) -> set[int]:
    """Starts of the words of `found` (start to end, the longest) that a negation reaches, given where negators end in `raw` and which
    of the words name a control.
    """
    spans = [span for end in ends for span in _reached(raw, end, found, controls)]
    return {place for start, end in spans for place in found if start <= place < end}


def _reached(raw: str, place: int, found: Mapping[int, int], controls: Container[int]) -> Iterator[tuple[int, int]]:
    """Spans of found words under one negator, which ends at `place`."""
    negator = place
    before = raw[max(0, place - _LOOK_BACK) : place]
    verbal = _VERBAL.search(before) is not None
    if verbal and _is_order(before, raw, place):
        return
    for number in range(MOST_WORDS):
        word = _WORD.match(raw, place)
        if word is None:
            return
        start = word.start(1)
        if start in found:
            at_once = number == 0
            if _OPEN.search(before) or (at_once and before[-2] in "'’" and raw[start].isupper()):  # "Why wouldn't Chatbots …"
                return
            place = found[start] if at_once and (verbal or raw[place] == "-") else _compound(raw, start, found)
            is_control = any(n in controls for n in range(start, place)) or _LACKING.search(raw, start, place)
            is_lacking = is_control and _ABSENT.search(before) and not _SPARED.search(raw, negator, start)
            if verbal and _IDENTITY.match(raw, negator):
                is_lacking = False
            if not _REMEDY.match(raw, place) and not _REMEDY.search(raw, start, place) and not is_lacking:
                yield start, place
            either = _OR.match(raw, place)
            place = either.end() if either else -1
        else:
            place = _passed(raw, word, first=number == 0, verbal=verbal)
        if place < 0:
            return


def _is_order(before: str, raw: str, place: int) -> bool:
    if not before.endswith(_ORDERING):
        return False
    advice = _ADVICE.search(before)
    return advice is not None and (advice["never"] is None or _ORDERED.match(raw, place) is not None)


def _compound(raw: str, start: int, found: Mapping[int, int]) -> int:
    """Where the last ends of the found words that stand one behind the other from `start` on."""
    end = found[start]
    while (
        raw[end - 3 : end] != "ing" and end + 1 in found and _JOINED.match(raw, end)
    ):  # "without erasing biases": acts on them
        end = found[end + 1]
    return end


def _passed(raw: str, word: re.Match[str], *, first: bool, verbal: bool) -> int:
    """Where to read on behind a word that says nothing of its own; -1 when it ends the reach."""
    said = word[1].lower()
    if (said in _PASSED and said not in _LINKED) or (said in _CLAIMED and first and not verbal):
        return word.end()
    if said not in _LEADING:
        return -1
    behind = _WORD.match(raw, word.end())
    following = behind[1].lower() if behind else ""
    if behind and following in _LINKED.get(said, ()):
        return behind.end()
    goes_on = (
        said in _PASSED
        or (said == "the" and following in _LINKED)  # else it is one that is spoken of: "without the jailbreaks"
        or (said in _SEEN and (following == "any" or following in _LINKED))
        or (said in _BEING and (following in _PASSED or following in _LINKED or following in _BEING))
    )
    return word.end() if goes_on else -1

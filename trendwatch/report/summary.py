"""Two sentences that stand in the item itself: nothing is written that the source did not write.

A sentence is scored by where it stands, by how many words of the title it takes up, by the words that earned the item's tags
and, in papers, by cues of a finding. Left aside: boilerplate of feeds, headlines said again, halves of sentences cut off by
the publisher, sentences that lean on one that is not shown. Known misses: a sentence that ends in an abbreviation not listed
here is split; lists without full stops give no sentence at all, and then there is no summary, which is the honest answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trendwatch.model import Item
from trendwatch.report import safe

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|approx|resp|al|Fig|Figs|Eq|Eqs|Sec|Sect|No|Nos|Art|Arts|para|pp|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov"
    r"|Gen|Jr|Sr|St|Inc|Corp|Ltd|Co|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|U\.S|U\.K|U\.N|E\.U|D\.C|a\.m|p\.m|Reg|Stat"
    r"|Res|Ass|est|ca|v)|(?:^|[\s(])[A-Z])\.$"
)
_END = re.compile(r"[.!?…]+[\"”’')\]]*(?=\s|$)")
_BOILERPLATE = re.compile(
    r"(?i)^(?:score|points|comments|comments url|article url|discussion|by|tags?|filed under|source|via|share|photo|image|credit|"
    r"read more|continue reading|subscribe|sign up|click here|view (?:the )?(?:full|original)|advertisement|related|posted (?:in|by|on)|"
    r"services?|markets?)\b\s*[:.]|# comments|appeared first on|\bcookies?\b.*\b(?:accept|consent|policy)\b|announce type:|"
    r"all rights reserved|^subscribe\b|^sign up\b|^read (?:more|the full)\b|^continue reading\b|^click\b|^listen to\b|newsletter\b.*\binbox|"
    r"^(?:image|photo|figure|table|credit)s? ?\d*\s*(?:by|:|courtesy)|^©|^copyright\b|^https?://\S+$|open in app|min read\b|"
    r"^accepted (?:at|to|by|for)\b|^code (?:is|and|will|can)\b.*available|\bgithub\.com\b|^our (?:code|project page|data)\b|^comments?:|"
    r"^(?:this|the) (?:article|post|story) (?:was )?(?:originally|first)\b|^(?:content )?warning\b"
)
_LEADIN = re.compile(r"^(?:arXiv:\S+\s+)?(?:Announce Type:\s*\S+\s+)?(?:Abstract:\s*)|^arXiv:\d{4}\.\d{4,5}(?:v\d+)?\s+")
_FINDING = re.compile(
    r"(?i)\b(?:we (?:find|found|show|demonstrate|reveal|introduce|present|propose|report|uncover|identify)|results? (?:show|reveal|suggest|indicate)"
    r"|our (?:results|findings|analysis|evaluation)|this paper|reveals?|outperform)"
)
_RESULT = re.compile(
    r"(?i)(?<![-\w.])\d+(?:\.\d+)? ?%|\b(?:shows?|demonstrates?|achiev(?:es?|ed)|improv(?:es?|ed)|reduc(?:es?|ed)|increas(?:es?|ed)|lower(?:s|ed)"
    r"|rais(?:es|ed)|provides|offers|enables)\b"
)
"""What else says that something was done or found, once a sentence is chosen."""
_LEANING = re.compile(
    r"^(?:However|Moreover|Furthermore|Additionally|In addition|Therefore|Thus|Hence|Instead|But|And|Yet|Also|Still|Similarly|"
    r"Specifically|Finally|First(?=,)|Second|Third|Then|They|He|She|His|Her|Their|It|Its|These|Those|This|That|Such|As a result|In contrast|"
    r"Nevertheless|Consequently|To this end|To [a-z]+ (?:this|these|such|those)|In particular|In this (?:setting|case|way)|Indeed|Accordingly|"
    r"Further|Likewise|Overall|(?:Motivated|Inspired) by (?:this|these)|(?:Based|Building) on (?:this|these|it)|Among (?:these|them)|"
    r"Only a few|For (?:this|these|[a-z-]+(?: [a-z-]+)?, we))\b|^\(?(?:\d|[ivx]+)\) "
)
_POINTING = re.compile(
    r"(?i)\b(?:these|those|such) [a-z]+s\b|\bthis (?!paper|work|study|article|week|month|year|act|bill|rule|report)[a-z-]+|"
    r"\bwe (?:further|also|then)\b|\bwithin this\b|\bbeyond\b.{5,60},"
)
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])[\"”’')\]]*$")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "more",
        "most",
        "new",
        "not",
        "of",
        "on",
        "or",
        "our",
        "over",
        "say",
        "says",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "these",
        "they",
        "this",
        "to",
        "under",
        "up",
        "was",
        "we",
        "were",
        "what",
        "when",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
_AGAIN = 0.6
"""Share of a sentence's words that another has too, above which it says the same again."""
_SHORTEST, _LONGEST, _TOGETHER, _READ = 40, 360, 560, 6_000


def words(text: str) -> frozenset[str]:
    """The telling words of a text, case folded."""
    return frozenset(w for w in (m.casefold() for m in _WORD.findall(text)) if w not in _STOP and len(w) > 1)


def sentences(text: str) -> list[str]:
    """The sentences of a text, blanks folded; paragraphs (blank lines) and line breaks after a full stop end one as well."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        block = safe.line(_LEADIN.sub("", paragraph.strip(), count=1))
        start = 0
        for match in _END.finditer(block):
            end = match.end()
            if _ABBREVIATION.search(block[max(start, match.start() - 12) : match.start() + 1]) and end < len(block):
                continue
            if end < len(block) and block[end + 1 : end + 2].islower():
                continue
            found.append(block[start:end].strip())
            start = end
        found.append(block[start:].strip())
    return [s for s in found if s]


def _whole(sentence: str, title: frozenset[str]) -> bool:
    if not _SHORTEST <= len(sentence) <= _LONGEST or _CUT_OFF.search(sentence) or _BOILERPLATE.search(sentence):
        return False
    if not re.search(r"[.!?][\"”’')\]]*$", sentence) or not re.match(r"[\"“‘'(\[]?[^\W_a-z]", sentence):
        return False
    said = words(sentence)
    return len(said) >= 4 and len(said & title) < 0.8 * len(said | title)  # noqa: PLR2004 - fewer words say nothing


def _score(sentence: str, at: int, title: frozenset[str], quotes: Sequence[str], *, paper: bool) -> float:
    folded = sentence.casefold()
    shared = len(words(sentence) & title) / max(1, len(title))
    earned = min(2, sum(1 for q in quotes if q in folded))
    early = 1 / (1 + at * (0.15 if paper else 0.5))
    finding = (
        (0.5 if _FINDING.search(sentence) else 0.0) + (0.2 if re.search(r"\d ?%|\d\.\d", sentence) else 0.0) if paper else 0.0
    )
    return early + 1.2 * shared + 0.3 * earned + finding - (0.5 if _POINTING.search(sentence[:90]) else 0.0)


def summarise(item: Item, quotes: Sequence[str] = ()) -> tuple[str, ...]:
    """At most two whole sentences of `item.text`, in its order; () for an item that has only a title.

    `quotes` are the words that earned the item's tags.
    """
    title = words(item.title)
    told = [q.casefold() for q in quotes]
    all_of_it = sentences(item.text[:_READ])
    if len(item.text) > _READ:
        all_of_it = all_of_it[:-1]
    fit = [(i, s) for i, s in enumerate(all_of_it) if _whole(s, title)]
    scored = sorted((-_score(s, i, title, told, paper=item.doctype == "paper"), i, s) for i, s in fit)
    chosen: list[tuple[int, str]] = []
    for _, i, s in scored:
        leans = bool(_LEANING.match(s)) and all(i - 1 != j for j, _ in chosen)
        repeats = any(len(words(s) & words(t)) > _AGAIN * len(words(s)) for _, t in chosen)
        if not leans and not repeats and len(s) + sum(len(t) for _, t in chosen) <= _TOGETHER:
            chosen.append((i, s))
        if len(chosen) == 2:  # noqa: PLR2004 - two sentences, as promised
            break
    if item.doctype == "paper":
        chosen = _with_a_finding(chosen, [(i, s) for _, i, s in scored])
    return tuple(s for _, s in sorted(chosen))


def _with_a_finding(chosen: list[tuple[int, str]], best: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """A paper's sentences, one of which says what was done or found, where any does: the best such one takes the weaker place, behind
    the stronger, even if it begins with "Motivated by this".
    """
    if not chosen or any(_FINDING.search(s) or _RESULT.search(s) for _, s in chosen):
        return chosen
    at, first = chosen[0]
    finding = ((i, s) for i, s in best if i > at and _FINDING.search(s) and len(first) + len(s) <= _TOGETHER)
    found = next((f for f in finding if len(words(f[1]) & words(first)) <= _AGAIN * len(words(f[1]))), None)
    return [chosen[0], found] if found else chosen

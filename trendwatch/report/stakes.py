"""What hangs on a story: a harm that was reported, a rule that is made and no longer only asked for, an attack on a named product.

Relevance says whether a story is about the safety of generative AI, and most of a week's are; it does not say that a law signed
by a governor weighs more than a bill that was handed in, nor that people harmed weigh more than a study of thirty volunteers.

Known misses: the stage of a rule is read from its title and from what its register says of it, so a law that only its text calls
signed counts as one of unknown stage; an incident told by the press alone counts by its words in the title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trendwatch.model import Item, TagLine
from trendwatch.report.candidates import Candidate

REPORTED, GRAVE, MADE, ON_THE_WAY, NAMED_ATTACK = 0.2, 0.1, 0.25, 0.1, 0.1
GRAVE_HAZARDS = (
    "hazard.csam", "hazard.ncii", "hazard.self-harm", "hazard.violence", "hazard.cbrn", "hazard.physical-safety",
)  # fmt: skip
"""Harms to life, limb and sexual integrity."""
_ASKED_FOR = re.compile(r"(?i)\b(?:introduced|prefiled|pre-filed|first reading|proposes)\b")
_MADE = re.compile(
    r"(?i)\b(?:enacted|signed|chaptered|adopt(?:s|ed)|public law|final (?:rule|guidance|decision|code)|(?:in|into) force|t(?:akes?|ook) effect"
    r"|becomes? law|executive order|fine[sd]|injunction|settle(?:s|d|ment)|ruling|convicted|sentenced)\b"
)
_ON_THE_WAY = re.compile(
    r"(?i)\b(?:pass(?:es|ed)|engrossed|enrolled|proposed rule|consultation|request for comments?|agree(?:d|ment) on)\b"
)
_HARMED = re.compile(
    r"(?i)\b(?:died|dead|deaths?|killed|suicide|murder(?:ed)?|hospitali[sz]ed|arrested|charged|su(?:es|ed)|lawsuit|victims?|recall(?:s|ed)?"
    r"|breach(?:ed)?|leaked|stolen|hacked|outage)\b"
)


def stakes(candidate: Candidate, tags: Sequence[TagLine]) -> tuple[float, str]:
    """From 0 to 0.3, and in words what it is for ("" where nothing is); `tags` are all of the story's."""
    harm, told = _harm(candidate)
    if harm:
        grave = next((t for t in tags if t.tag.endswith(GRAVE_HAZARDS)), None)
        return (harm + GRAVE, f"{told}, of a grave kind ({grave.name})") if grave else (harm, told)
    if candidate.lead.doctype == "regulation":
        return _stage(candidate.lead)
    attack = next((t for t in tags if t.facet == "attack"), None)
    actor = next((t for t in tags if t.facet == "actor" and t.where == "title"), None)
    if attack and actor:
        return NAMED_ATTACK, f"a weakness of {actor.name} (“{actor.quote}” in the title)"
    return 0.0, ""


def _harm(candidate: Candidate) -> tuple[float, str]:
    if any(i.doctype == "incident" for i in candidate.items):
        return REPORTED, "a reported incident"
    said = _HARMED.search(candidate.lead.title) if candidate.lead.doctype == "news" else None
    return (REPORTED, f"harm is reported (“{said.group()}” in the title)") if said else (0.0, "")


def _stage(item: Item) -> tuple[float, str]:
    """How far a rule has come. What the register says comes before the words of a title, and "introduced" before all."""
    kind = item.about.get("type", "")
    if kind in ("Rule", "Presidential Document"):
        return MADE, f"a rule that is made (“{kind}” in its register)"
    if kind == "Proposed Rule":
        return ON_THE_WAY, "a rule on its way (“Proposed Rule” in its register)"
    if _ASKED_FOR.search(item.title):
        return 0.0, ""
    if made := _MADE.search(item.title):
        return MADE, f"a rule that is made (“{made.group()}” in the title)"
    if coming := _ON_THE_WAY.search(item.title):
        return ON_THE_WAY, f"a rule on its way (“{coming.group()}” in the title)"
    return 0.0, ""

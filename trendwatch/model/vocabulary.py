"""Closed sets of words: what an item can be, how a visit can end, what a digest is divided into."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal

Doctype = Literal["paper", "news", "regulation", "incident", "post"]
DOCTYPES: tuple[Doctype, ...] = ("paper", "news", "regulation", "incident", "post")

Outcome = Literal["ok", "partial", "unchanged", "empty", "transient", "permanent", "policy", "parse-error"]
"""How a visit ended. The first four are successes; "empty" is a 200 that held no entry."""

ArticleState = Literal[
    "ok",
    "login",
    "paywall",
    "captcha",
    "short",
    "not html",
    "other page",
    "pdf",
    "robots",
    "policy",
    "gone",
    "unread",
    "unreached",
]
"""What came of the page behind an entry. short: too little text to be an article. other page: its title is another. policy: the
address may not be asked. gone: the site says that there is no such page for us. unread: extraction failed. unreached: no usable
answer, which may change."""

Verdict = Literal["relevant", "context", "off-topic"]
"""relevant: about the safety, misuse, governance or societal risk of generative AI. context: a plain capability release of
a frontier model, worth a line. off-topic: kept in the archive, marked, never in a digest."""

NO_TEXT: Mapping[str, str] = MappingProxyType({})
NO_DATES: Mapping[str, date] = MappingProxyType({})

Section = Literal["first", "papers", "incidents", "rules", "industry", "also"]
SECTIONS: Mapping[Section, str] = MappingProxyType(
    {
        "first": "What to know first",
        "papers": "Papers",
        "incidents": "Incidents",
        "rules": "Rules and dates",
        "industry": "Industry",
        "also": "Also seen",
    }
)

DeliveryState = Literal["sending", "sent", "refused", "retry", "unknown"]
"""sending: claimed before the wire is touched; found after a crash it means unknown, and is never resent unasked."""

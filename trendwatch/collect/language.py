"""The language of an item: what the user declared, else the publisher, else what the text shows."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_TAG = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE)
_LEAST = 60
"""Characters of text below which a guess is worth nothing (a title alone is guessed wrong one time in ten)."""
_SURE = 0.9
UNCLEAR = "und"
"""What an item's language is when a look at its text found none."""
_NO_LANGUAGE = {"und", "mul", "zxx", "xx", "mis"}
_OLD = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "jp": "ja",
    "cn": "zh",
    "kr": "ko",
    "gr": "el",
    "cz": "cs",
    "dk": "da",
    "nb": "no",
    "nn": "no",
}
"""Withdrawn tags, countries written for languages, and the two Norwegians, which the guess cannot tell apart."""


def primary(tag: str) -> str:
    """The primary subtag in lower case: "en" for "en-US", "EN_gb"; "" for what is no tag."""
    found = _TAG.fullmatch(tag.strip())
    code = found[1].lower() if found else ""
    return "" if code in _NO_LANGUAGE else _OLD.get(code, code)


def said(declared: str, published: str) -> str:
    """BCP 47 primary tag, or "" when neither the user nor the publisher says."""
    return primary(declared) or primary(published)


def guessed(text: str) -> str:
    """The language a text is in, when it is long enough and clear; else "". Not for the crawl: the model takes 100 MB."""
    sample = " ".join(re.sub(r"https?://\S+", " ", text[:4000]).split())[:1000]
    if len(sample) < (_LEAST if sample.isascii() else _LEAST // 3):
        return ""
    code, sure = _identifier().classify(sample)
    return primary(str(code)) if float(sure) >= _SURE else ""


def of(title: str, text: str) -> str:
    """The language of an item that nobody declared, `UNCLEAR` where its words do not show it."""
    return guessed(f"{title}\n{text}") or UNCLEAR


@cache
def _identifier() -> Any:
    """py3langid's model, loaded on the first text that needs it (0.3 s)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - slow, brings numpy

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

"""A source's filter: words that must or must not occur."""

from __future__ import annotations

import re
from functools import lru_cache

from trendwatch.model import WordFilter

_RANGES = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff66-\uff9f"
_UNSPACED = re.compile(f"[{_RANGES}]")
"""Scripts written without spaces, or (Korean) with endings glued to the word: a word has no edge there."""


def passes(wanted: WordFilter, text: str) -> str:
    """Why a text is left out; "" when it passes."""
    if wanted.any and not any(_pattern(word).search(text) for word in wanted.any):
        return f"filter: none of {', '.join(wanted.any[:5])}{' …' if len(wanted.any) > 5 else ''}"  # noqa: PLR2004 - enough to recognise the list
    struck = next((word for word in wanted.none if _pattern(word).search(text)), "")
    return f"filter: holds {struck!r}" if struck else ""


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    """Whole words, case ignored, any white space or hyphen between them."""
    parts = word.split()
    if not parts:
        return re.compile(r"(?!)")
    inner = r"[\s-]+".join(re.escape(part) for part in parts)
    before = "" if _UNSPACED.match(parts[0][0]) else rf"(?<![^\W{_RANGES}])"
    after = "" if _UNSPACED.match(parts[-1][-1]) else rf"(?![^\W{_RANGES}])"
    return re.compile(f"{before}{inner}{after}", re.IGNORECASE)

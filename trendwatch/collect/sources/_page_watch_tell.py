"""A change as an entry: a title that says what changed, and the passages, old and new, with the differing words marked."""

from __future__ import annotations

import hashlib
import html
import itertools
from collections import Counter
from collections.abc import Sequence

from trendwatch.collect.sources._page_watch_passages import Passage
from trendwatch.collect.sources._page_watch_weigh import (
    MODAL,
    NUMBERS,
    SCOPES,
    TERMS,
    Change,
)
from trendwatch.collect.sources._page_watch_words import FILLERS, is_number, tokens
from trendwatch.model import Draft

MOST_SHOWN = 40
_IN_TITLE = 2
_RANK = (NUMBERS, MODAL, SCOPES, TERMS)
REWRITTEN = 0.3
"""Below this share of kept words it is another text, and is called so."""


def draft(changes: Sequence[Change], *, title: str, url: str, language: str, version: int, kept: float, whole: str) -> Draft:
    """The entry. `kept` is the share of the old words that stayed, `whole` the new text, whose hash goes into the uid; the address gets a mark of the version, because entries
    of one source with one address count as revisions of one another.
    """
    told = [change for change in changes if change.substantive] or list(changes)
    counts = Counter(_side(change) for change in told)
    substantive = any(change.substantive for change in changes)
    digest = hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
    verb = ("Rewritten" if kept < REWRITTEN else "Changed") if substantive else "Edited"
    about = {
        "change": "substantive" if substantive else "editorial",
        "added": str(counts["added"]),
        "removed": str(counts["removed"]),
        "changed": str(counts["changed"]),
        "kinds": ", ".join(sorted({change.why for change in told if change.why})),
        "editorial": str(sum(not change.substantive for change in changes)),
    }
    return Draft(
        uid=f"version-{version}-{digest[:16]}",
        url=f"{url.partition('#')[0]}#version-{version}-{int(digest[:8], 16):010d}",
        title=html.escape(f"{verb}: {title}: {_gist(told, counts)}", quote=False),
        html=_shown(told),
        language=language,
        about={key: value for key, value in about.items() if value},
    )


def _side(change: Change) -> str:
    return "changed" if change.step.old and change.step.new else "added" if change.step.new else "removed"


def _gist(changes: Sequence[Change], counts: Counter[str]) -> str:
    """As "2 clauses added, 14 days became 7": what came and went, then the weightiest words; counts where there are none."""
    parts = [f"{counts[side]} clause{'s' * (counts[side] > 1)} {side}" for side in ("added", "removed") if counts[side]]
    swapped = [change for change in changes if change.swaps]
    swapped.sort(key=lambda change: _RANK.index(change.why) if change.why in _RANK else len(_RANK))
    words = list(dict.fromkeys(_swap(*change.swaps[0]) for change in swapped if _brief(change)))
    parts += words[:_IN_TITLE]
    rest = counts["changed"] - min(len(words), _IN_TITLE)
    if rest > 0:
        parts.append(f"{rest} {'more ' if words else ''}clause{'s' * (rest > 1)} changed")
    return ", ".join(parts)


def _brief(change: Change) -> bool:
    return all(len(words.split()) <= 4 for words in change.swaps[0][:2])  # noqa: PLR2004 - as much as a title bears


def _swap(old: str, new: str, after: str) -> str:
    amount = bool(old) and is_number(old.rpartition(" ")[2])
    if old and new:
        unit = f" {after}" if amount and after.isalpha() and after not in FILLERS else ""
        return f"{old}{unit} became {new}" if amount else f"“{old}” became “{new}”"
    return f"“{new}” added" if new else f"“{old}” removed"


def _shown(changes: Sequence[Change]) -> str:
    parts: list[str] = []
    for under, group in itertools.groupby(changes[:MOST_SHOWN], key=_heading):
        if under:
            parts.append(f"<h3>{html.escape(under)}</h3>")
        parts += [_passages(change) for change in group]
    if len(changes) > MOST_SHOWN:
        parts.append(f"<p>{len(changes) - MOST_SHOWN} more changes are not shown.</p>")
    return "\n".join(parts)


def _heading(change: Change) -> str:
    passage = change.step.new or change.step.old
    return passage.under if passage else ""


def _passages(change: Change) -> str:
    old, new = change.step.old, change.step.new
    if old and new:
        before, after = _marked(old, new)
        return f"<p>Old: <q>{before}</q></p>\n<p>New: <q>{after}</q></p>"
    word, passage = ("Added", new) if new else ("Removed", old)
    return f"<p>{word}: <q>{html.escape(passage.text if passage else '')}</q></p>"


def _marked(old: Passage, new: Passage) -> tuple[str, str]:
    """Both texts, escaped, with the words that the other lacks in <del> and <ins>."""
    ours, theirs = set(tokens(old.text)), set(tokens(new.text))
    return _words(old.text, theirs, "del"), _words(new.text, ours, "ins")


def _words(text: str, others: set[str], tag: str) -> str:
    shown = []
    for differs, group in itertools.groupby(text.split(), key=lambda word: bool(set(tokens(word)) - others)):
        words = html.escape(" ".join(group))
        shown.append(f"<{tag}>{words}</{tag}>" if differs else words)
    return " ".join(shown)

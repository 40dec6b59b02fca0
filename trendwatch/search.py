"""The archive asked in plain words: found by words and by meaning, fused into one order, shown with the passage that matched.

Fusion is a convex sum: `MEANING` × cosine + (1 - `MEANING`) × BM25 over the best BM25 of this query. nDCG@10 on four labelled sets
(benchmarks/search.py) is above either half alone and above reciprocal-rank fusion, which throws away how much better the
first hit is than the second.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from trendwatch.enrich.sentences import sentences
from trendwatch.errors import QueryError
from trendwatch.model import Hit, Item, Query, Thresholds

if TYPE_CHECKING:
    from trendwatch.enrich.embed import Embedder
    from trendwatch.storage import Store

MEANING = 0.6
DEPTH = 1000
"""How many hits by words, and how many by meaning, are weighed."""

LEAST_COSINE = Thresholds().search
"""Below it an item is not found by meaning alone: two unrelated texts of one field reach as much."""

SNIPPET = 240
"""Characters of a snippet, about two lines of a terminal."""

_UNIT_DAYS = {"h": 1 / 24, "d": 1, "w": 7, "m": 30, "y": 365}
_AGO = re.compile(r"(\d{1,6})\s*([hdwmy])")
_WORD = re.compile(r"[^\W_]+")
_COMMON = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "do",
        "for",
        "from",
        "has",
        "have",
        "how",
        "in",
        "is",
        "it",
        "its",
        "not",
        "of",
        "on",
        "or",
        "that",
        "the",
        "to",
        "was",
        "what",
        "which",
        "with",
    ]
)
"""Words that mark nothing when a query has others."""

READ = 20_000
"""How much of a text is looked through for the passage to show."""

_ENDINGS = re.compile(r"(?:ations?|ings?|ers?|ed|ies|es|s|y|e|ly)$")


def search(store: Store, embedder: Embedder | None, query: Query, *, least_cosine: float = LEAST_COSINE) -> list[Hit]:
    """The best `query.limit` hits within the query's filters, best first; ties by id. `least_cosine` is what `LEAST_COSINE` is, of
    the embedder's model.

    Without an embedder, by words alone. A query without words lists what passes its filters, newest first, with score 0.
    """
    if not any(c.isalnum() for c in query.words):
        return _newest(store, query)
    words = dict(store.search_words(query, DEPTH))
    near = store.search_near(query, embedder.model_id, embedder.query(query.words), DEPTH) if embedder else []
    meaning = dict(near)
    scores = fuse(words, meaning)
    found = sorted((i for i in scores if i in words or meaning[i] >= least_cosine), key=lambda i: (-scores[i], i))[
        : query.limit
    ]
    ranks = [{i: n for n, i in enumerate(ranked, 1)} for ranked in (words, meaning)]
    return _hits(store, query, [(i, scores[i], ranks[0].get(i, 0), ranks[1].get(i, 0)) for i in found])


def fuse(words: Mapping[str, float], meaning: Mapping[str, float]) -> dict[str, float]:
    """One score from 0 to 1 an item, from its BM25 (any scale) and its cosine; what is missing in one counts nothing there."""
    best = max(words.values(), default=0.0) or 1.0
    if not meaning:
        return {i: score / best for i, score in words.items()}
    return {i: MEANING * max(0.0, meaning.get(i, 0.0)) + (1 - MEANING) * words.get(i, 0.0) / best for i in {**words, **meaning}}


def _newest(store: Store, query: Query) -> list[Hit]:
    items = store.items(ids=[i for i, _ in store.search_filter(query)])
    newest = sorted(items, key=lambda item: (item.at, item.id), reverse=True)[: query.limit]
    return _hits(store, query, [(item.id, 0.0, 0, 0) for item in newest])


def _hits(store: Store, query: Query, found: Sequence[tuple[str, float, int, int]]) -> list[Hit]:
    ids = [i for i, *_ in found]
    items = {item.id: item for item in store.items(ids=ids)}
    judgements = store.judgements(ids)
    hits = []
    for i, score, by_words, by_meaning in found:
        text, marks = snippet(items[i], query.words)
        taggings = judgements[i].taggings if i in judgements else ()
        tags = tuple(dict.fromkeys(t.tag for t in sorted(taggings, key=lambda t: (-t.score, t.tag))))
        hits.append(
            Hit(item=items[i], score=score, snippet=text, marks=marks, by_words=by_words, by_meaning=by_meaning, tags=tags)
        )
    return hits


# ---- the passage that matched


def snippet(item: Item, words: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The passage of the text that holds most of the words, from the start of a sentence, and the spans in it that match.

    Without a match the text's lead, without a text the title. Plain text of one line: whoever shows it escapes it.
    """
    asked = _WORD.findall(words)
    wanted = {stem(w) for w in asked if w.casefold() not in _COMMON} or {stem(w) for w in asked}
    text = (item.text.strip() or item.title)[:READ]
    start = _best_start(text, wanted)
    shown = " ".join(text[start : start + 2 * SNIPPET].split())
    if len(shown) > SNIPPET:
        shown = shown[:SNIPPET].rsplit(" ", 1)[0] + " …"
    if start:
        shown = f"… {shown}"
    return shown, tuple(m.span() for m in _WORD.finditer(shown) if stem(m.group()) in wanted)


def _best_start(text: str, wanted: set[str]) -> int:
    """Where the passage begins: at the sentence with a word from which `SNIPPET` characters hold the most distinct ones; ties: the first.

    A sentence too long to be shown up to its first match is entered shortly before it.
    """
    places = [(m.start(), stem(m.group())) for m in _WORD.finditer(text)]
    places = [(at, word) for at, word in places if word in wanted]
    if not places:
        return 0
    starts = [start for start, end in sentences(text) if any(start <= at < end for at, _ in places)]
    best, most = 0, 0
    for start in starts:
        held = {word for at, word in places if start <= at < start + SNIPPET}
        if len(held) > most:
            best, most = start, len(held)
    return best if most else max(0, text.rfind(" ", 0, max(0, places[0][0] - SNIPPET // 3)) + 1)


def stem(word: str) -> str:
    """A word without case, accents and common English endings: near enough to the index's own stems to mark what it found."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    cut = _ENDINGS.sub("", plain)
    return cut if len(cut) > 2 else plain  # noqa: PLR2004 - "us" and "goes" keep two letters and more


# ---- dates


def parse_since(text: str, now: datetime) -> datetime:
    """A moment a user wrote: "12h", "90d", "2w", "6m" (of 30 days), "1y" before `now`, or a date as 2026-01-31 (UTC midnight).

    Raises QueryError.
    """
    written = text.strip()
    try:
        if ago := _AGO.fullmatch(written.lower()):
            return now - timedelta(days=int(ago[1]) * _UNIT_DAYS[ago[2]])
        found = datetime.fromisoformat(written)
    except (ValueError, OverflowError):
        raise QueryError(f"{text!r} is no date: write 90d, 2w, 6m or 2026-01-31.") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)

"""Looking back: full-text search by FTS5 and the filters of a query. FTS5's query syntax never leaves this file."""

from __future__ import annotations

from typing import Any

from trendwatch.model import Query
from trendwatch.storage._codec import moment
from trendwatch.storage._sqlite.connection import File
from trendwatch.storage._sqlite.facts import among

MOST_LETTERS = 4000
MOST_WORDS = 150
"""What is read of a query: a pasted page still finds something, and FTS5's parser is never overrun."""

TITLE_WEIGHT = 3.0
FORM_WEIGHT = 0.5
"""A title's words count three times. The words as written count half beside their stems: with stems alone, nDCG@10 of short keyword
queries on safety papers falls from 0.40 to 0.36, with forms alone that of questions from 0.36 to 0.35."""


def words_of(text: str) -> list[str]:
    """The words of a query that can be searched for, in order; signs alone are none. A word said twice counts twice: in long
    questions that tells the matter from the rest (CISI, nDCG@10 0.37 against 0.32).
    """
    return [word for word in text[:MOST_LETTERS].split() if any(c.isalnum() for c in word)][:MOST_WORDS]


def literal(words: list[str]) -> str:
    """An FTS5 expression for any of the words: each is a quoted string, so that none is an operator."""
    return " OR ".join('"' + word.replace('"', '""').replace("\0", " ") + '"' for word in words)


def conditions(query: Query) -> tuple[str, list[Any]]:
    """The query's filters as (" AND …" on `items AS i`, values). Tags must all be there; of other filters one value is enough."""
    found: list[tuple[str, str]] = []
    if query.since_at is not None:
        found.append(("i.at >= ?", moment(query.since_at)))
    if query.until_at is not None:
        found.append(("i.at <= ?", moment(query.until_at)))
    if query.sources:
        found.append(("i.source IN (SELECT value FROM json_each(?))", among(query.sources)))
    if query.doctypes:
        found.append(("i.doctype IN (SELECT value FROM json_each(?))", among(query.doctypes)))
    if query.verdicts:
        found.append(
            (
                "i.id IN (SELECT item_id FROM judgements WHERE verdict IN (SELECT value FROM json_each(?)))",
                among(query.verdicts),
            )
        )
    sql = "".join(f" AND {condition}" for condition, _ in found)
    values: list[Any] = [value for _, value in found]
    for tag in query.tags:
        # ":" follows a framework's version and "@" its name; ";" and "A" are the next characters.
        sql += " AND i.id IN (SELECT item_id FROM tags WHERE tag = ? OR (tag >= ? AND tag < ?) OR (tag >= ? AND tag < ?))"
        values += [tag, f"{tag}:", f"{tag};", f"{tag}@", f"{tag}A"]
    return sql, values


class Words:
    """Search within the store."""

    _file: File

    def search_words(self, query: Query, limit: int) -> list[tuple[str, float]]:
        """As `Store.search_words`; the score is BM25 over stems plus BM25 over the forms as written."""
        expression = literal(words_of(query.words))
        if not expression:
            return []
        extra, values = conditions(query)
        one = "SELECT rowid AS key, bm25({0}, ?, 1.0) * -{1} AS score FROM {0} WHERE {0} MATCH ?"
        both = f"{one.format('words', 1.0)} UNION ALL {one.format('forms', FORM_WEIGHT)}"
        sql = (
            f"SELECT i.id, sum(score) AS total FROM ({both}) AS found JOIN items AS i ON i.key = found.key WHERE 1{extra} "  # noqa: S608 - our own names, values are bound
            "GROUP BY found.key ORDER BY total DESC, i.id LIMIT ?"
        )
        return self._file.rows(sql, [*[TITLE_WEIGHT, expression] * 2, *values, limit])

    def search_filter(self, query: Query) -> list[tuple[str, str]]:
        """As `Store.search_filter`."""
        extra, values = conditions(query)
        sql = f"SELECT i.id, i.content_hash FROM items AS i WHERE 1{extra} ORDER BY i.id"  # noqa: S608 - conditions are ours
        return self._file.rows(sql, values)

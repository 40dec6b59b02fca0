"""Looking back: full-text search by FTS5 and the filters of a query. FTS5's query syntax never leaves this file."""

from __future__ import annotations

from typing import Any

from trendwatch.model import Query
from trendwatch.storage._codec import moment
from trendwatch.storage._sqlite.connection import File
from trendwatch.storage._sqlite.facts import among

MOST_LETTERS = 4000
MOST_WORDS = 100
"""What is read of a query: a pasted page still finds something, and FTS5's parser is never overrun."""

TITLE_WEIGHT = 3.0


def words_of(text: str) -> list[str]:
    """The distinct words of a query that can be searched for, in order; signs alone are none."""
    found = (word for word in text[:MOST_LETTERS].split() if any(c.isalnum() for c in word))
    return list(dict.fromkeys(found))[:MOST_WORDS]


def literal(words: list[str], joint: str) -> str:
    """An FTS5 expression in which every word is a quoted string, so that none is an operator."""
    return joint.join('"' + word.replace('"', '""').replace("\0", " ") + '"' for word in words)


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
        """As `Store.search_words`; the score is BM25, a title's words counting `TITLE_WEIGHT` times."""
        words = words_of(query.words)
        if not words:
            return []
        return self._match(literal(words, " AND "), query, limit) or self._match(literal(words, " OR "), query, limit)

    def _match(self, expression: str, query: Query, limit: int) -> list[tuple[str, float]]:
        extra, values = conditions(query)
        sql = (
            f"SELECT i.id, -bm25(words, {TITLE_WEIGHT}, 1.0) AS score FROM words JOIN items AS i ON i.key = words.rowid "  # noqa: S608 - conditions are ours
            f"WHERE words MATCH ?{extra} ORDER BY score DESC, i.id LIMIT ?"
        )
        return self._file.rows(sql, [expression, *values, limit])

    def search_filter(self, query: Query) -> list[tuple[str, str]]:
        """As `Store.search_filter`."""
        extra, values = conditions(query)
        sql = f"SELECT i.id, i.content_hash FROM items AS i WHERE 1{extra} ORDER BY i.id"  # noqa: S608 - conditions are ours
        return self._file.rows(sql, values)

"""Looking back: full-text search by FTS5 and the filters of a query. FTS5's query syntax never leaves this file."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from trendwatch.model import Query
from trendwatch.storage._codec import moment
from trendwatch.storage._sqlite.connection import File
from trendwatch.storage._sqlite.facts import among

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_LETTERS = 4000
MOST_WORDS = 150
"""What is read of a query: a pasted page still finds something, and FTS5's parser is never overrun."""

CHUNK = 4096  # vectors compared at a time

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

    def search_near(self, query: Query, model_id: str, vector: NDArray[np.float32], limit: int) -> list[tuple[str, float]]:
        """As `Store.search_near`. All vectors are compared; only of the nearest is it asked which items have them and whether these
        pass the filters, and of more where too few do: reading who is who of all items takes as long as comparing them.
        """
        import numpy as np  # noqa: PLC0415 - the command line's help must not load numpy

        keys, cosines = self._cosines(model_id, vector)
        rounded = np.round(cosines, 6)  # so that texts alike to the last digit tie on every machine
        order = np.argsort(-rounded, kind="stable")
        extra, values = conditions(query)
        sql = f"SELECT i.id, i.content_hash FROM items AS i WHERE i.content_hash IN (SELECT value FROM json_each(?)){extra}"  # noqa: S608 - conditions are ours
        asked = 4 * limit
        while True:
            places = {keys[n]: int(n) for n in order[:asked]}
            found = [(item_id, places[key]) for item_id, key in self._file.rows(sql, [among(places), *values])]
            best = sorted(found, key=lambda pair: (-rounded[pair[1]], pair[0]))[:limit]
            if asked >= len(keys) or (len(best) == limit and rounded[best[-1][1]] > rounded[order[asked]]):
                return [(item_id, float(cosines[n])) for item_id, n in best]
            asked *= 8

    def _cosines(self, model_id: str, vector: NDArray[np.float32]) -> tuple[list[str], NDArray[np.float32]]:
        """The hashes of all texts that have a vector of this model, and how near each is."""
        import numpy as np  # noqa: PLC0415 - as above

        keys: list[str] = []
        parts = [np.zeros(0, np.float32)]
        model = self._file.value("SELECT key FROM models WHERE model_id = ? AND dimension = ?", [model_id, len(vector)])
        # "+model": no index, one pass over the table.
        rows = self._file.each("SELECT content_hash, vector FROM vectors WHERE +model = ?", [model])
        while chunk := list(islice(rows, CHUNK)):
            keys += [key for key, _ in chunk]
            parts.append(np.frombuffer(b"".join(blob for _, blob in chunk), "<f4").reshape(len(chunk), -1) @ vector)
        return keys, np.concatenate(parts)

    def search_filter(self, query: Query) -> list[tuple[str, str]]:
        """As `Store.search_filter`."""
        extra, values = conditions(query)
        sql = f"SELECT i.id, i.content_hash FROM items AS i WHERE 1{extra} ORDER BY i.id"  # noqa: S608 - conditions are ours
        return self._file.rows(sql, values)

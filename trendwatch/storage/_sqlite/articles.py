"""Articles: what the pages behind items came to. The text of one that succeeded takes the place of the item's teaser.

What was published stays known: `raw_html` is never touched, and `items.published_hash` keeps the hash by which the next crawl
recognises the teaser.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from trendwatch.model import DATED_BY_PAGE, Article, Item
from trendwatch.storage._codec import moment as as_stored
from trendwatch.storage._sqlite.connection import File
from trendwatch.storage._sqlite.facts import ITEMS_IN_ORDER, among
from trendwatch.storage._sqlite.schema import ARTICLE, ITEM


class Articles:
    """The part of the store that keeps what pages held."""

    _file: File

    def put_articles(self, articles: Sequence[Article]) -> int:
        """As `Store.put_articles`. An item that was revised since its page was asked for keeps what it has."""
        rows = [(a.text, a.content_hash, a.language, a.item_id, a.of_hash, len(a.text)) for a in articles if a.state == "ok"]
        dated = [
            (as_stored(a.published_at), DATED_BY_PAGE, a.item_id, a.of_hash)
            for a in articles
            if a.state == "ok" and a.published_at
        ]
        known = among(a.item_id for a in articles)
        with self._file.writing():
            here = {i for (i,) in self._file.rows("SELECT id FROM items WHERE id IN (SELECT value FROM json_each(?))", [known])}
            self._file.many(
                f"INSERT OR REPLACE INTO articles ({ARTICLE.names}) VALUES ({ARTICLE.marks})",  # noqa: S608 - names of our own fields
                [ARTICLE.encode(a) for a in articles if a.item_id in here],
            )
            self._file.many(
                "UPDATE items SET published_at = ?, date_note = ? WHERE id = ? AND content_hash = ? AND published_at IS NULL",
                dated,
            )
            return sum(
                self._file.run(
                    "UPDATE items SET text = ?, published_hash = content_hash, content_hash = ?,"
                    " language = CASE WHEN language IN ('', 'und') THEN ? ELSE language END"
                    " WHERE id = ? AND content_hash = ? AND length(text) < ?",
                    row,
                )
                for row in rows
            )

    def lacking_articles(self, sources: Iterable[str], *, since: datetime, now: datetime) -> list[Item]:
        """As `Store.lacking_articles`."""
        sql = f"""
            SELECT {ITEM.names} FROM items WHERE source IN (SELECT value FROM json_each(?))
            AND first_seen_at > ? AND first_seen_at <= ? AND NOT EXISTS (
                SELECT 1 FROM articles AS a WHERE a.item_id = items.id AND (a.next_at IS NULL OR a.next_at > ?)
            ) {ITEMS_IN_ORDER}"""  # noqa: S608 - names of our own fields
        values = [among(sources), as_stored(since), as_stored(now), as_stored(now)]
        return [ITEM.decode(row) for row in self._file.rows(sql, values)]

    def articles(self, item_ids: Iterable[str] | None = None) -> dict[str, Article]:
        """As `Store.articles`."""
        where, values = (
            ("", []) if item_ids is None else ("WHERE item_id IN (SELECT value FROM json_each(?))", [among(item_ids)])
        )
        sql = f"SELECT {ARTICLE.names} FROM articles {where} ORDER BY item_id"  # noqa: S608 - conditions are ours
        return {a.item_id: a for a in map(ARTICLE.decode, self._file.rows(sql, values))}

    def published_hashes(self, source: str) -> dict[str, str]:
        """As `Store.published_hashes`."""
        sql = "SELECT id, published_hash FROM items WHERE source = ? AND published_hash IS NOT NULL ORDER BY id"
        return dict(self._file.rows(sql, [source]))

    def replaced_since(self, moment: datetime) -> dict[str, str]:
        """As `Store.replaced_since`."""
        sql = (
            "SELECT i.id, i.published_hash FROM articles a JOIN items i ON i.id = a.item_id"
            " WHERE a.fetched_at > ? AND i.published_hash IS NOT NULL ORDER BY i.id"
        )
        return dict(self._file.rows(sql, [as_stored(moment)]))

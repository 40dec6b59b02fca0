"""Facts: items with their revisions, visits, validators, digests, deliveries. Kept for good and as published."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from trendwatch.model import Added, Delivery, Digest, Item, Memory, Validators, Visit
from trendwatch.model.collecting import SUCCESSES
from trendwatch.storage._codec import from_json, moment, to_json
from trendwatch.storage._sqlite.connection import File
from trendwatch.storage._sqlite.schema import DELIVERY, INDEXES, ITEM, VALIDATORS, VISIT

ITEMS_IN_ORDER = "ORDER BY first_seen_at, id"
LEAST_PREFIX = 4


def among(values: Iterable[str]) -> str:
    """Values for `IN (SELECT value FROM json_each(?))`: one parameter however many they are."""
    return json.dumps(list(values))


class Facts:
    """The half of the store that is never made again."""

    _file: File

    def add_visit(
        self,
        visit: Visit,
        items: Sequence[Item] = (),
        validators: Sequence[Validators] = (),
        memories: Sequence[Memory] = (),
    ) -> Added:
        """As `Store.add_visit`. Of several items with one id in one visit the first counts."""
        with self._file.writing():
            added = self._add_items(items, moment(visit.started_at))
            visit = replace(visit, new=len(added.new), revised=len(added.revised))
            self._file.run(f"INSERT INTO visits ({VISIT.names}) VALUES ({VISIT.marks})", VISIT.encode(visit))  # noqa: S608 - names of our own fields
            self._file.many(
                f"INSERT OR REPLACE INTO validators ({VALIDATORS.names}) VALUES ({VALIDATORS.marks})",  # noqa: S608 - as above
                [VALIDATORS.encode(v) for v in validators],
            )
            self._remember(memories, moment(visit.started_at))
        return added

    def remember(self, memories: Sequence[Memory], *, seen_at: datetime) -> None:
        """As `Store.remember`."""
        with self._file.writing():
            self._remember(memories, moment(seen_at))

    def _remember(self, memories: Sequence[Memory], seen_at: str) -> None:
        """What is remembered already is not written again."""
        known = self.memories({m.source for m in memories}) if memories else {}
        self._file.many(
            "INSERT INTO memories (source, url, seen_at, text) VALUES (?, ?, ?, ?)",
            [(m.source, m.url, seen_at, m.text) for m in memories if known.get((m.source, m.url)) != m.text],
        )

    def memories(self, sources: Iterable[str]) -> dict[tuple[str, str], str]:
        """As `Store.memories`."""
        sql = (
            "SELECT source, url, text FROM memories WHERE key IN (SELECT max(key) FROM memories"
            " WHERE source IN (SELECT value FROM json_each(?)) GROUP BY source, url) ORDER BY source, url"
        )
        return {(source, url): text for source, url, text in self._file.rows(sql, [among(sources)])}

    def versions(self, source: str) -> list[tuple[datetime, str, str]]:
        """As `Store.versions`."""
        sql = "SELECT seen_at, url, text FROM memories WHERE source = ? ORDER BY key"
        return [(datetime.fromisoformat(at), url, text) for at, url, text in self._file.rows(sql, [source])]

    def _add_items(self, items: Sequence[Item], replaced_at: str) -> Added:
        given = {item.id: item for item in reversed(items)}
        known = dict(
            self._file.rows(
                "SELECT id, coalesce(published_hash, content_hash) FROM items WHERE id IN (SELECT value FROM json_each(?))",
                [among(given)],
            )
        )
        order = dict.fromkeys(item.id for item in items)
        new = [given[i] for i in order if i not in known]
        revised = [given[i] for i in order if i in known and known[i] != given[i].content_hash]
        self._insert(new)
        self._revise(revised, replaced_at)
        self._name(new + revised)
        return Added(
            new=tuple(i.id for i in new),
            revised=tuple(i.id for i in revised),
            unchanged=len(items) - len(new) - len(revised),
        )

    def _insert(self, items: Sequence[Item]) -> None:
        last = self._file.value("SELECT coalesce(max(key), 0) FROM items")
        self._file.many(f"INSERT INTO items ({ITEM.names}) VALUES ({ITEM.marks})", map(ITEM.encode, items))  # noqa: S608 - names of our own fields
        for name in INDEXES if items else ():
            self._file.run(
                f"INSERT INTO {name} (rowid, title, text) SELECT key, title, text FROM items WHERE key > ?",  # noqa: S608 - as above
                [last],
            )

    def _revise(self, items: Sequence[Item], replaced_at: str) -> None:
        self._file.many(
            "INSERT INTO revisions SELECT id, revision, ?, title, text, content_hash FROM items WHERE id = ?",
            [(replaced_at, item.id) for item in items],
        )
        names = [c for c in ITEM.columns if c not in {"first_seen_at", "revision"}]
        places = [ITEM.columns.index(c) for c in names]
        setting = ", ".join(f'"{c}" = ?' for c in names)
        rows = [ITEM.encode(item) for item in items]
        self._file.many(
            f"UPDATE items SET revision = revision + 1, published_hash = NULL, {setting} WHERE id = ?",  # noqa: S608 - names of our own fields
            [(*(row[p] for p in places), row[0]) for row in rows],
        )
        self._file.many("DELETE FROM identifiers WHERE item_id = ?", [(item.id,) for item in items])
        self._file.many("DELETE FROM articles WHERE item_id = ?", [(item.id,) for item in items])  # the page is read anew

    def _name(self, items: Sequence[Item]) -> None:
        rows = [(identifier.casefold(), item.id) for item in items for identifier in item.identifiers]
        self._file.many("INSERT OR IGNORE INTO identifiers VALUES (?, ?)", rows)

    def items(
        self,
        *,
        ids: Iterable[str] | None = None,
        source: str = "",
        seen_since: datetime | None = None,
        seen_until: datetime | None = None,
    ) -> list[Item]:
        """As `Store.items`."""
        where = _Where()
        if ids is not None:
            where.add("id IN (SELECT value FROM json_each(?))", among(ids))
        if source:
            where.add("source = ?", source)
        if seen_since is not None:
            where.add("first_seen_at > ?", moment(seen_since))
        if seen_until is not None:
            where.add("first_seen_at <= ?", moment(seen_until))
        return self._items(str(where), where.values)

    def _items(self, where: str, values: Sequence[Any]) -> list[Item]:
        sql = f"SELECT {ITEM.names} FROM items {where} {ITEMS_IN_ORDER}"  # noqa: S608 - conditions are ours, values are bound
        return [ITEM.decode(row) for row in self._file.rows(sql, values)]

    def known(self, ids: Iterable[str]) -> set[str]:
        """As `Store.known`."""
        return {
            key for (key,) in self._file.rows("SELECT id FROM items WHERE id IN (SELECT value FROM json_each(?))", [among(ids)])
        }

    def akin(self, source: str, items: Sequence[Item]) -> list[Item]:
        """As `Store.akin`: by the indexes of addresses and hashes, not through all of a source."""
        urls = among({i.canonical_url for i in items if i.canonical_url})
        hashes = among({i.content_hash for i in items})
        return self._items(
            "WHERE source = ? AND key IN ("
            " SELECT key FROM items WHERE canonical_url IN (SELECT value FROM json_each(?))"
            " UNION SELECT key FROM items WHERE content_hash IN (SELECT value FROM json_each(?))"
            " UNION SELECT key FROM items WHERE published_hash IN (SELECT value FROM json_each(?)))",
            [source, urls, hashes, hashes],
        )

    def lacking_languages(self, most: int) -> list[Item]:
        """As `Store.lacking_languages`."""
        sql = f"SELECT {ITEM.names} FROM items WHERE language = '' ORDER BY key LIMIT ?"  # noqa: S608 - names of our own fields
        return [ITEM.decode(row) for row in self._file.rows(sql, [most])]

    def put_languages(self, languages: Mapping[str, str]) -> None:
        """As `Store.put_languages`."""
        with self._file.writing():
            self._file.many("UPDATE items SET language = ? WHERE id = ?", [(code, key) for key, code in languages.items()])

    def find_items(self, text: str) -> list[Item]:
        """As `Store.find_items`. Identifiers without regard to case; a URL with or without its last slash."""
        text = text.strip()
        bare = text.rstrip("/")
        found = self._items(
            "WHERE id = ? OR url IN (?, ?) OR canonical_url IN (?, ?)"
            " OR id IN (SELECT item_id FROM identifiers WHERE identifier = ?)",
            [text, bare, f"{bare}/", bare, f"{bare}/", text.casefold()],
        )
        if found or len(text) < LEAST_PREFIX or not set(text) <= set("0123456789abcdef"):
            return found
        return self._items("WHERE id >= ? AND id < ?", [text, f"{text}g"])  # "g" is the first letter after the last digit

    def revisions(self, item_id: str) -> list[tuple[datetime, str, str]]:
        """As `Store.revisions`."""
        sql = "SELECT replaced_at, title, text FROM revisions WHERE item_id = ? ORDER BY revision"
        return [(datetime.fromisoformat(at), title, text) for at, title, text in self._file.rows(sql, [item_id])]

    def visits(self, *, source: str = "", since: datetime | None = None, until: datetime | None = None) -> list[Visit]:
        """As `Store.visits`: after `since`, up to and with `until`."""
        where = _Where()
        if source:
            where.add("source = ?", source)
        if since is not None:
            where.add("started_at > ?", moment(since))
        if until is not None:
            where.add("started_at <= ?", moment(until))
        sql = f"SELECT {VISIT.names} FROM visits {where} ORDER BY started_at, source, key"  # noqa: S608 - as above
        return [VISIT.decode(row) for row in self._file.rows(sql, where.values)]

    def last_visits(self, sources: Iterable[str], *, until: datetime, succeeded: bool = False) -> list[Visit]:
        """As `Store.last_visits`: one look-up in the index a source, however many visits there are."""
        good = f"AND outcome IN ({', '.join(map(repr, SUCCESSES))})" if succeeded else ""
        names = ", ".join(f"v.{name}" for name in VISIT.columns)
        sql = (
            f"SELECT {names} FROM json_each(?) asked JOIN visits v ON v.key = (SELECT key FROM visits WHERE source = asked.value"  # noqa: S608 - as above
            f" AND started_at <= ? {good} ORDER BY started_at DESC, key DESC LIMIT 1) ORDER BY v.source"
        )
        return [VISIT.decode(row) for row in self._file.rows(sql, [among(sources), moment(until)])]

    def arrivals(self, sources: Iterable[str], *, until: datetime, most: int) -> dict[str, list[datetime]]:
        """As `Store.arrivals`. "2026-03-02T07" is the hour of a stored moment."""
        sql = "SELECT DISTINCT substr(at, 1, 13) FROM items WHERE source = ? AND at <= ? AND at <> '' ORDER BY 1 DESC LIMIT ?"
        found = {s: self._file.rows(sql, [s, moment(until), most]) for s in sources}
        return {s: [datetime.fromisoformat(f"{hour}:00:00+00:00") for (hour,) in rows] for s, rows in found.items() if rows}

    def validators(self, urls: Iterable[str]) -> dict[str, Validators]:
        """As `Store.validators`."""
        return self._validators("WHERE url IN (SELECT value FROM json_each(?))", [among(urls)])

    def known_validators(self) -> dict[str, Validators]:
        """As `Store.known_validators`."""
        return self._validators("", [])

    def _validators(self, where: str, values: Sequence[Any]) -> dict[str, Validators]:
        sql = f"SELECT {VALIDATORS.names} FROM validators {where} ORDER BY url"  # noqa: S608 - as above
        return {v.url: v for v in map(VALIDATORS.decode, self._file.rows(sql, values))}

    def put_digest(self, digest: Digest) -> None:
        """As `Store.put_digest`."""
        key = (digest.name, digest.week)
        told = [
            (*key, item_id, entry.story_id)
            for entries in digest.sections.values()
            for entry in entries
            for item_id in entry.item_ids
        ]
        with self._file.writing():
            self._file.run("INSERT OR REPLACE INTO digests VALUES (?, ?, ?)", [*key, to_json(Digest, digest)])
            self._file.run("DELETE FROM told WHERE name = ? AND week = ?", key)
            self._file.many("INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?)", told)

    def digest(self, issue: str) -> Digest | None:
        """As `Store.digest`."""
        name, _, week = issue.rpartition("/")
        found = self._file.value("SELECT digest FROM digests WHERE name = ? AND week = ?", [name, week])
        return None if found is None else from_json(Digest, found)

    def digests(self, name: str = "") -> list[str]:
        """As `Store.digests`."""
        sql = "SELECT name || '/' || week FROM digests WHERE ? IN ('', name) ORDER BY name, week"
        return [key for (key,) in self._file.rows(sql, [name])]

    def told(self, name: str, before_week: str) -> dict[str, tuple[str, str]]:
        """As `Store.told`."""
        sql = "SELECT item_id, story_id, week FROM told WHERE name = ? AND week < ? ORDER BY week DESC, item_id DESC"
        first = {item_id: (story_id, week) for item_id, story_id, week in self._file.rows(sql, [name, before_week])}
        return dict(sorted(first.items()))

    def put_delivery(self, delivery: Delivery) -> None:
        """As `Store.put_delivery`."""
        with self._file.writing():
            sql = f"INSERT OR REPLACE INTO deliveries ({DELIVERY.names}) VALUES ({DELIVERY.marks})"  # noqa: S608 - as above
            self._file.run(sql, DELIVERY.encode(delivery))

    def deliveries(self, issue: str = "") -> list[Delivery]:
        """As `Store.deliveries`."""
        sql = f"SELECT {DELIVERY.names} FROM deliveries WHERE ? IN ('', issue) ORDER BY issue, deliverer, recipient"  # noqa: S608 - as above
        return [DELIVERY.decode(row) for row in self._file.rows(sql, [issue])]

    def sources(self) -> Iterator[tuple[str, int, datetime | None]]:
        """As `Store.sources`."""
        sql = "SELECT source, count(*), max(first_seen_at) FROM items GROUP BY source ORDER BY source"
        for source, count, newest in self._file.rows(sql):
            yield source, count, datetime.fromisoformat(newest)


class _Where:
    """Conditions that all must hold, with their values."""

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self.values: list[Any] = []

    def add(self, condition: str, value: Any) -> None:
        self._conditions.append(condition)
        self.values.append(value)

    def __str__(self) -> str:
        return f"WHERE {' AND '.join(self._conditions)}" if self._conditions else ""

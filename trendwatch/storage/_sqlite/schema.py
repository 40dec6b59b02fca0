"""The tables, and how an older file becomes a newer one: sqlite-utils' migrations, all pending ones in one transaction.

`PRAGMA user_version` counts the migrations a file has had, so that opening one needs no more than that number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trendwatch.errors import StorageError
from trendwatch.model import Article, Delivery, Item, Validators, Visit
from trendwatch.storage._codec import Row
from trendwatch.storage._sqlite.connection import APPLICATION, File

if TYPE_CHECKING:
    from sqlite_utils.migrations import Migrations

VERSION = 6

ITEM, VISIT, VALIDATORS, DELIVERY, ARTICLE = Row(Item), Row(Visit), Row(Validators), Row(Delivery), Row(Article)


def _columns(row: Row[Any]) -> str:
    return ", ".join(f'"{name}" {kind}' for name, kind in zip(row.columns, row.types, strict=True))


# `at` is Item.at. The index "items_by_at" answers every filter of a search without touching the texts.
FIRST = f"""
CREATE TABLE items (
    key INTEGER PRIMARY KEY, {_columns(ITEM)},
    at TEXT GENERATED ALWAYS AS (coalesce(published_at, first_seen_at)) VIRTUAL
) STRICT;
CREATE UNIQUE INDEX items_by_id ON items (id);
CREATE INDEX items_by_seen ON items (first_seen_at, id);
CREATE INDEX items_by_source ON items (source, first_seen_at);
CREATE INDEX items_by_hash ON items (content_hash, id);
CREATE INDEX items_by_url ON items (url);
CREATE INDEX items_by_canonical_url ON items (canonical_url);
CREATE INDEX items_by_at ON items (at, source, doctype, id, content_hash);

CREATE TABLE revisions (
    item_id TEXT NOT NULL REFERENCES items (id) ON DELETE CASCADE, revision INTEGER NOT NULL,
    replaced_at TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, content_hash TEXT NOT NULL,
    PRIMARY KEY (item_id, revision)
) STRICT;
CREATE TABLE identifiers (
    identifier TEXT NOT NULL, item_id TEXT NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    PRIMARY KEY (identifier, item_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX identifiers_by_item ON identifiers (item_id);

CREATE TABLE visits (key INTEGER PRIMARY KEY, {_columns(VISIT)}) STRICT;
CREATE INDEX visits_by_start ON visits (started_at, source);
CREATE INDEX visits_by_source ON visits (source, started_at);
CREATE TABLE validators ({_columns(VALIDATORS)}, PRIMARY KEY (url)) STRICT;

CREATE TABLE digests (name TEXT NOT NULL, week TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (name, week)) STRICT;
CREATE TABLE told (
    name TEXT NOT NULL, week TEXT NOT NULL, item_id TEXT NOT NULL, story_id TEXT NOT NULL,
    PRIMARY KEY (name, week, item_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE deliveries ({_columns(DELIVERY)}, PRIMARY KEY (issue, deliverer, recipient)) STRICT;

CREATE TABLE models (key INTEGER PRIMARY KEY, model_id TEXT NOT NULL UNIQUE, dimension INTEGER NOT NULL) STRICT;
CREATE TABLE vectors (
    key INTEGER PRIMARY KEY, model INTEGER NOT NULL REFERENCES models (key), content_hash TEXT NOT NULL, vector BLOB NOT NULL,
    UNIQUE (model, content_hash)
) STRICT;
CREATE TABLE judgements (
    item_id TEXT PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE, recipe TEXT NOT NULL, content_hash TEXT NOT NULL,
    verdict TEXT NOT NULL, judgement TEXT NOT NULL
) STRICT;
CREATE INDEX judgements_by_verdict ON judgements (verdict, item_id);
CREATE TABLE tags (
    tag TEXT NOT NULL, item_id TEXT NOT NULL REFERENCES judgements (item_id) ON DELETE CASCADE, PRIMARY KEY (tag, item_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_by_item ON tags (item_id);
CREATE TABLE duplicates (
    item_id TEXT PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
    of_id TEXT NOT NULL REFERENCES items (id) ON DELETE CASCADE, layer TEXT NOT NULL, score REAL NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE INDEX duplicates_by_kept ON duplicates (of_id);
CREATE TABLE stories (id TEXT PRIMARY KEY, lead_id TEXT NOT NULL REFERENCES items (id) ON DELETE CASCADE) STRICT;
CREATE INDEX stories_by_lead ON stories (lead_id);
CREATE TABLE story_items (
    story_id TEXT NOT NULL REFERENCES stories (id) ON DELETE CASCADE, position INTEGER NOT NULL,
    item_id TEXT NOT NULL REFERENCES items (id) ON DELETE CASCADE, PRIMARY KEY (story_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX story_items_by_item ON story_items (item_id);
"""

# What kinds remember (`Page.memory`): the newest text of a URL counts, the ones before it are its history.
MEMORIES = """
CREATE TABLE memories (
    key INTEGER PRIMARY KEY, source TEXT NOT NULL, url TEXT NOT NULL, seen_at TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE INDEX memories_by_source ON memories (source, url, key);
CREATE INDEX items_by_pace ON items (source, at);
"""

# `published_hash` is the content_hash of an item as published, where the text of its page has taken the teaser's place.
ARTICLES = f"""
ALTER TABLE items ADD COLUMN published_hash TEXT;
CREATE TABLE articles (
    {_columns(ARTICLE)}, PRIMARY KEY (item_id), FOREIGN KEY (item_id) REFERENCES items (id) ON DELETE CASCADE
) STRICT;
"""

# Two indexes over the same texts: by stems ("attacks" finds "attacking") and by the forms as written, which tell "alignment"
# from "aligned". They keep no texts of their own; triggers keep them in step with changes. New items are indexed by who adds
# them, all of a visit in one statement: SQLite makes FTS5 write its words out at each row that a trigger brings (ten times the time).
INDEXES = {"words": "porter unicode61 remove_diacritics 2", "forms": "unicode61 remove_diacritics 2"}


def _index(name: str, tokenizer: str) -> str:
    gone = f"INSERT INTO {name} ({name}, rowid, title, text) VALUES ('delete', old.key, old.title, old.text);"  # noqa: S608 - our own names
    come = f"INSERT INTO {name} (rowid, title, text) VALUES (new.key, new.title, new.text);"  # noqa: S608 - as above
    return f"""
        CREATE VIRTUAL TABLE {name} USING fts5 (
            title, text, content='items', content_rowid='key', tokenize='{tokenizer}'
        );
        CREATE TRIGGER {name}_added AFTER INSERT ON items BEGIN {come} END;
        CREATE TRIGGER {name}_gone AFTER DELETE ON items BEGIN {gone} END;
        CREATE TRIGGER {name}_changed AFTER UPDATE OF title, text ON items BEGIN {gone} {come} END;"""


def migrate(file: File) -> None:
    """Bring a file to `VERSION`. Refuses one that a newer trendwatch wrote, and one to be read only that is older.

    Before an older file is changed, a copy of it is kept beside it: FILE.before-schema-N, where N is the schema it gets.
    """
    found = file.value("PRAGMA user_version")
    if found > VERSION:
        raise StorageError(
            f"{file.name} was written by a newer trendwatch (schema {found}, this one knows {VERSION}): upgrade trendwatch."
        )
    if found == VERSION:
        return
    if file.read_only and file.path:
        raise StorageError(f"{file.name} has an older schema ({found}): run `trendwatch run` once to bring it up to date.")
    if found:
        file.keep_copy(f"before-schema-{VERSION}")
    _apply(file)


def _apply(file: File) -> None:
    from sqlite_utils import Database  # noqa: PLC0415 - half a second, and a search on a file up to date needs none of it

    with file.writing():
        # Another process may have come first between the look and the lock: only pending migrations are applied.
        _migrations().apply(Database(file.raw, execute_plugins=False, recursive_triggers=False))
        file.run(f"PRAGMA user_version={VERSION}")
        file.run(f"PRAGMA application_id={APPLICATION}")


def _migrations() -> Migrations:
    from sqlite_utils.migrations import Migrations  # noqa: PLC0415 - as above

    steps = Migrations("trendwatch")

    @steps(name="0001 first")
    def first(db: Any) -> None:
        db.executescript(FIRST)
        for name, tokenizer in INDEXES.items():
            db.executescript(_index(name, tokenizer))

    @steps(name="0002 memories")
    def memories(db: Any) -> None:
        db.executescript(MEMORIES)

    @steps(name="0003 articles")
    def articles(db: Any) -> None:
        db.executescript(ARTICLES)

    @steps(name="0004 languages")
    def languages(db: Any) -> None:
        db.executescript("CREATE INDEX items_without_language ON items (key) WHERE language = ''")

    @steps(name="0005 published hashes")
    def published_hashes(db: Any) -> None:
        # Some files of schema 4 have it already.
        db.executescript(
            "CREATE INDEX IF NOT EXISTS items_by_published_hash ON items (published_hash) WHERE published_hash IS NOT NULL"
        )

    @steps(name="0006 words of a visit at once")
    def words_at_once(db: Any) -> None:
        db.executescript("".join(f"DROP TRIGGER {name}_added;" for name in INDEXES))

    return steps

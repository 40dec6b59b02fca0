"""Before an older file is changed, a copy of it is kept; who only looks changes nothing."""

import sqlite3

import pytest
from storage_samples import add, an_item

from trendwatch.errors import NoStoreError, StorageError
from trendwatch.storage import connect
from trendwatch.storage._sqlite.connection import File
from trendwatch.storage._sqlite.schema import VERSION


@pytest.fixture
def path(tmp_path):
    return tmp_path / "trend[1].db"


def make_older(path, version=2):
    """A file of an older schema with one item in it."""
    with connect(f"sqlite:///{path}") as store:
        add(store, an_item(text="kept"))
        store._file.run("DROP TABLE articles")
        store._file.run("DROP INDEX IF EXISTS items_by_published_hash")
        store._file.run("ALTER TABLE items DROP COLUMN published_hash")
        store._file.run("DELETE FROM _sqlite_migrations WHERE name IN ('0003 articles', '0005 published hashes')")
        store._file.run(f"PRAGMA user_version={version}")


def version_of(path):
    raw = sqlite3.connect(path)
    found = raw.execute("PRAGMA user_version").fetchone()[0], raw.execute("SELECT text FROM items").fetchall()
    assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()
    return found


def beside(path):
    return sorted(p.name for p in path.parent.iterdir() if "before-schema" in p.name)


def test_the_file_as_it_was_is_kept_beside_the_newer_one(path):
    make_older(path)
    connect(f"sqlite:///{path}").close()
    copy = path.with_name(f"{path.name}.before-schema-{VERSION}")
    assert beside(path) == [copy.name]
    assert version_of(copy) == (2, [("kept",)])
    assert version_of(path) == (VERSION, [("kept",)])


def test_a_new_file_and_one_up_to_date_leave_no_copy(path):
    for _ in range(2):
        connect(f"sqlite:///{path}").close()
    assert beside(path) == []


def test_only_the_last_copy_is_kept_and_those_of_other_files_stay(path):
    make_older(path)
    for name in (f"{path.name}.before-schema-1", "trend1.db.before-schema-1", f"{path.name}.bak"):
        path.with_name(name).write_bytes(b"")
    connect(f"sqlite:///{path}").close()
    assert beside(path) == ["trend1.db.before-schema-1", f"{path.name}.before-schema-{VERSION}"]
    assert path.with_name(f"{path.name}.bak").exists()


def test_what_is_in_the_journal_of_a_killed_process_is_in_the_copy_too(path):
    make_older(path)
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA journal_mode=wal")
    raw.execute("UPDATE items SET text = 'changed'")
    raw.commit()
    connect(f"sqlite:///{path}").close()
    raw.close()
    assert version_of(path.with_name(f"{path.name}.before-schema-{VERSION}"))[1] == [("changed",)]


def test_where_no_copy_can_be_kept_nothing_is_changed(path):
    make_older(path)
    path.with_name(f"{path.name}.before-schema-{VERSION}.part").mkdir()
    with pytest.raises(StorageError, match=r"no copy of the store .* could be kept"):
        connect(f"sqlite:///{path}")
    assert version_of(path) == (2, [("kept",)])


def test_an_older_file_that_is_only_looked_at_stays_as_it_is(path):
    make_older(path)
    with pytest.raises(StorageError, match=r"older schema \(2\): run `trendwatch run`"):
        connect(f"sqlite:///{path}", read_only=True)
    assert (version_of(path)[0], beside(path)) == (2, [])


def test_a_store_that_is_not_there_is_told_apart_from_one_that_cannot_be_read(path):
    with pytest.raises(NoStoreError):
        connect(f"sqlite:///{path}", read_only=True)
    path.write_bytes(b"no database at all, but a text" * 100)
    with pytest.raises(StorageError) as told:
        connect(f"sqlite:///{path}", read_only=True)
    assert not isinstance(told.value, NoStoreError)


def test_who_looks_is_not_held_up_by_who_writes(path):
    with connect(f"sqlite:///{path}") as writer, writer.batch():
        add(writer, an_item(1))
        with connect(f"sqlite:///{path}", read_only=True) as reader:
            reader._file.run("PRAGMA busy_timeout=0")
            assert reader.items() == []


def test_a_store_in_memory_keeps_no_copy():
    file = File(None, read_only=False)
    file.keep_copy("before-schema-1")
    file.close()


def test_a_file_of_schema_4_gets_the_index_that_some_have_already(path):
    make_older(path)
    connect(f"sqlite:///{path}").close()
    with connect(f"sqlite:///{path}") as store:
        store._file.run("DROP INDEX items_by_published_hash")
        store._file.run("DELETE FROM _sqlite_migrations WHERE name = '0005 published hashes'")
        store._file.run("PRAGMA user_version=4")
    with connect(f"sqlite:///{path}") as store:
        assert store._file.value("SELECT count(*) FROM sqlite_master WHERE name = 'items_by_published_hash'") == 1
    assert version_of(path) == (VERSION, [("kept",)])


def test_a_file_whose_words_came_row_by_row_holds_each_word_once(path):
    with connect(f"sqlite:///{path}") as store:
        for name in ("words", "forms"):
            store._file.run(
                f"CREATE TRIGGER {name}_added AFTER INSERT ON items BEGIN"
                f" INSERT INTO {name} (rowid, title, text) VALUES (new.key, new.title, new.text); END"
            )
        store._file.run("DELETE FROM _sqlite_migrations WHERE name = '0006 words of a visit at once'")
        store._file.run("PRAGMA user_version=5")
    with connect(f"sqlite:///{path}") as store:
        add(store, an_item(1), an_item(2))
        for name in ("words", "forms"):
            store._file.run(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")
            assert store._file.value(f"SELECT count(*) FROM {name} WHERE {name} MATCH 'paragraph'") == 2

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from storage_samples import a_visit, add, an_item

from trendwatch.errors import StorageError, TrendwatchError
from trendwatch.model import Query, Validators
from trendwatch.storage import connect
from trendwatch.storage._sqlite.connection import APPLICATION, sqlite3


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.db"


@pytest.fixture
def full(path):
    """A closed store with enough items to fill many pages; its journal is folded in."""
    with connect(f"sqlite:///{path}") as store:
        add(store, *(an_item(n, text=f"word{n} " * 300) for n in range(300)))
    return path


def raw(path):
    return sqlite3.connect(str(path), isolation_level=None)


def test_the_settings_are_the_safe_ones(path):
    with connect(f"sqlite:///{path}") as store:
        settings = [store._file.value(f"PRAGMA {p}") for p in ("foreign_keys", "trusted_schema", "synchronous", "busy_timeout")]
        mode = store._file.value("PRAGMA journal_mode")
    assert settings == [1, 0, 2, 10_000]
    assert mode == ("wal" if sqlite3.sqlite_version_info >= (3, 51, 3) else "delete")


def test_two_stores_in_memory_know_nothing_of_each_other():
    with connect("sqlite://") as one, connect("sqlite://") as other:
        add(one, an_item())
        assert other.items() == []


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite://host.db", "store.db", "mysql:///x"])
def test_a_url_that_names_no_store_is_refused(url):
    with pytest.raises(TrendwatchError, match=r"sqlite"):
        connect(url)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(StorageError, match=r"folder .*nowhere does not exist"):
        connect(f"sqlite:///{tmp_path}/nowhere/store.db")


def test_a_folder_is_no_store(tmp_path):
    with pytest.raises(StorageError, match="is a folder"):
        connect(f"sqlite:///{tmp_path}")


def test_reading_what_does_not_exist_makes_no_file(path):
    with pytest.raises(StorageError, match="no store at"):
        connect(f"sqlite:///{path}", read_only=True)
    assert not path.exists()


def test_a_file_that_is_no_database_is_left_alone(path):
    path.write_bytes(b"a shopping list\n" * 500)
    with pytest.raises(StorageError, match=r"store\.db is not a store"):
        connect(f"sqlite:///{path}")
    assert path.read_bytes() == b"a shopping list\n" * 500


def test_the_database_of_another_program_is_left_alone(path):
    other = raw(path)
    other.execute("CREATE TABLE songs (title)")
    other.close()
    with pytest.raises(StorageError, match="another program"):
        connect(f"sqlite:///{path}")
    other = raw(path)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]
    other.close()


def test_a_newer_schema_is_refused_with_advice(full):
    newer = raw(full)
    newer.execute("PRAGMA user_version=99")
    newer.close()
    with pytest.raises(StorageError, match=r"newer trendwatch \(schema 99.*upgrade"):
        connect(f"sqlite:///{full}")


def test_a_migration_that_fails_half_way_leaves_nothing_and_is_done_at_the_next_opening(path):
    file = raw(path)
    file.execute(f"PRAGMA application_id={APPLICATION}")
    file.execute("CREATE TABLE tags (in_the_way)")
    with pytest.raises(StorageError, match="tags already exists"):
        connect(f"sqlite:///{path}")
    assert file.execute("SELECT name FROM sqlite_master").fetchall() == [("tags",)]
    file.execute("DROP TABLE tags")
    file.close()
    with connect(f"sqlite:///{path}") as store:
        assert len(add(store, an_item()).new) == 1


def test_reading_only_reads_and_refuses_to_write(full):
    before = full.read_bytes()
    with connect(f"sqlite:///{full}", read_only=True) as store:
        assert len(store.items()) == 300
        with pytest.raises(StorageError, match="read only"):
            add(store, an_item(9999))
    assert full.read_bytes() == before


def test_damaged_pages_are_reported_with_the_files_name_and_what_to_do(full):
    size = full.stat().st_size
    noise = random.Random(0)
    with full.open("r+b") as file:
        for at in range(8192 * 30, size, 8192):
            file.seek(at + 100)
            file.write(noise.randbytes(4000))
    with pytest.raises(StorageError, match=r"store\.db is damaged .*\.recover"), connect(f"sqlite:///{full}") as store:
        store.items()


def test_a_file_cut_short_is_reported_as_damaged(full):
    os.truncate(full, full.stat().st_size // 2)
    with pytest.raises(StorageError, match=r"store\.db is damaged"), connect(f"sqlite:///{full}") as store:
        add(store, *(an_item(n, text="changed", content_hash="changed") for n in range(300)))


def test_a_full_disk_undoes_the_visit_and_the_next_one_succeeds(path):
    with connect(f"sqlite:///{path}") as store:
        add(store, an_item(1))
        store._file.run(f"PRAGMA max_page_count={store._file.value('PRAGMA page_count') + 5}")
        with pytest.raises(StorageError, match=r"no room is left for .*store\.db"):
            add(store, *(an_item(n, text="long " * 5000) for n in range(2, 40)))
        assert [i.id for i in store.items()] == [an_item(1).id]
        assert len(store.visits()) == 1
        store._file.run("PRAGMA max_page_count=100000")
        assert len(add(store, an_item(2)).new) == 1


def test_a_lock_of_another_program_is_waited_for_and_then_named(full):
    holder = raw(full)
    holder.execute("BEGIN IMMEDIATE")
    with connect(f"sqlite:///{full}") as store:
        store._file.run("PRAGMA busy_timeout=50")
        with pytest.raises(StorageError, match=r"store\.db is locked by another process"):
            add(store, an_item(9999))
        assert len(store.items()) == 300
        holder.execute("ROLLBACK")
        assert len(add(store, an_item(9999)).new) == 1
    holder.close()


@pytest.mark.parametrize("table", ["visits", "validators", "revisions", "identifiers"])
def test_a_visit_that_fails_anywhere_leaves_nothing(path, table):
    with connect(f"sqlite:///{path}") as store:
        add(store, an_item(1))
        store._file.run(f"CREATE TRIGGER stop BEFORE INSERT ON {table} BEGIN SELECT raise(ABORT, 'stopped'); END")
        items = [an_item(1, title="new", content_hash="new"), an_item(2, identifiers=("arxiv:1",))]
        with pytest.raises(StorageError, match="stopped"):
            store.add_visit(a_visit(minutes=1), items, [Validators(url="u")])
        assert store.items() == [an_item(1)]
        assert (len(store.visits()), store.known_validators(), store.revisions(an_item(1).id)) == (1, {}, [])
        assert store.search_words(Query(words="new"), 5) == []


READ_AS_NOBODY = """
import os, sys
import trendwatch.storage.sqlite, sqlite_utils
from trendwatch.storage import connect
from trendwatch.errors import StorageError
if os.geteuid() == 0:
    os.seteuid(65534)
with connect(sys.argv[1], read_only=True) as store:
    print(len(store.items()))
try:
    with connect(sys.argv[1]) as store:
        store.forget("groups")
    print("written")
except StorageError as error:
    print(error)
"""


def test_a_folder_that_may_not_be_written_is_read_and_the_writer_told_why():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        with connect(f"sqlite:///{path}") as store:
            add(store, an_item())
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", READ_AS_NOBODY, f"sqlite:///{path}"], capture_output=True, text=True, check=False, timeout=60
        )
        Path(folder).chmod(0o755)
    assert done.stderr == ""
    read, written = done.stdout.splitlines()
    assert read == "1"
    assert "store.db cannot be" in written
    assert "right" in written or "may write" in written


def test_damage_that_sqlite_cannot_tell_in_utf_8_is_reported_as_damage(full):
    with contextlib.closing(sqlite3.connect(full)) as raw, raw:
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute("UPDATE sqlite_master SET name = CAST(x'e869' AS TEXT), sql = 'CREATE TABLE (' WHERE name = 'items'")
    with pytest.raises(StorageError, match=r"store\.db is damaged .*\.recover"), connect(f"sqlite:///{full}") as store:
        store.check()

import json
import os
from pathlib import Path

import pytest

from trendwatch import config
from trendwatch.config import _glance
from trendwatch.errors import ConfigError

FILE = """
store: sqlite:///archive.db
embedding: {thresholds: {search: 0.3}}
packs: [ours.yaml]
taxonomies: [house@1]
sources:
- {name: a-lab, url: https://lab.example.org/feed}
- {name: a-wire, url: https://wire.example.org/feed}
"""


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_a_glance_says_what_the_whole_file_says_the_first_time_and_from_memory(written, tmp_path):
    whole = config.load(written, {})
    for _ in range(2):
        seen = _glance.glance(written, {}, cache=tmp_path / "cache")
        assert (seen.store, seen.embedding, seen.thresholds, seen.taxonomies, seen.packs) == (
            whole.store,
            whole.embedding,
            whole.thresholds,
            whole.taxonomies,
            whole.packs,
        )
        assert seen.names == ("a-lab", "a-wire")


def test_a_file_read_before_is_not_read_whole_again(written, tmp_path):
    cache = tmp_path / "cache"
    assert _glance.glance(written, {}, cache=cache).store == "sqlite:///archive.db"
    (kept,) = cache.iterdir()
    kept.write_text(kept.read_text().replace("archive.db", "from-memory.db"))
    assert _glance.glance(written, {}, cache=cache).store == "sqlite:///from-memory.db"
    written.write_text(FILE.replace("archive", "other"), encoding="utf-8")
    assert _glance.glance(written, {}, cache=cache).store == "sqlite:///other.db"


def test_a_changed_file_is_read_anew_and_takes_the_place_of_the_old(written, tmp_path):
    cache = tmp_path / "cache"
    _glance.glance(written, {}, cache=cache)
    written.write_text(FILE.replace("a-wire", "the-wire"), encoding="utf-8")
    assert _glance.glance(written, {}, cache=cache).names == ("a-lab", "the-wire")
    assert len(list(cache.iterdir())) == 1


def test_a_file_with_a_mistake_is_told_each_time(written, tmp_path):
    written.write_text(FILE + "stoer: x\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"sources\.yaml:9:1.*stoer"):
            _glance.glance(written, {}, cache=tmp_path / "cache")


def test_the_environments_store_wins_and_is_not_kept(written, tmp_path):
    cache = tmp_path / "cache"
    assert _glance.glance(written, {"TRENDWATCH_STORE": "sqlite:///there.db"}, cache=cache).store == "sqlite:///there.db"
    assert _glance.glance(written, {}, cache=cache).store == "sqlite:///archive.db"


@pytest.mark.parametrize("left", [b"", b"[]", b"{", b'{"key": 1}'])
def test_a_memory_that_is_damaged_is_as_none(written, tmp_path, left):
    cache = tmp_path / "cache"
    _glance.glance(written, {}, cache=cache)
    (kept,) = cache.iterdir()
    kept.write_bytes(left)
    assert _glance.glance(written, {}, cache=cache).names == ("a-lab", "a-wire")
    kept.write_text(json.dumps(json.loads(kept.read_text()) | {"thresholds": {"no": 1}}))
    assert _glance.glance(written, {}, cache=cache).thresholds.search == 0.3


def test_a_cache_that_cannot_be_written_costs_time_alone(written, tmp_path):
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert _glance.glance(written, {}, cache=tmp_path / "cache").names == ("a-lab", "a-wire")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="there is no such file"):
        config.glance(Path(tmp_path / "none.yaml"), os.environ)


def test_of_many_files_the_newest_are_kept(tmp_path):
    cache = tmp_path / "cache"
    for n in range(_glance.MOST_FILES + 3):
        path = tmp_path / f"{n}.yaml"
        path.write_text(FILE, encoding="utf-8")
        _glance.glance(path, {}, cache=cache)
    assert len(list(cache.iterdir())) == _glance.MOST_FILES


def test_packs_are_found_from_any_folder(written, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    monkeypatch.chdir(tmp_path)
    first = _glance.glance(Path(written.name), {}, cache=cache)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert _glance.glance(written, {}, cache=cache).packs == first.packs == (tmp_path / "ours.yaml",)

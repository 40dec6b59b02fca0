"""Commands that only look: beside a process that writes, and before there is a store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trendwatch.cli import app
from trendwatch.enrich import embed
from trendwatch.model import Item, Visit
from trendwatch.storage import connect

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
LOOKING = [("status",), ("search", "grinds", "--off-topic"), ("show", "00000001"), ("explain", "00000001")]


def configured(folder: Path) -> Path:
    file = folder / "sources.yaml"
    file.write_text(
        f"store: sqlite:///{folder}/archive.db\nsources:\n  - {{name: mill, url: 'https://mill.example.org/feed'}}\n"
    )
    return file


def filled(folder: Path) -> Path:
    url = "https://mill.example.org/1"
    item = Item(
        id=f"{1:08d}" + "0" * 8, source="mill", doctype="news", url=url, canonical_url=url, title="The mill grinds", text="slowly",
        raw_title="", raw_html="", published_at=NOW, date_note="", first_seen_at=NOW,
    )  # fmt: skip
    with connect(f"sqlite:///{folder}/archive.db") as store:
        store.add_visit(Visit(source="mill", started_at=NOW, outcome="ok"), [item])
    return configured(folder)


def look(path: Path, words: tuple[str, ...]) -> str:
    result = CliRunner().invoke(app, ["--config", str(path), "--now", NOW.isoformat(), *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("words", LOOKING, ids=lambda w: w[0])
def test_looking_waits_for_nobody_and_changes_nothing(tmp_path, words):
    path = filled(tmp_path)
    before = (tmp_path / "archive.db").read_bytes()
    with connect(f"sqlite:///{tmp_path}/archive.db") as writer, writer.batch():
        writer.add_visit(Visit(source="mill", started_at=NOW, outcome="transient"), [])
        assert "mill" in look(path, words)
        assert (tmp_path / "archive.db").read_bytes() == before


def test_a_look_before_the_first_run_makes_no_store(tmp_path):
    path = configured(tmp_path)
    assert "mill" in look(path, ("status",))
    assert "Nothing found" in look(path, ("search", "grinds"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["sources.yaml"]


@pytest.mark.parametrize(("least", "found"), [("0.01", True), ("0.99", False)])
def test_a_search_finds_by_meaning_from_the_cosine_that_the_file_says(tmp_path, least, found):
    path = filled(tmp_path)
    with connect(f"sqlite:///{tmp_path}/archive.db") as store:
        embedder = embed.load()
        (item,) = store.items()
        store.put_vectors(embedder.model_id, [item.content_hash], embedder.encode([embed.text_of(item)]))
    path.write_text(f"{path.read_text()}embedding: {{thresholds: {{search: {least}}}}}\n")
    assert ("The mill grinds" in look(path, ("search", "windmill", "flour", "--off-topic"))) is found

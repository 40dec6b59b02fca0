"""What the commands say before there is anything, or before it is whole; and what `config check` looks into."""

from datetime import UTC, datetime

import pytest
from storage_samples import a_visit
from test_tags import PACK, call, desk  # noqa: F401 - the fixture is used by name
from typer.testing import CliRunner

from trendwatch.cli import app
from trendwatch.serving.settings import Settings
from trendwatch.storage import connect

NOW_LATE = datetime(2026, 10, 13, 6, tzinfo=UTC)


def stored(folder):
    with connect(f"sqlite:///{folder / 'store.db'}") as store:
        return store.digests()


@pytest.mark.parametrize(("week", "why"), [("2026-W41", "is not over"), ("2099-W01", "is not over")])
def test_an_issue_of_a_week_that_is_not_over_is_looked_at_and_not_stored(desk, week, why):  # noqa: F811
    before = stored(desk)
    out = call(desk, "digest", "--week", week)
    assert f"A preview, not stored: {week} {why}" in out
    assert "GenAI safety: the week" in out
    assert stored(desk) == before


def test_an_issue_of_a_week_since_whose_end_nothing_was_asked_is_a_preview_until_something_was(desk):  # noqa: F811
    late = ["-c", str(desk / "sources.yaml"), "--now", "2026-10-13T07:00Z", "digest"]
    result = CliRunner().invoke(app, late)
    assert "no source was asked since 2026-W41 ended" in result.output
    assert "weekly/2026-W41" not in stored(desk)
    with connect(f"sqlite:///{desk / 'store.db'}") as store:
        store.add_visit(a_visit(source="daily-ledger", started_at=NOW_LATE))
    result = CliRunner().invoke(app, late)
    assert "preview" not in result.output
    assert "weekly/2026-W41" in stored(desk)


def test_no_words_are_no_question(desk):  # noqa: F811
    for nothing in ("", "  ", '"'):
        assert "say what to look for" in call(desk, "search", nothing, status=1)


def test_a_search_amid_a_rebuild_says_what_is_missing(desk):  # noqa: F811
    with connect(f"sqlite:///{desk / 'store.db'}") as store:
        store.forget("judgements")
        waiting = store.counts()["items"]
    assert f"{waiting} items are not judged yet" in call(desk, "search", "voice")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("packs: [missing.yaml]", "missing.yaml"),
        ("tag_head: missing.npz", "missing.npz is not a head"),
        ("store: mysql://somewhere/x", "mysql"),
    ],
)
def test_config_check_reads_what_the_file_names(desk, line, said):  # noqa: F811
    path = desk / "sources.yaml"
    key = line.partition(":")[0]
    kept = [row for row in path.read_text().splitlines() if not row.startswith(f"{key}:")]
    path.write_text("\n".join([line, *kept]) + "\n")
    out = call(desk, "config", "check", status=2 if key == "packs" else 1)
    assert said in out
    assert "no mistakes" not in out


def test_a_process_keeps_its_configuration_when_a_pack_it_names_is_spoilt(desk):  # noqa: F811
    settings = Settings(desk / "sources.yaml", {})
    good = settings.config
    (desk / "desk@1.yaml").write_text("framework: [")
    assert settings.look()
    assert "desk@1.yaml" in settings.error
    assert settings.config is good
    (desk / "desk@1.yaml").write_text(PACK)
    assert settings.look()
    assert settings.error == ""


def test_a_pack_that_a_refused_edit_named_is_read_again_once_it_is_mended(desk):  # noqa: F811
    settings = Settings(desk / "sources.yaml", {})
    path = desk / "sources.yaml"
    (desk / "new.yaml").write_text("framework: [")
    path.write_text(path.read_text().replace("packs: [desk@1.yaml]", "packs: [desk@1.yaml, new.yaml]"))
    assert settings.look()
    assert "new.yaml" in settings.error
    (desk / "new.yaml").write_text(PACK.replace("framework: desk", "framework: fresh"))
    assert settings.look()
    assert settings.error == ""
    assert len(settings.config.packs) == 2

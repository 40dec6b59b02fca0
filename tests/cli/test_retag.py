"""`trendwatch retag`: an archive follows its packs, and once is enough."""

from typer.testing import CliRunner

from trendwatch.cli import app

NOW = "2026-10-05T07:00Z"
PACK = """
framework: mill
version: "1"
title: Words of the sample
entries:
- {id: V, name: Cloned voices, definition: A voice is copied., words: [cloned voice, voice clone, voice cloning]}
"""


def test_a_new_pack_tags_the_archive_and_the_second_time_changes_nothing(ran, tmp_path):
    config, archive, *_ = ran
    copy = tmp_path / "store.db"
    archive._file.run("VACUUM INTO ?", [str(copy)])  # by the library that has it open: two of them in a process spoil a file
    text = config.path.read_text().splitlines()
    kept = [row for row in text if not row.startswith(("store:", "deliver:", "packs:"))]
    (tmp_path / "mill@1.yaml").write_text(PACK)
    (tmp_path / "sources.yaml").write_text("\n".join([f"store: sqlite:///{copy}", "packs: [mill@1.yaml]", *kept]) + "\n")

    def retag(*words):
        result = CliRunner().invoke(app, ["-c", str(tmp_path / "sources.yaml"), "--now", NOW, "retag", *words])
        assert result.exit_code == 0, result.output
        return result.output

    first, second, forced = retag(), retag(), retag("--all")
    assert "Judged 0 of" not in first
    assert "mill@1:V: " in first
    assert second.splitlines()[-1].startswith("Judged 0 of")
    assert "more," not in second + forced, "the same packs give the same tags"

"""`trendwatch --help`: quick, complete, and without the heavy libraries."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest
import typer
from typer.testing import CliRunner

from trendwatch import cli
from trendwatch.cli import app, options
from trendwatch.errors import ConfigError, OfflineError

HEAVY = (
    "numpy",
    "torch",
    "sentence_transformers",
    "transformers",
    "scipy",
    "sklearn",
    "onnxruntime",
    "pydantic",
    "httpx2",
    "yaml",
)
WATCH = f"""
import sys
from trendwatch.__main__ import main
try:
    main()
finally:
    print("LOADED", *[m for m in {HEAVY!r} if m in sys.modules])
"""


def loaded(*words: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", WATCH, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.rsplit("LOADED", 1)[1].split()


def names() -> list[str]:
    return cli._names()


def test_help_imports_every_command_and_no_heavy_library():
    assert loaded("--help") == []


def test_the_help_of_a_command_with_commands_of_its_own_loads_none_either():
    assert set(loaded("sources", "--help")) <= {"pydantic"}  # typer looks whether it is there


def test_help_names_every_command_with_a_line_on_it():
    shown = CliRunner().invoke(app, ["--help"]).output
    for name in names():
        command = cli._load(name)
        if command is None:
            assert name == "options"
            continue
        assert command.get_short_help_str(), name
        assert any(line.split()[:1] == [name] for line in shown.splitlines()), name


def test_a_misspelt_command_gets_the_nearest():
    done = CliRunner().invoke(app, ["surces"])
    assert done.exit_code == 2
    assert "sources" in done.output


def test_the_version_is_shown():
    assert CliRunner().invoke(app, ["--version"]).output.startswith("trendwatch ")


def test_an_error_of_ours_is_one_message_with_its_exit_status():
    assert cli.message(OfflineError("no network.")) == "trendwatch: no network."
    assert cli.message(ConfigError(["a.yaml:1:1: x", "a.yaml:2:1: y"])).splitlines()[-1].startswith("2 mistakes")
    done = CliRunner().invoke(app, ["-c", "no-such-file.yaml", "config", "check"])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "there is no such file" in done.stderr


def test_untrusted_text_is_neutralised_and_writing_systems_stay_whole():
    assert options.clean("a\x1b[31mb\u202ec\nd\x85") == "a\ufffd[31mb\ufffdc\ufffdd\ufffd"
    for text in ("日本語", "한국어", "نیم\u200cفاصله", "naïve — “x”", "👩\u200d🔬"):
        assert options.clean(text) == text
    assert options.clean("a\nb", keep="\n") == "a\nb"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T07:00Z", datetime(2026, 3, 2, 7, tzinfo=UTC)),
        ("2026-03-02T07:00+02:00", datetime(2026, 3, 2, 5, tzinfo=UTC)),
    ],
)
def test_now_is_read_as_utc(text, moment):
    assert options.moment(text) == moment


def test_no_moment_means_the_clock():
    assert options.moment("") is None
    with pytest.raises(typer.BadParameter):
        options.moment("soon")

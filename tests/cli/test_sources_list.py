"""`trendwatch sources list` and `kinds`, `trendwatch config check` and `schema`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from trendwatch import config
from trendwatch.cli import app

SHIPPED = Path(__file__).resolve().parents[2] / config.FILE


def run(*words: str, **environ: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "200", **environ})


def test_the_table_shows_each_source_once():
    done = run("-c", str(SHIPPED), "sources", "list")
    assert done.exit_code == 0
    for source in config.load(SHIPPED, {}).sources:
        assert sum(line.split()[:1] == [source.name] for line in done.output.splitlines()) == 1
    assert "sources," in done.output.splitlines()[-1]


def test_the_json_has_what_the_table_has():
    rows = json.loads(run("-c", str(SHIPPED), "sources", "list", "--json").output)
    first = rows[0]
    assert {"name", "kind", "doctype", "region", "every", "tier", "enabled", "address", "place"} <= set(first)
    assert len(rows) == len(config.load(SHIPPED, {}).sources)
    assert next(r for r in rows if r["name"] == "ec-press-corner")["every"] == "2h"


def test_the_environment_can_name_the_file():
    assert run("sources", "list", TRENDWATCH_CONFIG=str(SHIPPED)).exit_code == 0


def test_kinds_shows_each_kind_its_help_and_its_keys():
    done = run("sources", "kinds")
    assert done.exit_code == 0
    for kind in config.kinds():
        assert kind.name in done.output
        assert kind.help
        for key in kind.keys:
            assert f"    {key.name} (" in done.output
    as_json = json.loads(run("sources", "kinds", "--json").output)
    assert [k["kind"] for k in as_json] == [k.name for k in config.kinds()]


def test_every_kind_and_key_has_a_help_text():
    assert [(k.name, key.name) for k in config.kinds() for key in k.keys if not key.help] == []


def test_check_says_that_all_is_well():
    done = run("-c", str(SHIPPED), "config", "check")
    assert done.exit_code == 0
    assert "no mistakes" in done.output


def test_check_prints_every_mistake_and_ends_with_status_two(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text("sources:\n  - {name: lab, link: x, tier: 9}\n")
    done = run("-c", str(path), "config", "check")
    assert done.exit_code == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert [line.startswith(f"{path}:2:") for line in lines] == [True, True, True, False]
    assert lines[-1] == "3 mistakes in the configuration; nothing was done."


def test_every_command_refuses_a_wrong_file_before_any_work(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text("store: 'sqlite:///made.db'\nsources:\n  - {name: lab}\n")
    for words in (["run"], ["crawl"], ["status"], ["sources", "list"], ["sources", "check", "--all"], ["search", "x"]):
        done = run("-c", str(path), *words)
        assert done.exit_code == 2, (words, done.output)
        assert "mistake in the configuration" in done.output
    assert [p.name for p in tmp_path.iterdir()] == ["sources.yaml"]


def test_schema_prints_the_published_schema():
    done = run("config", "schema")
    assert json.loads(done.output) == json.loads(SHIPPED.with_name(config.SCHEMA).read_text(encoding="utf-8"))


@pytest.mark.parametrize("bad", ["yesterday", "2026-13-01", "12:30"])
def test_a_moment_that_is_none_is_a_mistake_in_usage(bad):
    done = run("--now", bad, "-c", str(SHIPPED), "config", "check")
    assert done.exit_code == 2
    assert "--now" in done.output

"""`trendwatch sources check`: ask once, store nothing, failures first."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).parent))
import cli_site

from trendwatch import config
from trendwatch.cli import _check, app
from trendwatch.collect import wire
from trendwatch.errors import OfflineError
from trendwatch.model import Source, Visit


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with cli_site.serving() as address:
        yield address


def check(path: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--config", str(path), "--now", "2026-03-03", "sources", "check", *words])


def rows(host: str) -> list[str]:
    return [
        f"{{name: lab, url: 'http://{host}/news.xml'}}",
        f"{{name: closed, url: 'http://{host}/closed'}}",
        f"{{name: gone, url: 'http://{host}/gone'}}",
        f"{{name: page, url: 'http://{host}/'}}",
        f"{{name: strict, url: 'http://{host}/trick.xml', filter: {{any: [telescope]}}}}",
        f"{{name: resting, url: 'http://{host}/other', enabled: false}}",
    ]


@pytest.fixture(scope="module")
def path(tmp_path_factory, host) -> Path:
    return cli_site.write(tmp_path_factory.mktemp("check"), host, *rows(host))


def test_failures_come_first_each_with_its_line_and_advice(path, host):
    done = check(path)
    assert done.exit_code == 1
    lines = done.output.splitlines()
    heads = [line.split(":")[0] for line in lines if not line.startswith(" ")]
    assert heads[:5] == ["closed", "gone", "page", "strict", "lab"]
    assert f"  {path}:4  http://{host}/closed" in lines
    assert "it turns machines away" in done.output
    assert "the address is gone" in done.output
    assert f"trendwatch sources add http://{host}/" in done.output
    assert "its filter left nothing" in done.output
    assert "resting" not in done.output
    assert [p.name for p in path.parent.iterdir()] == ["sources.yaml"], "nothing is stored"
    assert lines[-1] == "5 asked, 2 answered (1 with nothing to keep), 3 failed."


def test_one_source_is_shown_as_a_digest_would_see_it(path):
    done = check(path, "lab")
    assert done.exit_code == 0
    assert "lab: ok, 2 entries, 2 kept, newest 2026-03-02" in done.output
    assert "  2026-03-01  en    Open house on Saturday" in done.output
    assert "https://lab.example.org/open" in done.output


def test_what_is_skipped_is_shown_with_the_reason(path):
    done = check(path, "strict")
    assert done.exit_code == 0
    assert "skipped: Open house on Saturday: filter: none of telescope" in done.output


def test_a_source_that_is_not_enabled_is_asked_by_name_or_with_all(path):
    assert "resting: permanent" in check(path, "resting").output
    found = config.load(path, {})
    assert "resting" in [s.name for s in _check.choose(found, [], everything=True)]
    assert "resting" not in [s.name for s in _check.choose(found, [], everything=False)]


def test_the_json_says_the_same(path):
    done = check(path, "--json")
    assert done.exit_code == 1
    found = {row["source"]: row for row in json.loads(done.stdout)}
    assert found["lab"]["succeeded"]
    assert (found["lab"]["found"], found["lab"]["kept"], found["lab"]["newest"]) == (2, 2, "2026-03-02T09:00:00+00:00")
    assert (found["closed"]["status"], found["closed"]["outcome"]) == (403, "permanent")
    assert found["strict"]["skipped"][0]["reason"].startswith("filter")


def test_a_name_that_is_none_gets_the_nearest(path):
    done = check(path, "labs")
    assert done.exit_code == 1
    assert "did you mean 'lab'?" in done.output


def test_what_publishers_write_cannot_play_tricks_on_the_terminal(tmp_path):
    evil = cli_site.RSS.replace("A filter against", "A \u202efilter &#x202e;against &amp;#27;[31m")
    with cli_site.serving({"/evil.xml": (200, "application/rss+xml", evil)}) as address:
        done = check(cli_site.write(tmp_path, address, f"{{name: evil, url: 'http://{address}/evil.xml'}}"), "evil")
    assert "cloned voices" in done.output
    assert not any(c in done.output for c in "\x1b\u202e\x07")


def test_a_machine_without_network_says_so_once():
    source = Source(name="lab", kind="feed", reader=None)
    visits = [
        Visit(source=f"s{n}", started_at=datetime(2026, 3, 2, tzinfo=UTC), outcome="transient", error=f"{wire.NO_NAME}: s{n}")
        for n in range(5)
    ]
    with pytest.raises(OfflineError, match="none of the 5 sources"):
        _check.told([_check.Checked(source=source, visit=visit, items=()) for visit in visits])

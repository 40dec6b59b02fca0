"""`trendwatch status`: what it says of each source."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trendwatch.cli import app, status
from trendwatch.model import Item, SourceState, Visit
from trendwatch.storage import connect

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def path(tmp_path) -> Path:
    """Two sources: one publishes every other day, one turned into a login page."""
    file = tmp_path / "sources.yaml"
    store = f"sqlite:///{tmp_path / 'archive.db'}"
    rows = "\n".join(f"  - {{name: {name}, url: 'https://{name}.example.org/feed'}}" for name in ("mill", "closed"))
    file.write_text(f"store: {store}\nsources:\n{rows}\n", encoding="utf-8")
    with connect(store) as archive:
        for n in range(40, -1, -2):
            at = NOW - DAY * n
            archive.add_visit(Visit(source="mill", started_at=at, outcome="ok", bytes=40_000, seconds_s=0.5), [item(n, at)])
        archive.add_visit(Visit(source="closed", started_at=NOW - 3 * DAY, outcome="ok"))
        for n in (2, 1, 0):
            wall = Visit(
                source="closed", started_at=NOW - DAY * n, outcome="permanent", status=403, error="HTTP 403: forbidden"
            )
            archive.add_visit(wall)
    return file


def item(n: int, at: datetime) -> Item:
    return Item(
        id=f"{n:016x}",
        source="mill",
        doctype="news",
        url=f"https://mill.example.org/{n}",
        canonical_url=f"https://mill.example.org/{n}",
        title=f"The mill grinds for the day {n}",
        text="",
        raw_title="",
        raw_html="",
        published_at=at if n % 4 else None,
        date_note="",
        first_seen_at=at,
    )


def run(path: Path, *words: str, columns: int = 200) -> str:
    result = CliRunner().invoke(
        app,
        ["--config", str(path), "--now", NOW.isoformat(), "status", *words],
        env={"COLUMNS": str(columns), "NO_COLOR": "1"},
    )
    assert result.exit_code == 0, result.output
    return result.output


def words(line: str) -> str:
    return " ".join(line.split())


def test_every_source_is_told_worst_first_with_all_that_is_known(path):
    head, closed, mill, *_ = run(path).splitlines()
    assert words(head) == " ".join(status.COLUMNS)
    reason = "HTTP 403: forbidden; failed 3 times in a row, last good answer 2026-03-27"
    assert words(closed) == f"closed blocked 3d 3 – – 0 – – 0kB 0.0s {reason}"
    assert words(mill) == "mill healthy <1h – 2d <1h 21 52% – 40kB 0.5s answers as usual"


def test_a_narrow_terminal_gets_what_matters_most(path):
    head, *_, mill = run(path, columns=80).splitlines()[:5]
    assert words(head) == "source state answered every newest items why"
    assert words(mill) == "mill healthy <1h 2d <1h 21 answers as usual"


def test_the_json_says_the_same_and_more(path):
    closed, mill = json.loads(run(path, "--json"))["sources"]
    assert (closed["state"], closed["streak"], closed["last_success_at"]) == ("blocked", 3, "2026-03-27T12:00:00+00:00")
    assert (mill["cadence_s"], mill["undated"], mill["duplicates"]) == (2 * 86400, 0.524, 0)
    assert (mill["visits"], mill["bytes"], mill["seconds_s"], mill["proposed_url"]) == (14, 40_000, 0.5, "")


def test_what_is_not_known_is_a_dash():
    found = status.row(SourceState(source="s", state="new", reason="not asked yet"), NOW)
    assert found == ("s", "new", "never", "–", "–", "–", "0", "–", "–", "–", "not asked yet")


@pytest.mark.parametrize(
    ("hours", "text"), [(0.2, "<1h"), (5, "5h"), (47, "47h"), (48, "2d"), (24 * 13, "13d"), (24 * 14, "2w"), (24 * 70, "10w")]
)
def test_times_are_told_in_their_largest_unit(hours, text):
    assert status.span(timedelta(hours=hours)) == text

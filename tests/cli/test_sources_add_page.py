"""`trendwatch sources add` on a page without a feed: selectors are proposed, shown at work, and written when wanted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).parent))
import cli_site

from trendwatch import config
from trendwatch.cli import app

TITLES = ["Guidance on cloned voices", "Labels for synthetic video", "A fine for a generator", "The annual report is out"]
ROWS = "".join(
    f'<div class="entry"><h3><a href="/n/{i}">{title}</a></h3><span class="when">{20 - i} February 2026</span></div>'
    for i, title in enumerate(TITLES)
)
MENU = "".join(f'<li><a href="/t/{i}">Topic {i} of the office</a></li>' for i in range(5))
PAGE = f"""<!doctype html><html lang="en"><head><title>Office of Media</title></head><body>
<div class="topics"><ul>{MENU}</ul></div><main><h1>News</h1>{ROWS}</main></body></html>"""
PAGES = {
    "/": (200, "text/html", PAGE),
    "/closed/": (200, "text/html", PAGE),
    "/empty": (200, "text/html", cli_site.BARE),
    "/robots.txt": (200, "text/plain", "User-agent: *\nDisallow: /closed/\n"),
}


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with cli_site.serving(PAGES) as address:
        yield address


def call(path: Path, *words: str, answer: str = "") -> Result:
    return CliRunner(env={"COLUMNS": "160"}).invoke(app, ["--config", str(path), "sources", *words], input=answer)


def test_selectors_are_shown_at_work_and_written_behind_the_others(tmp_path, host):
    path = cli_site.write(tmp_path, host)
    before = path.read_text()
    done = call(path, "add", f"http://{host}/", "--yes")
    assert done.exit_code == 0, done.output
    assert all(f"{title}" in done.output for title in TITLES)
    assert "2026-02-20" in done.output
    source = config.load(path, {}).sources[-1]
    assert (source.name, source.kind, source.reader.url) == ("office-of-media", "webpage", f"http://{host}/")
    assert (source.reader.item, source.reader.date, source.reader.least) == ("div.entry", "span.when", 2)
    kept = iter(path.read_text().splitlines())
    assert all(line in kept for line in before.splitlines())


def test_what_was_written_reads_the_page(tmp_path, host):
    path = cli_site.write(tmp_path, host)
    call(path, "add", f"http://{host}/", "--yes", "--name", "office")
    done = call(path, "check", "office")
    assert done.exit_code == 0, done.output
    assert TITLES[0] in done.output


def test_a_person_is_asked_and_may_say_no(tmp_path, host):
    path = cli_site.write(tmp_path, host)
    before = path.read_bytes()
    assert call(path, "add", f"http://{host}/", answer="n\n").exit_code == 1
    assert path.read_bytes() == before
    assert call(path, "add", f"http://{host}/", answer="y\n").exit_code == 0
    assert path.read_bytes() != before


def test_without_a_terminal_nothing_is_added_and_the_way_on_is_told(tmp_path, host):
    path = cli_site.write(tmp_path, host)
    before = path.read_bytes()
    done = call(path, "add", f"http://{host}/")
    assert done.exit_code == 1
    assert "--yes" in done.output
    assert path.read_bytes() == before


def test_another_list_of_the_page_can_be_chosen(tmp_path, host):
    path = cli_site.write(tmp_path, host)
    done = call(path, "add", f"http://{host}/", "--yes", "--choice", "2")
    assert done.exit_code == 0, done.output
    assert "--choice 1: 4 entries" in done.output
    assert config.load(path, {}).sources[-1].reader.item != "div.entry"
    too_many = call(path, "add", f"http://{host}/?again", "--yes", "--choice", "9")
    assert too_many.exit_code == 1


def test_a_page_that_has_a_feed_is_read_by_selectors_when_that_kind_is_named(tmp_path, host):
    path = cli_site.write(tmp_path, host)
    assert call(path, "add", f"http://{host}/", "--yes", "--kind", "webpage").exit_code == 0
    assert config.load(path, {}).sources[-1].kind == "webpage"


@pytest.mark.parametrize(("target", "said"), [("/closed/", "robots.txt"), ("/empty", "has no feed")])
def test_a_page_that_may_not_be_read_or_lists_nothing_changes_nothing(tmp_path, host, target, said):
    path = cli_site.write(tmp_path, host)
    before = path.read_bytes()
    done = call(path, "add", f"http://{host}{target}", "--yes")
    assert done.exit_code == 1
    assert said in done.output
    assert "Traceback" not in done.output
    assert path.read_bytes() == before

"""`trendwatch sources add`: from an address to lines in the file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).parent))
import cli_site

from trendwatch import config
from trendwatch.cli import _add, app


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with cli_site.serving() as address:
        yield address


def add(path: Path, *words: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, ["--config", str(path), "sources", "add", *words], input=answer)


def test_a_feed_is_proposed_and_added_behind_the_others(tmp_path, host):
    path = cli_site.write(tmp_path, host)
    before = path.read_text()
    done = add(path, f"http://{host}/news.xml", "--yes")
    assert done.exit_code == 0, done.output
    assert "Example Lab" in done.output
    assert "2 entries" in done.output
    assert "A filter against cloned voices" in done.output
    source = config.load(path, {}).sources[-1]
    assert (source.name, source.kind, source.reader.url) == ("example-lab", "feed", f"http://{host}/news.xml")
    kept = iter(path.read_text().splitlines())
    assert all(line in kept for line in before.splitlines())


def test_the_feed_of_a_page_is_found(tmp_path, host):
    path = cli_site.write(tmp_path, host)
    assert add(path, f"http://{host}/", "--yes", "--name", "lab").exit_code == 0
    assert config.load(path, {}).sources[-1].reader.url == f"http://{host}/news.xml"
    assert config.load(path, {}).sources[-1].name == "lab"


def test_nothing_is_written_when_the_person_says_no(tmp_path, host):
    path = cli_site.write(tmp_path, host)
    before = path.read_bytes()
    assert add(path, f"http://{host}/news.xml", answer="n\n").exit_code == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("target", "said"),
    [("/bare", "no feed"), ("/closed", "403"), ("/nowhere", "404")],
)
def test_an_address_without_a_feed_is_a_clear_error_and_changes_nothing(tmp_path, host, target, said):
    path = cli_site.write(tmp_path, host)
    before = path.read_bytes()
    done = add(path, f"http://{host}{target}", "--yes")
    assert done.exit_code == 1
    assert said.split()[-1] in done.output
    assert "Traceback" not in done.output
    assert path.read_bytes() == before


def test_an_address_that_is_watched_already_is_refused(tmp_path, host):
    path = cli_site.write(tmp_path, host, f"{{name: there, url: 'http://{host}/news.xml'}}")
    done = add(path, f"http://{host}/", "--yes")
    assert done.exit_code == 1
    assert "there at" in done.output


def test_a_name_that_is_taken_is_refused(tmp_path, host):
    path = cli_site.write(tmp_path, host)
    done = add(path, f"http://{host}/news.xml", "--yes", "--name", "Other")
    assert done.exit_code == 1
    assert "already" in done.output


def test_a_private_address_that_is_not_allowed_is_not_asked(tmp_path, host):
    path = cli_site.write(tmp_path, "127.0.0.1:1")
    done = add(path, f"http://{host}/news.xml", "--yes")
    assert done.exit_code == 1
    assert "allow" in done.output


def test_a_title_cannot_play_tricks_on_the_terminal(tmp_path, host):
    path = cli_site.write(tmp_path, host)
    done = add(path, f"http://{host}/trick.xml", "--yes")
    assert done.exit_code == 0, done.output
    assert not any(c in done.output for c in "\x1b\u202e\x85")


def test_a_wrong_file_is_told_before_anything_is_asked(tmp_path, host):
    path = cli_site.write(tmp_path, host, "{name: other, ulr: x}")
    done = add(path, f"http://{host}/news.xml", "--yes")
    assert done.exit_code == 2
    assert 'did you mean "url"' in done.output


@pytest.mark.parametrize(
    ("host", "title", "expected"),
    [
        ("www.ftc.gov", "Press releases", ("regulation", 1)),
        ("www.gov.uk", "News", ("regulation", 1)),
        ("digital-strategy.ec.europa.eu", "News", ("regulation", 1)),
        ("export.arxiv.org", "", ("paper", 2)),
        ("incidents.example.org", "", ("incident", 2)),
        ("lab.example.org", "The lab's blog", ("post", 3)),
        ("daily.example.org", "Tech", ("news", 3)),
    ],
)
def test_the_doctype_is_guessed_from_host_and_title(host, title, expected):
    assert _add.guess(host, title) == expected


@pytest.mark.parametrize(
    ("title", "host", "expected"),
    [
        ("Example Lab - RSS Feed", "lab.example.org", "example-lab"),
        ("Café Zürich", "x.example.org", "cafe-zurich"),
        ("", "www.lab.example.org", "lab-example"),
        ("新聞", "press.example.org", "press-example"),
        ("Taken", "x.example.org", "taken-2"),
        ("News", "feeds.example.org", "example"),
    ],
)
def test_a_name_is_made_from_the_title_or_the_host(title, host, expected):
    assert _add.name_of(title, host, {"taken"}) == expected

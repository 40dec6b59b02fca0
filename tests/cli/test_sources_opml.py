"""`trendwatch sources import` and `export`: lists of feeds in and out of the file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import cli_site
from typer.testing import CliRunner, Result

from trendwatch import config
from trendwatch.cli import app

FILE = """# the head
sources:
  - {name: lab, url: 'https://lab.example.org/feed.xml'}   # known

# the tail
"""
LIST = """<?xml version="1.0"?>
<opml version="2.0"><head><title>Feeds</title></head><body>
<outline text="Lab" type="rss" xmlUrl="http://lab.example.org/feed.xml/"/>
<outline text="Folder">
<outline text="Lab" type="rss" xmlUrl="https://other.example.org/feed"/>
<outline text="Regulator" type="rss" xmlUrl="https://www.rules.example.gov/rss" language="en"/>
</outline>
<outline text="Broken" type="rss" xmlUrl="feed:nowhere"/>
</body></opml>
"""


def run(path: Path, *words: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, ["--config", str(path), "sources", *words], input=answer)


def write(folder: Path, text: str = LIST) -> tuple[Path, Path]:
    path, feeds = folder / "sources.yaml", folder / "feeds.opml"
    path.write_text(FILE, encoding="utf-8")
    feeds.write_text(text, encoding="utf-8")
    return path, feeds


def test_new_feeds_are_added_known_ones_reported_and_bad_ones_named(tmp_path):
    path, feeds = write(tmp_path)
    done = run(path, "import", str(feeds), "--yes")
    assert done.exit_code == 1  # one could not be taken
    assert f'{feeds}:3: Lab: "lab" at {path}:3 asks this address already' in done.output
    assert f"{feeds}:8: Broken: is no web address" in done.output
    assert "2 to be added, 1 known, 1 that cannot be." in done.output
    found = config.load(path, {}).sources
    assert [(s.name, s.doctype, s.tier) for s in found] == [
        ("lab", "news", 3),
        ("lab-2", "news", 3),
        ("regulator", "regulation", 1),
    ]
    assert found[2].language == "en"
    text = path.read_text(encoding="utf-8")
    assert text.startswith(FILE.partition("\n\n")[0])
    assert text.endswith("\n\n# the tail\n")


def test_importing_twice_adds_nothing_the_second_time(tmp_path):
    path, feeds = write(tmp_path, LIST.replace("feed:nowhere", "https://whole.example.org/"))
    assert run(path, "import", str(feeds), "--yes").exit_code == 0
    before = path.read_bytes()
    done = run(path, "import", str(feeds), "--yes")
    assert done.exit_code == 0
    assert "0 to be added, 4 known" in done.output
    assert path.read_bytes() == before


def test_nothing_is_written_when_the_person_says_no(tmp_path):
    path, feeds = write(tmp_path)
    assert run(path, "import", str(feeds), answer="n\n").exit_code == 1
    assert path.read_text(encoding="utf-8") == FILE


def test_a_list_may_come_from_standard_input_and_go_to_standard_output(tmp_path):
    path, _ = write(tmp_path)
    exported = run(path, "export", "--opml")
    assert exported.exit_code == 0
    assert 'xmlUrl="https://lab.example.org/feed.xml"' in exported.output
    other = tmp_path / "other.yaml"
    other.write_text("sources:\n  - {name: x, url: 'https://x.example.org/'}\n", encoding="utf-8")
    assert run(other, "import", "-", "--yes", answer=exported.output).exit_code == 0
    assert [s.name for s in config.load(other, {}).sources] == ["x", "lab"]


def test_an_export_to_a_file_says_what_it_wrote(tmp_path):
    path, feeds = write(tmp_path)
    assert "1 sources" in run(path, "export", str(feeds), "--opml").output
    assert b"<opml" in feeds.read_bytes()


def test_mistakes_are_sentences(tmp_path):
    path, feeds = write(tmp_path, "<rss/>")
    for words, said in (
        (["import", str(feeds)], "no OPML"),
        (["import", str(tmp_path / "nowhere.opml")], "cannot be read"),
        (["export", str(tmp_path), "--opml"], "cannot be written"),
        (["export"], "--opml"),
        (["import", "-"], "--yes"),
    ):
        done = run(path, *words)
        assert done.exit_code in (1, 2)
        assert said in done.output
        assert "Traceback" not in done.output
    assert path.read_text(encoding="utf-8") == FILE


def test_a_check_of_a_list_says_which_feeds_it_names(tmp_path):
    pages = cli_site.PAGES | {"/list.opml": (200, "text/x-opml", LIST)}
    with cli_site.serving(pages) as host:
        path = cli_site.write(tmp_path, host, f"{{name: list, kind: opml, url: 'http://{host}/list.opml'}}")
        done = run(path, "check", "list")
        assert done.exit_code == 0
        assert "it names 3 feeds, the first http://lab.example.org/feed.xml/" in done.output
        assert "Broken: line 8: is no web address" in done.output
        assert len(json.loads(run(path, "check", "list", "--json").output)[0]["names"]) == 3


def test_a_check_of_a_mailbox_says_what_it_lacks(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text("sources:\n  - {name: box, kind: mailbox, host: imap.example.org, user: me}\n", encoding="utf-8")
    done = run(path, "check", "box")
    assert done.exit_code == 1
    assert "TRENDWATCH_IMAP_PASSWORD" in done.output
    assert "set the password in the environment" in done.output


def test_the_feeds_that_a_list_names_are_listed_and_checked_after_its_visit(tmp_path):
    pages = dict(cli_site.PAGES)
    with cli_site.serving(pages) as host:
        feed = f'<opml version="2.0"><body><outline text="Lab" type="rss" xmlUrl="http://{host}/feed.xml"/></body></opml>'
        pages["/list.opml"] = (200, "text/x-opml", feed)
        path = cli_site.write(tmp_path, host, f"{{name: list, kind: opml, url: 'http://{host}/list.opml'}}")
        path.write_text(f"store: sqlite:///{tmp_path}/kept.db\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
        assert "1 sources, 1 enabled." in run(path, "list").output
        assert CliRunner().invoke(app, ["--config", str(path), "crawl", "list"]).exit_code == 0
        assert "2 sources, 2 enabled; 1 named by lists." in run(path, "list").output
        assert [row["name"] for row in json.loads(run(path, "list", "--json").output)] == ["list", "list/lab"]
        assert "list/lab" in run(path, "check", "list/lab").output


def test_a_store_that_cannot_be_read_hides_only_what_lists_name(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text(
        f"store: sqlite:///{tmp_path}/kept.db\nsources:\n  - {{name: lab, kind: opml, url: 'https://lab.example.org/feeds.opml'}}\n",
        encoding="utf-8",
    )
    (tmp_path / "kept.db").write_bytes(b"no database at all, but a text" * 100)
    done = run(path, "list")
    assert done.exit_code == 0
    assert "1 sources, 1 enabled." in done.output
    assert "What lists name is not known" in done.output

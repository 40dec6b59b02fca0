"""Adding a source keeps every byte of the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trendwatch import config
from trendwatch.config import _edit
from trendwatch.errors import ConfigError

NEW = {"name": "new", "kind": "feed", "url": "https://new.example.org/feed.xml", "doctype": "post", "tier": "3"}
LINES = """\
  - name: new
    kind: feed
    url: https://new.example.org/feed.xml
    doctype: post
    tier: 3
"""
FILE = """\
# the head, kept

sources:
  # a group
  - name: lab          # said of it
    url: 'https://lab.example.org/feed.xml'

# after the list
digest: {name: weekly,   day: monday}   # odd   spacing
"""


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "sources.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_new_source_follows_the_last_and_nothing_else_changes(tmp_path):
    path = write(tmp_path, FILE)
    found = config.add(path, NEW, {})
    assert [s.name for s in found.sources] == ["lab", "new"]
    assert path.read_text() == FILE.replace("feed.xml'\n", f"feed.xml'\n{LINES}")


@pytest.mark.parametrize(
    "text",
    [
        "sources:\n  - name: lab\n    url: https://lab.example.org/feed.xml",
        "sources:\n- name: lab\n  url: https://lab.example.org/feed.xml\n# reached later\n#   a\n",
        "sources:\n  -   name: lab\n      url: https://lab.example.org/feed.xml\n      terms: |\n        two\n        # no comment\n",
        "sources:\n  -\n    name: lab\n    url: https://lab.example.org/feed.xml\n",
        "sources:\n  - {name: lab, url: 'https://lab.example.org/feed.xml'}\ndigest: {}\n",
        "sources:\n  - {name: a, url: 'https://a.example.org'}\n\n  - {name: lab, url: 'https://b.example.org'}\n",
        "digest: {}\nsources:\n",
        "digest: {}\n",
        "",
        "# nothing yet\n",
    ],
)
def test_the_result_is_the_old_file_with_lines_put_in(tmp_path, text):
    path = write(tmp_path, text)
    if "lab" not in text and "digest" not in text:
        pytest.skip("an empty file is no configuration yet")
    found = config.add(path, NEW, {})
    assert found.sources[-1].name == "new"
    after = path.read_text().splitlines()
    kept = iter(after)
    assert all(line in kept for line in text.splitlines())
    assert len(after) <= len(text.splitlines()) + len(LINES.splitlines()) + 2


def test_windows_line_ends_and_the_byte_order_mark_stay(tmp_path):
    before = b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode()
    path = write(tmp_path, before)
    config.add(path, NEW, {})
    after = path.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf# the head")
    assert after.count(b"\n") == after.count(b"\r\n") == before.count(b"\n") + 5


def test_a_blank_line_between_sources_is_kept_up(tmp_path):
    text = "sources:\n  - {name: a, url: 'https://a.example.org'}\n\n  - {name: b, url: 'https://b.example.org'}\n"
    path = write(tmp_path, text)
    config.add(path, NEW, {})
    assert path.read_text() == f"{text}\n{LINES}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sources: [{name: lab, url: 'https://lab.example.org/'}]\n", "brackets"),
        ("sources: {name: lab}\n", "must be a list"),
        (FILE.replace("lab ", "new "), "this name stands on line 5 already"),
        (FILE.replace("lab.", "new."), "asks the same address"),
        ("sources:\n  - {name: lab, url: x}\n", "not a web address"),
    ],
)
def test_what_would_be_wrong_is_refused_and_the_file_stays(tmp_path, text, said):
    path = write(tmp_path, text)
    with pytest.raises(ConfigError, match=said):
        config.add(path, NEW, {})
    assert path.read_text() == text
    assert [p.name for p in tmp_path.iterdir()] == ["sources.yaml"]


def test_the_mode_of_the_file_and_a_link_to_it_stay(tmp_path):
    path = write(tmp_path, FILE)
    path.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    config.add(link, NEW, {})
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert "new.example.org" in path.read_text()


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60))
def test_any_text_is_written_so_that_it_reads_back_the_same(text):
    lines = f"sources:\n  - name: lab\n    url: https://lab.example.org/\n    terms: {_edit.scalar(text)}\n"
    assert config.parse(lines.encode(), Path("sources.yaml"), {}).sources[0].terms == text


def test_an_empty_list_in_brackets_is_begun_and_its_comment_stays(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text("sources: []  # none yet\nstore: sqlite://\n")
    config.add(path, NEW, {})
    assert path.read_text() == f"sources:  # none yet\n{LINES}store: sqlite://\n"

"""Sources as OPML and back: nothing is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from trendwatch import config
from trendwatch.cli import _opml
from trendwatch.config import _edit, _kinds, _nodes, opml
from trendwatch.model import Network, Source

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Co")), max_size=30)
WORD = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Co", "Zl", "Zp")), min_size=1, max_size=12)
NAMES = st.from_regex(r"[a-zA-Z0-9_äé日][a-zA-Z0-9_.äé日-]{0,20}", fullmatch=True)
COMMON = st.fixed_dictionaries(
    {},
    optional={
        "doctype": st.sampled_from(["paper", "news", "regulation", "incident", "post"]),
        "region": st.sampled_from(["", "us", "eu", "us-ca"]),
        "language": st.sampled_from(["", "en", "pt-BR", "zh-Hant"]),
        "every": st.sampled_from(["30m", "6h", "1d", "1w", "90m", "61s", "52w", "1.5h", "999.999h", "36000.06s"]),
        "expect": st.sampled_from([None, "3 per 7d", "1 per 52w", "9 per 999w", "0 per 1d"]),
        "tier": st.integers(1, 4),
        "terms": TEXT,
        "enabled": st.booleans(),
        "filter": st.fixed_dictionaries({}, optional={"any": st.lists(WORD, max_size=3), "none": st.lists(WORD, max_size=3)}),
    },
)
OWN = {
    "feed": st.builds(
        lambda n: {"url": f"https://f{n}.example.org/feed?a=1&b=<2>".replace("<", "%3C").replace(">", "%3E")},
        st.integers(0, 10**6),
    ),
    "hacker_news": st.fixed_dictionaries(
        {"queries": st.lists(WORD, min_size=1, max_size=3)},
        optional={"points": st.integers(0, 500), "most": st.integers(1, 999)},
    ),
    "arxiv": st.fixed_dictionaries({"query": WORD}, optional={"page_size": st.integers(1, 2000)}),
    "mailbox": st.fixed_dictionaries(
        {"host": st.just("imap.example.org"), "user": WORD.filter(str.strip)},
        optional={
            "links": st.booleans(),
            "folder": WORD,
            "list_id": st.lists(st.sampled_from(["a.example.org", "b, c: d"]), max_size=2),
        },
    ),
}
ENTRY = st.sampled_from(sorted(OWN)).flatmap(
    lambda kind: st.tuples(NAMES, COMMON, OWN[kind]).map(lambda t: {"name": t[0], "kind": kind} | t[1] | t[2])
)
TARGET = """# the head
defaults: {language: fr, tier: 1, every: 2h, filter: {any: [x]}, terms: theirs, doctype: paper, expect: 1 per 1d}
sources:
  - {name: zero-zero, url: 'https://zero.example.org/'}  # first

# the tail
"""


def sources_of(entries: list[dict]) -> tuple[Source, ...]:
    """Sources of entries that differ in name and address; those that do not are left out."""
    found: dict[str, Source] = {}
    asked = set()
    for entry in entries:
        source = opml.single(entry, Network())
        address = opml.asked_by(source)
        if source.name.casefold() not in found and address not in asked:
            asked.add(address)
            found[source.name.casefold()] = source
    return tuple(found.values())


def bare(sources) -> list[Source]:
    return [replace(source, place="") for source in sources]


def come_back(exported: bytes, folder: Path, target: str = TARGET) -> list[Source]:
    path = folder / "sources.yaml"
    path.write_text(target, encoding="utf-8")
    taken = _opml.take(config.load(path, {}), exported, "list.opml")
    assert not taken.wrong
    assert not taken.known
    if taken.entries:
        _edit.add_all(path, taken.entries, {})
    text = path.read_text(encoding="utf-8")
    assert text.startswith(target.partition("\n\n")[0])
    assert text.endswith("# the tail\n")
    return bare(config.load(path, {}).sources[1:])


@given(st.lists(ENTRY, max_size=4))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_is_exported_comes_back_the_same(tmp_path, entries):
    sources = sources_of(entries)
    assert come_back(opml.export(sources, "A list"), tmp_path) == bare(sources)


def test_the_sources_that_are_shipped_come_back_the_same(tmp_path):
    sources = config.load(Path(__file__).parents[2] / "sources.yaml", {}).sources
    assert len(sources) > 100
    assert come_back(opml.export(sources, "ours"), tmp_path) == bare(sources)


def test_every_kind_there_is_comes_back_the_same(tmp_path):
    pages = Path(__file__).parents[1] / "pages"
    entries = [
        {"name": f"some-{kind}", "kind": kind} | json.loads((pages / kind / "source.json").read_text(encoding="utf-8"))
        for kind in _kinds.source_kinds()
    ]
    sources = sources_of(entries)
    assert {s.kind for s in sources} == set(_kinds.source_kinds())
    assert come_back(opml.export(sources, "kinds"), tmp_path) == bare(sources)


def test_the_same_sources_are_the_same_bytes_and_a_feed_reader_finds_the_feeds_alone():
    sources = config.load(Path(__file__).parents[2] / "sources.yaml", {}).sources
    body = opml.export(sources, "ours")
    assert body == opml.export(sources, "ours")
    outlines = etree.fromstring(body).findall(".//outline")
    assert len(outlines) == len(sources)
    assert {o.get("text") for o in outlines if o.get("xmlUrl")} == {s.name for s in sources if s.kind == "feed"}


def test_no_password_variable_is_lost_and_no_password_is_there(tmp_path):
    entry = {
        "name": "box",
        "kind": "mailbox",
        "host": "imap.example.org",
        "user": "me",
        "password_variable": "TRENDWATCH_SECOND",
    }
    body = opml.export(sources_of([entry]), "x")
    assert b"TRENDWATCH_SECOND" in body
    assert come_back(body, tmp_path)[0].reader.password_variable == "TRENDWATCH_SECOND"


@given(
    st.recursive(TEXT | st.integers(-999, 10**9) | st.booleans() | st.none(), lambda v: st.lists(v, max_size=3), max_leaves=6)
)
@settings(max_examples=120, deadline=None)
def test_a_value_is_written_so_that_it_reads_back(value):
    def plain(given):
        if isinstance(given, bool):
            return str(given).lower()
        return [plain(v) for v in given] if isinstance(given, list) else given if given is None else str(given)

    root, _ = _nodes.read(_edit.written({"key": value, "list": [value]}, 0).encode(), "x")
    assert root.plain() == [{"key": plain(value), "list": [plain(value)]}]


@pytest.mark.parametrize(
    ("outline", "said"),
    [
        ('<outline text="A" xmlUrl="ftp://a.example.org/"/>', "no web address"),
        ('<outline text="A" type="rss"/>', "no address"),
        ('<outline text="A" xmlUrl="https://u:p@a.example.org/"/>', "name or password"),
        ('<outline text="A" xmlUrl="https://10.0.0.1/feed"/>', "private"),
        ('<outline text="A" xmlns:t="{ns}" t:kind="nosuch" t:name="a"/>', "unknown kind"),
        ('<outline text="A" xmlns:t="{ns}" t:kind="arxiv" t:name="a"/>', "missing"),
        ('<outline text="A" xmlns:t="{ns}" t:kind="feed" t:filter.json="[" xmlUrl="https://a.example.org/"/>', "broken JSON"),
        ('<outline text="A" xmlns:t="{ns}" t:later="1" xmlUrl="https://a.example.org/"/>', "unknown key"),
        ('<outline text="A" xmlns:t="{ns}" t:password="1" xmlUrl="https://a.example.org/"/>', "secret"),
    ],
)
def test_an_outline_that_cannot_be_a_source_is_named_with_its_line(tmp_path, outline, said):
    path = tmp_path / "sources.yaml"
    path.write_text(TARGET, encoding="utf-8")
    body = f'<opml version="2.0">\n<body>\n{outline.replace("{ns}", opml.NAMESPACE)}\n</body></opml>'
    taken = _opml.take(config.load(path, {}), body.encode(), "list.opml")
    assert not taken.entries
    assert len(taken.wrong) == 1
    assert taken.wrong[0].startswith("list.opml:3: A: ")
    assert said in taken.wrong[0]

"""Sources that a source names are asked as if they stood in the file."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from loopback import Web, answer

from trendwatch import config, pipeline
from trendwatch.collect.sources import SourceKind
from trendwatch.model import DigestSpec, Memory, Page, Request, Source, Visit
from trendwatch.storage import connect

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LIST = "https://lists.example.org/feeds"


@dataclass(frozen=True)
class Listing(SourceKind):
    """A list of feeds as JSON: {name: address}."""

    remembers: ClassVar[bool] = True

    def start(self, since):
        return (Request(url=LIST),)

    def parse(self, response):
        return Page(memory=response.body.decode())

    def sources(self, memories):
        named = json.loads(memories.get(LIST, "{}"))
        return [{"name": name, "kind": "feed", "url": url} for name, url in named.items()]


@pytest.fixture
def setting(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text("sources:\n  - {name: known, kind: feed, url: https://known.example.org/feed}\n")
    found = config.load(path, {})
    listed = Source(name="list", kind="feed", reader=Listing(), tier=2, region="eu", terms="link only")
    return replace(found, sources=(*found.sources, listed))


def names(setting, *told):
    with connect("sqlite://") as store:
        for feeds in told:
            memory = Memory(source="list", url=LIST, text=json.dumps(feeds))
            store.add_visit(Visit(source="list", started_at=NOW, outcome="ok"), memories=[memory])
        return pipeline.followed(setting, store).sources


def test_feeds_of_a_list_come_and_go_with_it(setting):
    a, b = {"a": "https://a.example.org/feed"}, {"b": "https://b.example.org/feed"}
    assert [s.name for s in names(setting)] == ["known", "list"]
    assert [s.name for s in names(setting, a | b)] == ["known", "list", "list/a", "list/b"]
    assert [s.name for s in names(setting, a | b, b)] == ["known", "list", "list/b"]


def test_a_listed_feed_takes_all_but_its_own_keys_from_the_list(setting):
    child = names(setting, {"a": "https://a.example.org/feed"})[-1]
    assert (child.kind, child.reader.address(), child.tier, child.region, child.terms) == (
        "feed",
        "https://a.example.org/feed",
        2,
        "eu",
        "link only",
    )


def test_a_feed_that_the_file_or_the_list_has_already_is_asked_once(setting):
    told = {"x": "https://known.example.org/feed", "y": "https://y.example.org/feed", "z": "https://y.example.org/feed"}
    assert [s.name for s in names(setting, told)] == ["known", "list", "list/y"]


def test_a_list_that_is_switched_off_names_nothing(setting):
    off = replace(setting, sources=tuple(replace(s, enabled=s.name != "list") for s in setting.sources))
    assert [s.name for s in names(off, {"a": "https://a.example.org/feed"})] == ["known", "list"]


def test_a_run_asks_at_once_what_a_list_names_for_the_first_time(tmp_path):
    web = Web()
    try:
        web.routes["/list"] = answer(
            body=f"<opml><body><outline text='Lab' xmlUrl='{web.url('/feed')}'/></body></opml>".encode()
        )
        item = b"<item><title>Fraudsters clone voices with generative AI: a deepfake call to a bank</title><link>https://lab.example.org/1</link><pubDate>Mon, 02 Mar 2026 00:00:00 GMT</pubDate></item>"
        web.routes["/feed"] = answer(body=b"<rss version='2.0'><channel><title>Lab</title>" + item + b"</channel></rss>")
        path = tmp_path / "sources.yaml"
        path.write_text(
            f"network: {{allow: ['{web.place}'], host_gap: 1s}}\ndigest: []\narticles: {{pages: 0}}\n"
            f"sources:\n  - {{name: mine, kind: opml, url: '{web.url('/list')}', tier: 2}}\n"
        )
        with connect("sqlite://") as store:
            done = pipeline.run(config.load(path, {}), store, now=NOW)
            assert [(v.source, v.new) for v in done.visits] == [("mine", 0), ("mine/lab", 1)]
            digest = pipeline.compose(config.load(path, {}), store, DigestSpec(), week="2026-W10", now=NOW + timedelta(days=7))
            (entry,) = [e for entries in digest.sections.values() for e in entries]
            assert entry.sources[0].tier == 2, "whoever composes it knows the list's feeds"
    finally:
        web.close()

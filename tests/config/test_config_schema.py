"""The published schema, and the file we ship."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from trendwatch import config

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / config.FILE
LAB = {"name": "lab", "url": "https://lab.example.org/feed.xml"}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return config.schema()


@pytest.fixture(scope="module")
def shipped() -> config.Config:
    return config.load(SHIPPED, {})


def valid(schema: dict[str, Any], file: Any) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(file)


def test_the_published_schema_is_current(schema):
    assert json.loads((ROOT / config.SCHEMA).read_text(encoding="utf-8")) == schema, "run: trendwatch config schema > it"


def test_the_schema_is_a_schema(schema):
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_schema_accepts_the_shipped_file(schema):
    file = yaml.load(SHIPPED.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    jsonschema.Draft202012Validator(schema).validate(file)


@pytest.mark.parametrize(
    "source",
    [
        LAB | {"intervall": "6h"},
        LAB | {"kind": "rss"},
        LAB | {"doctype": "papr"},
        LAB | {"tier": 9},
        LAB | {"every": 6},
        LAB | {"query": "abs:x"},
        {"name": "a", "kind": "arxiv"},
        {"name": "a", "kind": "hacker_news", "queries": ["x"], "points": "many"},
        {"url": "https://lab.example.org/feed.xml"},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(schema, source):
    assert valid(schema, {"sources": [LAB]})
    assert not valid(schema, {"sources": [source]})


@pytest.mark.parametrize(
    "source",
    [
        {"name": "a", "kind": "arxiv", "query": "abs:x"},
        {"name": "a", "kind": "federal_register", "search": ["x"]},
        {"name": "a", "kind": "hacker_news", "queries": "x"},
        LAB | {"kind": "feed", "filter": {"any": "AI"}, "every": "30m", "expect": "3 per 7d", "enabled": False},
    ],
)
def test_the_schema_knows_each_kinds_own_keys(schema, source):
    assert valid(schema, {"sources": [source]})


def test_the_schema_refuses_wrong_blocks(schema):
    assert not valid(schema, {"sources": [LAB], "digest": {"hour": 25}})
    assert not valid(schema, {"sources": [LAB], "deliver": {"smtp": {"host": "x", "password": "y"}}})
    assert not valid(schema, {"sources": [LAB], "souces": []})
    assert not valid(schema, {"sources": [LAB], "embedding": {"thresholds": {"tag": 0}}})
    assert valid(schema, {"sources": [LAB], "embedding": {"thresholds": {"tag": 3.5}}})
    assert valid(schema, {"sources": [LAB], "digest": [{"name": "a"}, {"name": "b"}], "deliver": {"smtp": {"host": "x"}}})


def keys(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every key that a user may write, with its schema."""
    if isinstance(node, dict):
        for name, inner in node.get("properties", {}).items():
            yield f"{path}.{name}", inner
        for name, inner in node.items():
            yield from keys(inner, f"{path}.{name}")
    elif isinstance(node, list):
        for inner in node:
            yield from keys(inner, path)


def test_every_key_is_described(schema):
    found = list(keys(schema))
    assert len(found) > 60
    assert [path for path, inner in found if not inner.get("description") and ".if." not in path] == []


def test_the_first_line_names_the_schema_for_editors():
    first = SHIPPED.read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={config.SCHEMA}"


def test_a_hundred_sources_are_enabled_of_every_kind_there_is(shipped):
    enabled = [s for s in shipped.sources if s.enabled]
    assert len(enabled) >= 100
    personal = {"mailbox", "opml", "openalex"}  # they need an account, a list or a key of the user's own
    assert {s.kind for s in enabled} == {k.name for k in config.kinds()} - personal


def test_every_shipped_source_says_what_healthy_looks_like_and_on_what_terms(shipped):
    for source in shipped.sources:
        assert source.expect, source.name
        assert source.terms, source.name


def test_shipped_sources_in_other_languages_filter_with_words_of_their_own(shipped):
    for source in shipped.sources:
        if source.language not in ("", "en"):
            assert any(not word.isascii() or " " in word for word in source.filter.any), source.name


def test_the_shipped_sources_cover_every_doctype_and_many_regions(shipped):
    assert {s.doctype for s in shipped.sources} == {"paper", "news", "regulation", "incident", "post"}
    assert {"us", "eu", "gb", "jp", "kr", "ca", "in", "cn"} <= {s.region for s in shipped.sources}


def test_nothing_of_the_shipped_file_is_sent_anywhere(shipped):
    assert sorted(shipped.deliver) == ["folder"]
    assert all(not d.recipients for d in shipped.digests)

"""What holds for every kind, whichever they are: each has saved pages under tests/pages/<kind>/.

`source.json` holds the kind's own keys. Pages called `bad-*` are not what the kind reads, `empty-*` hold no entry, `damaged-*` were
repaired; every other page holds entries, or names further sources.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trendwatch import plugins
from trendwatch.collect.normalise import normalise
from trendwatch.collect.sources import SourceKind
from trendwatch.errors import ParseError
from trendwatch.model import Item, Page, Response, Source

PACKAGE = "trendwatch.collect.sources"
PAGES = Path(__file__).parent.parent / "pages"
KINDS = plugins.names(PACKAGE)
SEEN = datetime(2026, 3, 2, 12, tzinfo=UTC)
SAVED = [
    pytest.param(kind, page, id=f"{kind}/{page.name}")
    for kind in KINDS
    for page in sorted((PAGES / kind).glob("*.*"))
    if page.name != "source.json"
]


def reader_of(kind: str) -> SourceKind:
    keys = json.loads((PAGES / kind / "source.json").read_text(encoding="utf-8"))
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in keys.items()}
    return plugins.load(PACKAGE, kind, SourceKind)(**values)


def answer(reader: SourceKind, body: bytes) -> Response:
    request = reader.start(None)[0]
    return Response(request=request, url=request.url, status=200, headers={}, body=body)


def read(kind: str, page: Path) -> Page:
    reader = reader_of(kind)
    return reader.parse(answer(reader, page.read_bytes()))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_saved_page_that_holds_entries(kind):
    assert any(not page.name.startswith(("bad-", "empty-", "source.")) for page in (PAGES / kind).glob("*.*"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_and_each_of_its_keys_say_what_they_are_for(kind):
    found = plugins.load(PACKAGE, kind, SourceKind)
    assert len((found.__doc__ or "").split()) > 5
    assert not (found.__doc__ or "").startswith(f"{found.__name__}(")
    assert all(len(f.metadata.get("help", "").split()) > 2 for f in dataclasses.fields(found))
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(reader_of(kind), dataclasses.fields(found)[0].name, "changed")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("since", [None, SEEN])
def test_a_kind_asks_web_addresses_and_asks_the_same_twice(kind, since):
    reader = reader_of(kind)
    asked = reader.start(since)
    assert asked
    assert all(request.url.startswith(("https://", "http://", "imaps://")) for request in asked)
    assert list(asked) == list(reader.start(since))
    assert reader.address() == reader.start(None)[0].url


@pytest.mark.parametrize(("kind", "page"), SAVED)
def test_a_saved_page_reads_as_its_name_says(kind, page):
    if page.name.startswith("bad-"):
        with pytest.raises(ParseError, match=r"\w+ \w+ \w+"):
            read(kind, page)
        return
    found = read(kind, page)
    named = reader_of(kind).sources({reader_of(kind).address(): found.memory}) if found.memory else ()
    if page.name.startswith("empty-"):
        assert not found.drafts
        assert not named
    else:
        assert found.drafts or named or found.memory
    assert bool(found.damaged) is page.name.startswith("damaged-")


@pytest.mark.parametrize(("kind", "page"), [p for p in SAVED if not p.values[1].name.startswith("bad-")])
def test_reading_the_same_page_twice_gives_the_same_items_with_ids_of_their_own(kind, page):
    source = Source(name=f"some-{kind}", kind=kind, reader=reader_of(kind))
    first, second = (
        [normalise(d, source, base_url=source.reader.address(), seen_at=SEEN) for d in read(kind, page).drafts]
        for _ in range(2)
    )
    assert first == second
    assert all(isinstance(item, Item) for item in first)
    assert len({item.id for item in first}) == len(first)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body", [b"", b"\0" * 50, b"\xff\xfe\xfa<<<", b"[" * 5000, b'{"a": 1e999, "b": NaN}', b"<a>" * 300, b"null", b"7"]
)
def test_rubbish_is_refused_in_words(kind, body):
    reader = reader_of(kind)
    with pytest.raises(ParseError):
        reader.parse(answer(reader, body))

import urllib.request
from collections import Counter
from datetime import timedelta

import pytest

from trendwatch import config
from trendwatch.collect.normalise import normalise
from trendwatch.demo import setting
from trendwatch.demo.sample import CHANNELS, pieces
from trendwatch.demo.server import Server
from trendwatch.errors import ParseError
from trendwatch.model import Item, Response

LAST = setting.CYCLES[-1]


def fetched(request):
    with urllib.request.urlopen(request.url) as answer:
        headers = {k.lower(): v for k, v in answer.headers.items()}
        return Response(request=request, url=answer.url, status=answer.status, headers=headers, body=answer.read())


def items_of(source):
    """All items of a source, its follow-up pages included."""
    found, todo = [], list(source.reader.start(None))
    while todo:
        response = fetched(todo.pop())
        page = source.reader.parse(response)
        todo += page.requests
        found += [normalise(d, source, base_url=response.url, seen_at=LAST) for d in page.drafts]
    return found


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    with Server(LAST, port=0) as server:
        yield {s.name: s for s in config.load(setting.write(tmp_path_factory.mktemp("demo"), server.address), {}).sources}


def test_the_sample_is_what_it_says_it_is():
    count = Counter(p.channel for p in pieces())
    assert len(count) >= 12
    assert sum(count.values()) >= 150
    span = max(p.at for p in pieces()) - min(p.at for p in pieces())
    assert timedelta(weeks=9) < span <= timedelta(weeks=10)


@pytest.mark.parametrize("channel", [c for c in CHANNELS if c.form not in ("gone", "torn")], ids=lambda c: c.name)
def test_every_publisher_is_read_whole_by_its_kind(sources, channel):
    expected = {p.title for p in pieces() if p.channel == channel.name}
    items = items_of(sources[channel.name])
    assert all(isinstance(i, Item) for i in items)
    assert {i.title for i in items} == expected
    assert all(i.published_at is not None and not i.date_note for i in items)


def test_the_dates_of_the_register_come_as_data(sources):
    dated = {i.identifiers: i.dates for i in items_of(sources["federal-register"]) if i.dates}
    assert sorted(name for dates in dated.values() for name in dates) == ["comments_close", "effective"]


def test_the_torn_feed_cannot_be_read(sources):
    with pytest.raises(ParseError):
        items_of(sources["tangled-feed"])


def test_the_closed_source_is_gone(sources):
    with pytest.raises(urllib.error.HTTPError, match="410"):
        items_of(sources["closed-lab"])


def test_a_known_page_is_answered_with_304(sources):
    url = sources["daily-ledger"].reader.url
    with urllib.request.urlopen(url) as first:
        etag = first.headers["ETag"]
    with pytest.raises(urllib.error.HTTPError, match="304"):
        urllib.request.urlopen(urllib.request.Request(url, headers={"If-None-Match": etag}))

"""Secrets reach the server they are meant for, and nothing else."""

import asyncio

import pytest
from loopback import Web, answer

from trendwatch.collect.fetch import Fetcher
from trendwatch.errors import FetchError
from trendwatch.model import Credential, Network, Request

KEY = "s3cr3t/+key"
QUERY = Credential(variable="TRENDWATCH_KEY", place="query", name="api_key", required=True)
HEADER = Credential(variable="TRENDWATCH_KEY", prefix="Bearer ")


@pytest.fixture
def web():
    server = Web()
    yield server
    server.close()


def get(web, request, *others, secrets=None):
    allow = tuple(w.place for w in (web, *others))

    async def fetch():
        network = Network(allow=allow, host_gap_s=0.001, total_timeout_s=5.0)
        given = {"TRENDWATCH_KEY": KEY} if secrets is None else secrets
        async with Fetcher(network, validators={}, version="1", secrets=given) as fetcher:
            return await fetcher.get(request)

    return asyncio.run(fetch())


def test_a_key_in_the_query_reaches_the_server_and_is_seen_nowhere_else(web):
    web.routes["/works"] = answer(body=b"{}")
    found = get(web, Request(url=web.url("/works?q=deepfake"), credential=QUERY))
    assert list(web.seen) == ["/works?q=deepfake&api_key=s3cr3t%2F%2Bkey"]
    assert found.response.request.url == web.url("/works?q=deepfake")
    assert "s3cr3t" not in repr(found)


def test_a_key_in_a_header_reaches_the_server_and_not_the_one_it_redirects_to(web):
    other = Web()
    try:
        web.routes["/a"] = answer(302, Location=other.url("/b"))
        other.routes["/b"] = answer(body=b"{}")
        get(web, Request(url=web.url("/a"), credential=HEADER), other)
        assert web.seen["/a"][0]["authorization"] == f"Bearer {KEY}"
        assert "authorization" not in other.seen["/b"][0]
    finally:
        other.close()


def test_a_server_that_repeats_the_key_in_a_redirect_does_not_make_us_tell_it(web):
    web.routes["/a"] = answer(301, Location="/b?api_key=s3cr3t%2F%2Bkey")
    web.routes["/b"] = answer(body=b"{}")
    found = get(web, Request(url=web.url("/a"), credential=QUERY))
    assert found.moved_to == web.url("/b?api_key=***")
    assert "s3cr3t" not in repr(found)


def test_an_error_that_quotes_the_address_quotes_no_key(web):
    web.routes["/a"] = answer(302, Location="http://10.0.0.1/?api_key=s3cr3t%2F%2Bkey")
    with pytest.raises(FetchError) as told:
        get(web, Request(url=web.url("/a"), credential=QUERY))
    assert told.value.outcome == "policy"
    assert "s3cr3t" not in str(told.value)


def test_a_required_key_that_is_missing_is_asked_for_by_name_and_nothing_is_sent(web):
    with pytest.raises(FetchError, match="set TRENDWATCH_KEY in the environment") as told:
        get(web, Request(url=web.url("/a"), credential=QUERY), secrets={})
    assert told.value.outcome == "policy"
    assert not web.seen


def test_an_optional_key_that_is_missing_is_left_out(web):
    web.routes["/a"] = answer(body=b"{}")
    get(web, Request(url=web.url("/a"), credential=HEADER), secrets={})
    assert "authorization" not in web.seen["/a"][0]


def test_a_key_that_would_break_the_header_is_refused(web):
    with pytest.raises(FetchError, match="characters"):
        get(web, Request(url=web.url("/a"), credential=HEADER), secrets={"TRENDWATCH_KEY": "a\r\nX: y"})
    assert not web.seen

"""OpenAlex: queries, cursors, abstracts put together again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trendwatch.collect.sources.openalex import Openalex, abstract
from trendwatch.model import Page, Request, Response

SINCE = datetime(2026, 3, 2, 12, tzinfo=UTC)
KIND = Openalex(search=("deepfake detection",), topics=("T1", "T2"), concepts=("C3",), filters=("type:article",))


def asked(request: Request) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}


def read(kind: Openalex, request: Request, *works: object, count: int, cursor: str | None = "next") -> Page:
    body = json.dumps({"meta": {"count": count, "next_cursor": cursor}, "results": works}).encode()
    return kind.parse(Response(request=request, url=request.url, status=200, headers={}, body=body))


def work(number: int, **more: object) -> dict[str, object]:
    return {"id": f"https://openalex.org/W{number}", "display_name": f"Work {number}", "publication_date": "2026-03-01"} | more


def test_words_topics_and_filters_are_asked_together():
    given = asked(KIND.start(SINCE)[0])
    assert given["search"] == "deepfake detection"
    assert given["filter"] == "topics.id:T1|T2,concepts.id:C3,type:article,from_publication_date:2026-02-09"
    assert given["sort"] == "publication_date:desc"
    assert given["cursor"] == "*"
    assert "cursor" not in asked(KIND.start(None)[0])


def test_the_key_comes_from_the_environment_and_is_optional():
    login = KIND.start(None)[0].credential
    assert login is not None
    assert (login.variable, login.place, login.name, login.required) == ("TRENDWATCH_OPENALEX_KEY", "query", "api_key", False)


def test_pages_follow_the_cursor_until_all_or_the_most_are_read():
    request = KIND.start(SINCE)[0]
    page = read(KIND, request, *(work(n) for n in range(100)), count=250)
    second = page.requests[0]
    assert asked(second) == asked(request) | {"cursor": "next"}
    assert second.credential == request.credential
    third = read(KIND, second, *(work(n) for n in range(100, 200)), count=250, cursor="more").requests[0]
    assert read(KIND, third, *(work(n) for n in range(200, 250)), count=250).requests == ()
    short = Openalex(search=("x",), most=200)
    last = read(
        short,
        read(short, short.start(SINCE)[0], work(1), *(work(n) for n in range(99)), count=999).requests[0],
        *(work(n) for n in range(100)),
        count=999,
    )
    assert last.requests == ()
    assert last.skipped[0].what == "799 works"


@pytest.mark.parametrize(("cursor", "count"), [(None, 500), ("next", 1)])
def test_the_last_page_leads_nowhere(cursor, count):
    assert read(KIND, KIND.start(SINCE)[0], work(1), count=count, cursor=cursor).requests == ()


def test_the_first_visit_reads_one_page_alone():
    assert read(KIND, KIND.start(None)[0], work(1), count=500).requests == ()


@given(st.lists(st.sampled_from(["a", "voice", "model", "und", "声"]), max_size=30))
def test_an_abstract_is_put_together_again(words):
    index: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        index.setdefault(word, []).append(place)
    assert abstract(index) == " ".join(words)


@pytest.mark.parametrize("index", [None, [], {"a": 1}, {"a": [True, -1, 10**9, "x", None]}, "text"])
def test_an_index_that_is_none_is_no_abstract(index):
    assert abstract(index) == ""


def test_a_work_is_a_paper_with_its_doi():
    draft = read(
        KIND,
        KIND.start(None)[0],
        work(1, doi="https://doi.org/10.5555/ABC.1", authorships=[{"author": {"display_name": "Ada"}}, {"author": None}, 7]),
        count=1,
    ).drafts[0]
    assert (draft.doctype, draft.identifiers, draft.authors) == ("paper", ("doi:10.5555/abc.1",), ("Ada",))
    assert draft.url == "https://doi.org/10.5555/ABC.1"
    assert draft.uid == "https://openalex.org/W1"


def test_the_whole_catalogue_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        Openalex()

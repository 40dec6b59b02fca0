"""GOV.UK's search: what is asked, page by page, and what its documents become."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from trendwatch.collect.sources.gov_uk import GovUk
from trendwatch.errors import ParseError
from trendwatch.model import Page, Request, Response

SINCE = datetime(2026, 3, 2, 12, tzinfo=UTC)
KIND = GovUk(search=("chatbots", '"online safety"'), organisations=("ofcom", "office-of-example"), types=("guidance",))


def asked(request: Request) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(request.url).query)


def document(number: int, **more: object) -> dict[str, object]:
    return {"title": f"Guidance {number}", "link": f"/guidance/{number}", "public_timestamp": "2026-03-01T10:00:00Z"} | more


def read(kind: GovUk, request: Request, *documents: object, total: int = 0) -> Page:
    body = json.dumps({"results": documents, "total": total or len(documents), "start": 0}).encode()
    return kind.parse(Response(request=request, url=request.url, status=200, headers={}, body=body))


def test_each_search_is_one_request_newest_first():
    first, second = KIND.start(None)
    pairs = asked(first)
    assert ("q", "chatbots") in pairs
    assert [v for k, v in pairs if k == "filter_organisations"] == ["ofcom", "office-of-example"]
    assert ("filter_content_store_document_type", "guidance") in pairs
    assert ("order", "-public_timestamp") in pairs
    assert not any(key == "filter_public_timestamp" for key, _ in pairs)
    assert ("q", '"online safety"') in asked(second)


def test_a_later_visit_asks_since_three_days_before_the_last_and_reads_on():
    request = KIND.start(SINCE)[0]
    assert ("filter_public_timestamp", "from:2026-02-27") in asked(request)
    page = read(KIND, request, *(document(n) for n in range(100)), total=130)
    following = page.requests[0]
    assert ("start", "100") in asked(following)
    assert set(asked(request)) <= set(asked(following))
    assert read(KIND, following, *(document(n) for n in range(30)), total=130).requests == ()


def test_the_first_visit_reads_one_page_alone():
    assert read(KIND, KIND.start(None)[0], *(document(n) for n in range(100)), total=9000).requests == ()


def test_what_is_beyond_the_most_is_told():
    kind = GovUk(search=("x",), most=100)
    page = read(kind, kind.start(SINCE)[0], *(document(n) for n in range(100)), total=130)
    assert page.requests == ()
    assert page.skipped[0].what == "30 documents"


@pytest.mark.parametrize(
    ("sort", "doctype"),
    [
        ("open_consultation", "regulation"),
        ("guidance", "regulation"),
        ("press_release", "news"),
        ("transaction", None),
        ("", None),
    ],
)
def test_the_sort_of_a_document_says_what_it_is(sort, doctype):
    draft = read(KIND, KIND.start(None)[0], document(1, content_store_document_type=sort)).drafts[0]
    assert draft.doctype == doctype


def test_a_document_is_known_by_its_path_and_linked_in_full():
    draft = read(
        KIND, KIND.start(None)[0], document(1, title="A & <b>", organisations=[{"title": "Office"}, "odd", {"slug": "s"}])
    ).drafts[0]
    assert (draft.uid, draft.url) == ("/guidance/1", "https://www.gov.uk/guidance/1")
    assert draft.title == "A &amp; &lt;b&gt;"
    assert draft.authors == ("Office", "s")
    elsewhere = read(KIND, KIND.start(None)[0], document(1, link="https://register.example.org/x")).drafts[0]
    assert elsewhere.url == "https://register.example.org/x"


def test_an_error_in_the_answer_is_repeated():
    request = KIND.start(None)[0]
    with pytest.raises(ParseError, match="no such filter"):
        KIND.parse(Response(request=request, url=request.url, status=200, headers={}, body=b'{"error": "no such filter"}'))

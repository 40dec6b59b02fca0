from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from trendwatch.collect.sources.federal_register import FederalRegister
from trendwatch.errors import ParseError
from trendwatch.model import Page, Request, Response

PAGES = Path(__file__).parent.parent / "pages" / "federal_register"
REGISTER = FederalRegister(
    search=("deepfake", '"voice clone"'), agencies=("made-up-agency",), types=("RULE", "NOTICE"), most=200
)
SINCE = datetime(2026, 3, 2, tzinfo=UTC)


def asked(request: Request) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.url).query)


def parse(request: Request, body: bytes | None = None) -> Page:
    body = (PAGES / "documents.json").read_bytes() if body is None else body
    return REGISTER.parse(Response(request=request, url=request.url, status=200, headers={}, body=body))


def following(url: str, first: Request | None = None) -> Page:
    answer = json.loads((PAGES / "documents.json").read_text()) | {"next_page_url": url}
    return parse(first or REGISTER.start(SINCE)[0], json.dumps(answer).encode())


def test_each_term_is_one_request_with_all_limits():
    first, second = map(asked, REGISTER.start(None))
    assert first["conditions[term]"] == ["deepfake"]
    assert second["conditions[term]"] == ['"voice clone"']
    assert first["conditions[agencies][]"] == ["made-up-agency"]
    assert first["conditions[type][]"] == ["RULE", "NOTICE"]
    assert {"effective_on", "comments_close_on", "agencies", "abstract"} <= set(first["fields[]"])


def test_without_terms_all_documents_are_asked_for():
    assert "conditions[term]" not in asked(FederalRegister().start(None)[0])


def test_a_later_visit_looks_back_a_week_before_the_last_one():
    assert asked(REGISTER.start(SINCE)[0])["conditions[publication_date][gte]"] == ["2026-02-23"]


def test_the_first_visit_reads_one_page():
    assert "conditions[publication_date][gte]" not in asked(REGISTER.start(None)[0])
    assert parse(REGISTER.start(None)[0]).requests == ()


def test_later_visits_follow_the_next_page_on_the_same_host():
    page = parse(REGISTER.start(SINCE)[0])
    assert [r.url for r in page.requests] == [
        "https://www.federalregister.gov/api/v1/documents.json?conditions%5Bterm%5D=x&page=2"
    ]


@pytest.mark.parametrize(
    "url", ["https://evil.example.org/api?page=2", "//evil.example.org/?page=2", "file:///etc/passwd?page=2"]
)
def test_a_next_page_elsewhere_is_not_asked_and_told(url):
    page = following(url)
    assert page.requests == ()
    assert page.skipped[0].what == url


def test_a_next_page_that_is_this_page_ends_the_visit():
    first = REGISTER.start(SINCE)[0]
    assert following(first.url, first).requests == ()


def test_pages_beyond_most_are_told():
    page = following("https://www.federalregister.gov/api/v1/documents.json?page=3")
    assert page.requests == ()
    assert "beyond the 200" in page.skipped[0].reason


def test_a_document_carries_its_dates_agencies_and_type():
    rule, notice = parse(REGISTER.start(None)[0]).drafts
    assert rule.uid == "2026-90001"
    assert rule.doctype == "regulation"
    assert rule.dates == {"effective": date(2026, 6, 1)}
    assert notice.dates == {"comments_close": date(2026, 4, 15)}
    assert rule.about["agencies"] == "Made-up Agency; SECOND AGENCY"
    assert (rule.about["type"], rule.about["significant"], rule.about["dockets"]) == ("Rule", "yes", "MUA-2026-0001")
    assert rule.identifiers == ("fr:2026-90001",)
    assert rule.html == "The agency adopts a rule for files &lt; 2 GB."
    assert (notice.html, notice.authors) == ("", ("Made-up Agency",))


def test_a_wall_is_named_by_its_title():
    with pytest.raises(ParseError, match="Request Access"):
        parse(REGISTER.start(None)[0], (PAGES / "bad-wall.html").read_bytes())

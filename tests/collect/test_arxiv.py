from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from trendwatch.collect.guard import split
from trendwatch.collect.pace import queue_of
from trendwatch.collect.sources.arxiv import Arxiv
from trendwatch.errors import ParseError
from trendwatch.model import Request, Response

PAGES = Path(__file__).parent.parent / "pages" / "arxiv"
ARXIV = Arxiv(query="abs:watermark OR abs:deepfake", page_size=2, most=4)
SINCE = datetime(2026, 3, 2, tzinfo=UTC)


def asked(request: Request) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}


def parse(request: Request, name: str = "papers.xml"):
    return ARXIV.parse(Response(request=request, url=request.url, status=200, headers={}, body=(PAGES / name).read_bytes()))


def test_all_requests_share_one_pace_of_three_seconds():
    first = ARXIV.start(SINCE)[0]
    more = parse(first).requests[0]
    assert {queue_of(split(r.url), r) for r in (first, more)} == {("arxiv.org", 3.0)}


def test_the_first_visit_reads_one_page_of_the_newest():
    request = ARXIV.start(None)[0]
    assert asked(request)["search_query"] == "abs:watermark OR abs:deepfake"
    assert (asked(request)["sortBy"], asked(request)["sortOrder"]) == ("submittedDate", "descending")
    assert parse(request).requests == ()


def test_a_later_visit_asks_for_a_window_that_overlaps_the_last_one():
    query = asked(ARXIV.start(SINCE)[0])["search_query"]
    assert query == "(abs:watermark OR abs:deepfake) AND submittedDate:[202602220000 TO 209901010000]"


def test_visits_of_one_day_ask_the_same_address():
    assert ARXIV.start(SINCE) == ARXIV.start(SINCE.replace(hour=20))


def test_pages_follow_until_most_and_what_lies_beyond_is_told():
    first = ARXIV.start(SINCE)[0]
    second = parse(first).requests[0]
    assert (asked(second)["start"], asked(second)["max_results"]) == ("2", "2")
    last = parse(second)
    assert last.requests == ()
    assert last.skipped[0].what == "1 papers"


def test_a_paper_has_its_number_without_version_its_doi_and_one_line_of_title():
    paper, old = parse(ARXIV.start(None)[0]).drafts
    assert paper.uid == "arxiv:2602.90001"
    assert paper.identifiers == ("arxiv:2602.90001", "doi:10.5555/MADE.UP.1")
    assert paper.title == "A Watermark That Outlives Its Picture when p &lt; 0.05"
    assert paper.authors == ("Ada Quill", "Ben Moor")
    assert paper.labels == ("cs.CR", "cs.CV")
    assert dict(paper.about) == {"version": "2", "comment": "12 pages", "category": "cs.CR"}
    assert paper.published == datetime(2026, 2, 20, 17, 59, tzinfo=UTC)
    assert paper.updated == datetime(2026, 2, 26, 10, tzinfo=UTC)
    assert old.uid == "arxiv:cs.CR/0602001"


def test_arxivs_error_entry_is_no_paper():
    with pytest.raises(ParseError, match="the query cannot be read"):
        parse(ARXIV.start(None)[0], "bad-error.xml")


def test_an_empty_page_though_papers_match_is_an_error():
    with pytest.raises(ParseError, match="97 papers match"):
        parse(ARXIV.start(None)[0], "bad-loaded.xml")

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from trendwatch.collect.sources.hacker_news import HackerNews
from trendwatch.model import Page, Request, Response

PAGES = Path(__file__).parent.parent / "pages" / "hacker_news"
NEWS = HackerNews(queries=("prompt injection", "deepfake"), points=10, most=150)
SINCE = datetime(2026, 3, 2, tzinfo=UTC)


def asked(request: Request) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}


def parse(request: Request) -> Page:
    body = (PAGES / "hits.json").read_bytes()
    return NEWS.parse(Response(request=request, url=request.url, status=200, headers={}, body=body))


def test_each_phrase_is_one_request_for_stories():
    assert [asked(r)["query"] for r in NEWS.start(None)] == ["prompt injection", "deepfake"]
    assert all(asked(r)["tags"] == "story" for r in NEWS.start(None))


def test_a_later_visit_looks_at_three_days_again_for_stories_that_gathered_points():
    assert asked(NEWS.start(SINCE)[0])["numericFilters"] == f"created_at_i>{int(SINCE.timestamp()) - 3 * 86400},points>=10"
    assert asked(NEWS.start(None)[0])["numericFilters"] == "points>=10"


def test_a_story_without_text_is_its_link():
    story = parse(NEWS.start(None)[0]).drafts[0]
    assert (story.uid, story.url, story.html) == ("90000001", "https://blog.example.org/agent-mail", "")
    assert story.about["points"] == "140"
    assert story.about["discussion"].endswith("id=90000001")


def test_a_story_without_link_is_its_discussion():
    story = parse(NEWS.start(None)[0]).drafts[1]
    assert story.url == "https://news.ycombinator.com/item?id=90000002"
    assert story.labels == ("ask_hn",)
    assert story.html.startswith("We have <i>three")


def test_a_story_with_too_few_points_is_skipped_by_name():
    assert [(s.what, s.reason) for s in parse(NEWS.start(None)[0]).skipped] == [("Nobody liked this", "fewer than 10 points")]


def test_pages_follow_after_the_first_visit_and_end():
    assert parse(NEWS.start(None)[0]).requests == ()
    second = parse(NEWS.start(SINCE)[0]).requests[0]
    assert asked(second)["page"] == "1"
    assert asked(second)["numericFilters"] == asked(NEWS.start(SINCE)[0])["numericFilters"]
    assert parse(second).requests == ()

"""What every rendering says alike."""

from datetime import UTC, datetime, timedelta

import pytest
from report_samples import entry

from trendwatch.model import SourceLine
from trendwatch.report.words import kicker

SEEN = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (None, "undated, first seen 2 Mar 2026"),
        (SEEN - timedelta(hours=1), "published 2 Mar 2026"),
        (SEEN - timedelta(days=4), "published 26 Feb 2026"),
        (SEEN - timedelta(days=9), "published 21 Feb, first seen 2 Mar 2026"),
        (SEEN - timedelta(days=90), "published 2 Dec 2025, first seen 2 Mar 2026"),
        (SEEN + timedelta(days=3), "now dated 5 Mar, first seen 2 Mar 2026"),
    ],
)
def test_the_line_above_a_title_says_when_a_story_came_and_never_that_it_came_before_it_was_published(published, said):
    assert kicker(entry(published_at=published, first_seen_at=SEEN))[0] == said


@pytest.mark.parametrize(
    ("source", "host", "said"),
    [
        ("example-news", "news.example-news.org", "example-news"),
        ("example-lab-blog", "www.example-lab.org", "example-lab-blog"),
        ("link-collector", "www.herald.example.org", "herald.example.org, through link-collector"),
        ("bills-of-examplia", "", "bills-of-examplia"),
        ("sampler-ai", "www.thesampler.example", "sampler-ai"),
        ("odpb-news", "odpb.examplia.example", "odpb-news"),
        ("link-news", "abcnews.example", "abcnews.example, through link-news"),
    ],
)
def test_the_line_names_the_publisher_where_the_source_does_not(source, host, said):
    url = f"https://{host}/a" if host else ""
    line = SourceLine(source=source, title="t", url=url, host=host, at=SEEN, tier=3, item_id="a", duplicate=False)
    assert kicker(entry(url=url, sources=(line,)))[1:] == [said]

"""This week against its own past: what is called, what is not, and that the figures are those of the items given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from trendwatch.enrich import statistics
from trendwatch.enrich.trends import rising
from trendwatch.model import Item

START = datetime(2025, 6, 2, tzinfo=UTC)  # the Monday of 2025-W23
WEEKS = 27  # the last one, 2025-W49, is under test
WEEK = "2025-W49"
NOW = START + timedelta(weeks=WEEKS)


class Archive:
    """Items and their keys, added a batch at a time."""

    def __init__(self):
        self.items = []
        self.keys = {}

    def add(self, week, source, number, key="", *, labels=(), doctype="news", hours=1):
        for _ in range(number):
            at = START + timedelta(weeks=week, hours=hours + len(self.items) % 100)
            item = Item(
                id=f"i{len(self.items):05d}", source=source, doctype=doctype, url="", canonical_url="", title="", text="",
                raw_title="", raw_html="", published_at=at, date_note="", first_seen_at=at, labels=labels,
            )  # fmt: skip
            self.items.append(item)
            if key:
                self.keys[item.id] = [key]

    def rising(self, **more):
        return rising(self.items, self.keys, **({"week": WEEK, "now": NOW} | more))


@pytest.fixture
def steady():
    """Two sources of twenty items a week, a few of which carry each key; the last week has no keyed items yet."""
    archive, chance = Archive(), np.random.default_rng(1)
    for week in range(WEEKS - 1):
        for source in ("coast-wire", "harbor-post"):
            archive.add(week, source, 15)
            for key in ("scams", "chips", "jailbreaks"):
                archive.add(week, source, int(chance.poisson(2)), key)
    for source in ("coast-wire", "harbor-post"):
        archive.add(WEEKS - 1, source, 13)
        archive.add(WEEKS - 1, source, 2, "chips")
        archive.add(WEEKS - 1, source, 2, "jailbreaks")
    return archive


def test_a_fourfold_rise_is_called_with_its_figures(steady):
    steady.add(WEEKS - 1, "coast-wire", 9, "scams")
    steady.add(WEEKS - 1, "harbor-post", 9, "scams")
    (trend,) = steady.rising()
    assert (trend.key, trend.week, trend.count) == ("scams", WEEK, 18)
    assert 2 < trend.baseline < 7
    assert trend.ratio == pytest.approx(18 / trend.baseline, abs=0.05)
    assert trend.p_value <= trend.q_value <= 0.05
    assert len(trend.item_ids) == 18
    assert all(steady.keys[i] == ["scams"] for i in trend.item_ids)


def test_an_ordinary_week_calls_nothing(steady):
    steady.add(WEEKS - 1, "coast-wire", 3, "scams")
    steady.add(WEEKS - 1, "harbor-post", 2, "scams")
    assert steady.rising() == []


def test_a_new_source_full_of_a_key_is_no_trend(steady):
    steady.add(WEEKS - 1, "coast-wire", 2, "scams")
    steady.add(WEEKS - 1, "new-gazette", 40, "scams")
    assert steady.rising() == []


def test_a_source_that_publishes_four_times_as_much_is_no_trend(steady):
    for key in ("scams", "chips", "jailbreaks"):
        steady.add(WEEKS - 1, "harbor-post", 6, key)
    steady.add(WEEKS - 1, "harbor-post", 45)
    assert steady.rising() == []


def test_a_category_that_joins_an_archive_is_no_trend(steady):
    for week in range(WEEKS):
        steady.add(week, "arxiv", 20, labels=("cs.CV",), doctype="paper")
    steady.add(WEEKS - 1, "arxiv", 30, "jailbreaks", labels=("cs.CR",), doctype="paper")
    assert steady.rising() == []


def test_a_key_never_seen_before_can_rise(steady):
    steady.add(WEEKS - 1, "coast-wire", 8, "voice-clones")
    (trend,) = steady.rising()
    assert trend.key == "voice-clones"
    assert trend.baseline < 0.5


def test_a_handful_is_no_trend_however_rare(steady):
    steady.add(WEEKS - 1, "coast-wire", 3, "voice-clones")
    assert steady.rising() == []


def test_a_key_that_swings_wildly_is_judged_by_its_own_swing():
    calm, wild = Archive(), Archive()
    for week in range(WEEKS - 1):
        for archive, number in ((calm, 4), (wild, 0 if week % 4 else 16)):
            archive.add(week, "coast-wire", 40 - number)
            archive.add(week, "coast-wire", number, "scams")
    for archive in (calm, wild):
        archive.add(WEEKS - 1, "coast-wire", 26)
        archive.add(WEEKS - 1, "coast-wire", 14, "scams")
    assert [t.key for t in calm.rising()] == ["scams"]
    assert wild.rising() == []


def test_what_comes_later_than_now_is_not_looked_at(steady):
    steady.add(WEEKS - 1, "coast-wire", 18, "scams", hours=60)
    assert [t.key for t in steady.rising()] == ["scams"]
    assert steady.rising(now=START + timedelta(weeks=WEEKS - 1, hours=2)) == []


def test_a_sure_but_small_rise_is_no_news():
    archive = Archive()
    for week in range(WEEKS):
        number = 400 if week < WEEKS - 1 else 520
        archive.add(week, "coast-wire", 1000 - number)
        archive.add(week, "coast-wire", number, "models")
    assert archive.rising() == []


def test_the_order_of_items_does_not_matter(steady):
    steady.add(WEEKS - 1, "coast-wire", 18, "scams")
    forth = steady.rising()
    steady.items.reverse()
    assert steady.rising() == forth


def test_an_archive_without_a_past_says_nothing():
    archive = Archive()
    archive.add(WEEKS - 1, "coast-wire", 50, "scams")
    assert archive.rising() == []
    assert rising([], {}, week=WEEK, now=NOW) == []


def test_q_values_are_those_of_benjamini_and_hochberg():
    q = statistics.adjusted(np.array([0.01, 0.04, 0.03, 0.5]))
    assert q == pytest.approx([0.04, 0.04 * 4 / 3, 0.04 * 4 / 3, 0.5])


def test_doubt_and_scatter_widen_the_tail():
    def p(scatter, doubt):
        return statistics.tail(np.array([15.0]), np.array([5.0]), np.array([scatter]), np.array([doubt]))[0]

    assert p(0.0, 0.0) == pytest.approx(0.000226, rel=0.01)  # Poisson
    assert p(0.0, 0.0) < p(0.0, 0.05) < p(0.2, 0.05)


def test_even_counts_scatter_less_than_uneven_ones_and_equal_ones_not_at_all():
    expected = np.full((2, 20), 5.0)
    counts = np.array([[4.0, 6.0] * 10, [0.0, 10.0] * 10])
    calm, wild = statistics.scatter(counts, expected)
    assert 0 < calm < wild
    assert statistics.scatter(expected, expected).tolist() == [0.0, 0.0]

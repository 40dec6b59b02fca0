from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from trendwatch.collect.health import ORDER, Arrival, states
from trendwatch.collect.sources import SourceKind
from trendwatch.model import Expectation, Source, SourceState, Visit

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Windowed(SourceKind):
    windowed = True

    def start(self, since):
        return ()

    def parse(self, response):
        raise NotImplementedError


SOURCE = Source(name="mill", kind="feed", reader=None, place="sources.yaml:7")


def visits(*outcomes: str, every: timedelta = DAY, until: datetime = NOW, **more: object) -> list[Visit]:
    """Visits with these outcomes, oldest first, the last one at `until`."""
    start = until - every * (len(outcomes) - 1)
    return [Visit(source="mill", started_at=start + every * n, outcome=o, **more) for n, o in enumerate(outcomes)]


def daily(days: int = 60, *, ended: timedelta = timedelta(0), step: int = 1) -> list[datetime]:
    return [NOW - ended - DAY * n * step for n in range(days)]


def state(seen: list[Visit], dates: list[datetime] | None = None, source: Source = SOURCE, now: datetime = NOW) -> SourceState:
    return states([source], seen, {"mill": daily() if dates is None else dates}, now)[0]


def test_a_source_that_answers_and_publishes_is_healthy():
    found = state(visits("ok", "unchanged", "ok"))
    assert (found.state, found.streak, found.items, found.items_per_week) == ("healthy", 0, 60, 7.0)
    assert found.last_success_at == NOW
    assert found.newest_at == NOW


def test_a_source_never_asked_is_new():
    assert state([], []).state == "new"


def test_one_failure_is_no_alarm_but_counts():
    found = state(visits("ok", "ok", "transient"))
    assert (found.state, found.streak) == ("healthy", 1)


def test_a_source_that_never_answered_alarms_at_once():
    found = state(visits("transient", error="The name news.example.org does not exist."), [])
    assert found.state == "failing"
    assert found.reason == "The name news.example.org does not exist; failed once, never answered"


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (visits("ok", "transient", "transient", status=503), "failing"),
        (visits("ok", "permanent", "permanent", status=404), "gone"),
        (visits("ok", "permanent", status=410), "gone"),
        (visits("ok", "permanent", "permanent", status=403), "blocked"),
        (visits("ok", "policy", "policy", error="robots.txt forbids it."), "blocked"),
        (
            visits(
                "ok", "parse-error", "parse-error", error='The answer is an HTML page (titled "Just a moment..."), not a feed.'
            ),
            "blocked",
        ),
        (visits("ok", "parse-error", "parse-error", error="not well-formed"), "malformed"),
        (visits("ok", "empty", "empty"), "empty"),
        (visits("ok", "empty", "empty", "unchanged"), "empty"),
        (visits("ok", "ok", moved_to="https://mill.example.org/new"), "moved"),
    ],
)
def test_what_the_last_visits_met_is_the_state(seen, expected):
    seen[0] = replace(seen[0], status=200, error="")
    assert state(seen).state == expected


def test_two_refusals_within_an_hour_are_no_alarm_three_are():
    half = timedelta(minutes=30)
    assert state(visits("ok", "permanent", "permanent", every=half)).state == "healthy"
    assert state(visits("ok", "permanent", "permanent", "permanent", every=half)).state == "failing"


def test_a_night_of_maintenance_is_no_alarm_a_day_is():
    assert state(visits("ok", *["transient"] * 4, every=timedelta(hours=3))).state == "healthy"
    assert state(visits("ok", *["transient"] * 9, every=timedelta(hours=3))).state == "failing"


def test_a_success_ends_the_alarm():
    assert state(visits("ok", "transient", "transient", "transient", "ok")).state == "healthy"


def test_a_move_is_believed_after_it_held_and_the_reason_names_the_new_address_and_the_line():
    hour, new = timedelta(hours=1), "https://new.example.org"
    assert state([*visits("ok", until=NOW - DAY), *visits("ok", moved_to=new)]).state == "healthy"
    assert state(visits("ok", "ok", every=hour, moved_to=new)).state == "healthy"
    assert state(visits("ok", "unchanged", "ok", every=hour, moved_to=new)).state == "moved"
    found = state(visits("unchanged", "ok", moved_to=new))
    assert found.reason == "permanently moved to https://new.example.org: write this address into sources.yaml:7"
    assert found.proposed_url == new


def test_a_move_that_was_taken_back_is_none():
    back = [*visits("ok", "ok", "ok", until=NOW - DAY, moved_to="https://new.example.org"), *visits("unchanged")]
    assert (state(back).state, state(back).proposed_url) == ("healthy", "")


def test_a_quiet_source_that_moved_is_told_as_moved_a_silent_one_as_silent():
    moved = visits("ok", "unchanged", moved_to="https://new.example.org")
    assert state(moved, daily(ended=2.5 * DAY)).state == "moved"
    assert state(moved, daily(ended=5 * DAY)).state == "silent"


def test_where_the_address_leads_now_is_told_when_it_led_elsewhere_before():
    good = visits("ok", until=NOW - 4 * DAY, url="https://mill.example.org/feed")
    bad = visits("parse-error", "parse-error", error="The answer is an HTML page.", url="https://parked.example/")
    assert "the address now leads to parked.example);" in state([*good, *bad]).reason
    home = [replace(v, url="https://mill.example.org/") for v in bad]
    assert "leads to" not in state([*good, *home]).reason


def test_lists_that_were_often_empty_and_came_back_may_be_so_again():
    before = visits("ok", "empty", "empty", "empty", "ok", until=NOW - 2 * DAY)
    assert state([*before, *visits("empty", "empty")]).state == "healthy"
    assert state([*visits("ok", "ok", until=NOW - 2 * DAY), *visits("empty", "empty")]).state == "empty"
    assert (
        state([*before, *visits("empty", "empty", "empty", "empty", until=NOW + 2 * DAY)], now=NOW + 2 * DAY).state == "empty"
    )


def test_what_visits_cost_and_what_items_lack_is_told():
    seen = [*visits("ok", until=NOW - 40 * DAY, bytes=9_000_000), *visits("ok", "ok", bytes=2000, seconds_s=0.5)]
    dates = daily(4)
    came = [Arrival(seen_at=d, published_at=None if n == 0 else d, host="") for n, d in enumerate(dates)]
    found = states([SOURCE], seen, {"mill": dates}, NOW, arrivals={"mill": came}, duplicates={"mill": 1})[0]
    assert (found.visits, found.bytes, found.seconds_s) == (2, 2000, 0.5)
    assert (found.undated, found.duplicates) == (0.25, 0.25)


def test_an_empty_answer_leaves_what_was_known():
    found = state(visits("ok", "empty", "empty"))
    assert (found.state, found.items, found.newest_at, found.items_per_week) == ("empty", 60, NOW, 7.0)
    assert found.reason == "answers without entries since 2026-05-31; it once held 60"


def test_an_empty_window_is_no_empty_source():
    source = replace(SOURCE, reader=Windowed())
    assert state(visits("ok", "empty", "empty", "empty"), source=source).state == "healthy"


def test_arxivs_empty_weekend_is_no_alarm():
    weekend = visits("ok", "empty", "empty", url="https://rss.arxiv.org/rss/cs.CR")
    assert state(weekend).state == "healthy"
    assert state(visits("ok", *["empty"] * 6, url="https://rss.arxiv.org/rss/cs.CR")).state == "empty"


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (daily(ended=1 * DAY), "healthy"),
        (daily(ended=2.5 * DAY), "quiet"),
        (daily(ended=5 * DAY), "silent"),
        (daily(ended=30 * DAY), "frozen"),
        (daily(20, step=7, ended=8 * DAY), "healthy"),
        (daily(20, step=7, ended=20 * DAY), "silent"),
        (daily(20, step=7, ended=90 * DAY), "frozen"),
        (daily(3, step=30, ended=80 * DAY), "healthy"),
        (daily(3, step=30, ended=120 * DAY), "silent"),
    ],
)
def test_silence_is_measured_by_the_sources_own_habit(dates, expected):
    assert state(visits("ok", "unchanged", "unchanged"), dates).state == expected


def test_weekends_of_a_source_that_works_on_weekdays_are_no_alarm():
    monday = datetime(2026, 6, 1, 8, tzinfo=UTC)
    weekdays = [d for n in range(1, 90) if (d := monday - DAY * n).weekday() < 5]
    assert state(visits("ok", "unchanged", until=monday), weekdays, now=monday).state in {"healthy", "quiet"}


def test_the_turn_of_the_year_is_no_alarm():
    new_year = datetime(2026, 1, 2, tzinfo=UTC)
    dates = [datetime(2025, 12, 23, tzinfo=UTC) - DAY * n for n in range(60)]
    assert state(visits("ok", "unchanged", until=new_year), dates, now=new_year).state in {"healthy", "quiet"}


def test_a_source_that_was_not_asked_is_not_called_silent():
    assert state(visits("ok", until=NOW - 50 * DAY), daily(ended=50 * DAY)).state == "healthy"


def test_new_entries_with_old_dates_are_news():
    late = [*visits("ok", "ok", until=NOW - DAY), *visits("ok", new=3)]
    assert state(late, daily(ended=20 * DAY)).state == "healthy"


@pytest.mark.parametrize(("count", "expected"), [(5, "healthy"), (4, "healthy"), (3, "quiet"), (1, "silent"), (0, "silent")])
def test_less_than_expected_is_told(count, expected):
    source = replace(SOURCE, expect=Expectation(items=4, days=7))
    dates = [NOW - DAY * (n + 1) for n in range(count)] + [NOW - DAY * n for n in range(8, 30)]
    found = state(visits("ok", "ok"), dates, source)
    assert found.state == expected
    assert expected == "healthy" or "expected are 4" in found.reason


def test_expectations_wait_until_the_source_was_watched_long_enough():
    source = replace(SOURCE, expect=Expectation(items=4, days=30))
    assert state(visits("ok"), [NOW - DAY], source).state == "healthy"


def test_the_worst_come_first_and_disabled_sources_not_at_all():
    sources = [replace(SOURCE, name=n) for n in ("b", "a", "c")] + [replace(SOURCE, name="off", enabled=False)]
    seen = [Visit(source="c", started_at=NOW, outcome="permanent", status=410), Visit(source="b", started_at=NOW, outcome="ok")]
    assert [s.source for s in states(sources, seen, {}, NOW)] == ["c", "a", "b"]
    assert {"healthy", "quiet", "silent", "frozen", "empty", "moved", "blocked", "gone", "failing", "malformed", "new"} == set(
        ORDER
    )


def test_what_happens_after_now_does_not_count():
    assert state(visits("permanent", status=410, until=NOW + DAY), []).state == "new"


def test_answers_of_another_shape_are_malformed_the_second_time_and_at_once_when_never_otherwise():
    good = visits("ok", "ok", until=NOW - 2 * DAY)
    odd = visits("partial", "partial", error="looks wrong: 1 item, at least 5 are promised")
    assert state([*good, odd[1]]).state == "healthy"
    found = state([*good, *odd])
    assert (found.state, found.reason) == ("malformed", "1 item, at least 5 are promised; so since 2026-05-31")
    assert state(odd[1:]).state == "malformed"
    assert state([*odd, *visits("ok")]).state == "healthy"

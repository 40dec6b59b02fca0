"""When a source that failed is asked again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trendwatch.collect.patience import PROBE, RARELY, SPREAD, next_at
from trendwatch.model import Visit

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVERY = 6 * 3600


def visit(hours_ago=0.0, outcome="transient", **more):
    return Visit(source="a", started_at=NOW - timedelta(hours=hours_ago), outcome=outcome, **more)


def wait(*before, outcome="transient", every_s=EVERY, **more):
    return next_at(visit(outcome=outcome, **more), before, every_s) - NOW


def roughly(span):
    return pytest.approx(span.total_seconds(), rel=SPREAD)


def test_the_first_failure_waits_the_usual_time_and_each_further_one_twice_as_long_up_to_a_day():
    ok = visit(30, "ok")
    assert wait(ok).total_seconds() == roughly(timedelta(hours=6))
    assert wait(ok, visit(6)).total_seconds() == roughly(timedelta(hours=12))
    assert wait(ok, visit(18), visit(6)).total_seconds() == roughly(timedelta(hours=24))
    assert wait(ok, *[visit(24 * n) for n in range(20, 0, -1)]).total_seconds() == roughly(PROBE)


def test_a_success_forgives():
    assert wait(visit(20), visit(19), visit(18), visit(6, "ok")).total_seconds() == roughly(timedelta(hours=6))


def test_what_is_refused_for_good_is_asked_a_day_later_and_then_rarely():
    assert wait(visit(6, "ok"), outcome="permanent").total_seconds() == roughly(PROBE)
    assert wait(visit(24, "permanent"), outcome="permanent").total_seconds() == roughly(RARELY)


def test_a_server_that_wants_to_wait_longer_is_heard_and_one_that_wants_less_is_not():
    assert wait(next_at=NOW + timedelta(hours=23)) == timedelta(hours=23)
    assert wait(next_at=NOW + timedelta(minutes=1)).total_seconds() == roughly(timedelta(hours=6))


def test_a_source_asked_once_a_week_is_not_asked_more_often_because_it_fails():
    assert wait(visit(24), every_s=7 * 86400).total_seconds() == roughly(timedelta(days=7))


@given(st.lists(st.sampled_from(["ok", "transient", "permanent", "policy", "parse-error"]), max_size=40))
def test_no_wait_is_shorter_than_nine_tenths_of_usual_or_longer_than_rarely(outcomes):
    before = [visit(6.0 * (len(outcomes) - n), outcome) for n, outcome in enumerate(outcomes)]
    assert timedelta(hours=5.4) <= wait(*before) <= RARELY

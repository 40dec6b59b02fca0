from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage_samples import a_digest, a_full_item, a_judgement, an_item

from trendwatch.model import Digest, Item, Judgement
from trendwatch.storage._codec import Row, from_json, moment, to_json, turns

moments = st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bounds without zone


@given(a=moments, b=moments)
def test_moments_sort_as_text(a, b):
    assert (moment(a) < moment(b)) == (a < b)


@given(moments)
def test_moments_come_back_equal(at):
    assert datetime.fromisoformat(moment(at)) == at


def test_moments_of_other_zones_are_stored_as_utc():
    there = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert moment(there) == "2026-02-28T23:30:00.000000+00:00"


@pytest.mark.parametrize(("kind", "value"), [(Digest, a_digest()), (Item, a_full_item()), (Judgement, a_judgement(an_item()))])
def test_records_come_back_equal_and_write_the_same_bytes(kind, value):
    text = to_json(kind, value)
    assert from_json(kind, text) == value
    assert to_json(kind, from_json(kind, text)) == text


@given(title=st.text(), labels=st.lists(st.text()), about=st.dictionaries(st.text(), st.text()))
def test_a_row_comes_back_equal_whatever_was_published(title, labels, about):
    row = Row(Item)
    item = an_item(title=title, labels=tuple(labels), about=about)
    assert row.decode(row.encode(item)) == item


def test_a_field_that_an_older_record_lacks_takes_its_default():
    stored = json.loads(to_json(Digest, a_digest()))
    del stored["trends"]
    assert from_json(Digest, json.dumps(stored)) == dataclasses.replace(a_digest(), trends=())


@dataclass(frozen=True, kw_only=True)
class Pair:
    marks: tuple[tuple[int, int], ...]
    names: Mapping[str, float]


def test_tuples_of_fixed_length_and_mappings_keep_their_shape():
    pair = Pair(marks=((1, 2), (3, 4)), names={"b": 0.1, "a": 2})
    assert from_json(Pair, to_json(Pair, pair)) == pair


@pytest.mark.parametrize("kind", [Any, set[str], int | str, Mapping[datetime, str]])
def test_what_has_no_exact_form_is_refused_when_the_codec_is_built(kind):
    with pytest.raises(TypeError, match="no exact form"):
        turns(kind)

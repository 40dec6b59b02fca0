"""Dates that bind, and dates that bind nobody. Every text is made up."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from trendwatch.enrich import deadline_dates
from trendwatch.enrich.deadlines import find
from trendwatch.model import Item

AT = datetime(2026, 1, 12, tzinfo=UTC)


def item(text="", *, title="", doctype="news", region="", dates=None):
    return Item(
        id="i1", source="example-gazette", doctype=doctype, url="https://gazette.example.org/1", canonical_url="", title=title,
        text=text, raw_title="", raw_html="", published_at=AT, date_note="", first_seen_at=AT, region=region, dates=dates or {},
    )  # fmt: skip


def found(text, **more):
    return [(d.on.isoformat(), d.what) for d in find(item(text, **more))]


@pytest.mark.parametrize(
    ("text", "on", "what"),
    [
        ("The Harbour Chatbot Act takes effect on 2 August 2026.", "2026-08-02", "applies"),
        ("The statute, effective January 1, 2027, requires age checks.", "2027-01-01", "applies"),
        ("Providers must label synthetic images no later than June 30, 2026.", "2026-06-30", "applies"),
        ("From 1 July, platforms must remove sexual deepfakes within 48 hours.", "2026-07-01", "applies"),
        ("Comments on the draft rule are due by March 16, 2026.", "2026-03-16", "comments-close"),
        ("The consultation closes on 9 April 2026.", "2026-04-09", "comments-close"),
        ("The commission extended the comment period to 20 March 2026.", "2026-03-20", "comments-close"),
        ("The moratorium on AI toys remains in force until 31 December 2028.", "2028-12-31", "ends"),
        ("The temporary ban on the chatbot expires on April 30, 2026.", "2026-04-30", "ends"),
        ("Parliament postponed the duties from 2 August 2026 to 2 December 2027.", "2027-12-02", "moves"),
    ],
)
def test_a_sentence_that_binds_gives_its_date_and_kind(text, on, what):
    assert found(text) == [(on, what)]


@pytest.mark.parametrize(
    "text",
    [
        "The governor signed the bill into law on January 9, 2026.",
        "The regulation was published on 12 January 2026.",
        "The act took effect on 1 January 2020.",
        "The safety conference takes place on 14 May 2026; the rules are discussed.",
        "Lumen Labs will release its next model on 20 February 2026.",
        "Systems placed on the market before 2 August 2026 are outside the act's scope.",
        "The new subscription price applies from 1 March 2026.",
        "Rules that were due to apply from 2 August 2026 have been scrapped.",
        "The first trial under the deepfake law starts on 9 March 2026.",
    ],
)
def test_a_date_of_signing_history_meetings_products_or_scope_is_no_deadline(text):
    assert found(text) == []


def test_a_day_that_must_be_counted_from_an_event_is_not_guessed():
    assert found("Providers must report within 180 days of enactment.") == []
    assert found("The rule applies 90 days after January 20, 2026.") == []


def test_several_dates_told_by_one_verb_are_all_found():
    text = "The marking rules become operative on August 2, 2026, and the fines on February 2, 2027."
    assert found(text) == [("2026-08-02", "applies"), ("2027-02-02", "applies")]


def test_dates_given_as_data_come_with_their_field_and_no_evidence():
    got = find(item("Nothing else.", dates={"effective": date(2026, 3, 30), "comments_close": date(2026, 2, 12)}))
    assert [(d.on, d.what, d.source_field, d.evidence, d.score) for d in got] == [
        (date(2026, 2, 12), "comments-close", "comments_close", None, 1.0),
        (date(2026, 3, 30), "applies", "effective", None, 1.0),
    ]


def test_a_date_given_as_data_and_in_the_text_is_told_once():
    got = find(
        item("This final rule is effective March 30, 2026.", dates={"effective": date(2026, 3, 30)}, doctype="regulation")
    )
    assert [(d.on, d.source_field) for d in got] == [(date(2026, 3, 30), "effective")]


def test_the_evidence_is_the_sentence_at_its_place():
    text = "The ministry met the press.\n\nThe Harbour Chatbot Act takes effect on 2 August 2026. Nobody objected."
    evidence = find(item(text))[0].evidence
    assert evidence is not None
    assert evidence.quote == "The Harbour Chatbot Act takes effect on 2 August 2026."
    assert text[evidence.start : evidence.end] == evidence.quote


def test_a_title_is_searched_as_well():
    evidence = find(item(title="Chatbot rules apply from 2 August 2026"))[0].evidence
    assert evidence is not None
    assert evidence.field == "title"


def test_a_rules_own_verbs_are_duties_and_a_posts_are_not():
    text = "Appoints an officer by April 30, 2026."
    assert found(text, doctype="regulation", region="us") == [("2026-04-30", "applies")]
    assert found("You must upgrade the plugin by April 30, 2026.", doctype="post") == []


def test_an_incident_report_gives_no_weak_dates():
    assert found("A court said the firm must delete the voices by 1 March 2026.", doctype="incident") == []


@pytest.mark.parametrize(
    ("region", "expected"), [("us", ["2026-04-05"]), ("gb", ["2026-05-04"]), ("eu", ["2026-05-04"]), ("", [])]
)
def test_the_jurisdiction_decides_what_a_numeric_date_means(region, expected):
    assert [on for on, _ in found("The law takes effect on 04/05/2026.", region=region)] == expected


@pytest.mark.parametrize(
    ("written", "on"),
    [
        ("2 August 2026", "2026-08-02"), ("2nd of August 2026", "2026-08-02"), ("Aug. 2, 2026", "2026-08-02"),
        ("2026-08-02", "2026-08-02"), ("2.8.2026", "2026-08-02"), ("25/12/2026", "2026-12-25"), ("12/25/2026", "2026-12-25"),
        ("Friday, 6 February 2026", "2026-02-06"),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(written, on):
    assert [w.on.isoformat() for w in deadline_dates.find(f"on {written} .", date(2026, 1, 12), "")] == [on]


def test_a_day_without_a_year_is_the_next_one():
    assert [w.on.isoformat() for w in deadline_dates.find("on 5 January", date(2026, 11, 30), "")] == ["2027-01-05"]


@pytest.mark.parametrize("written", ["31 February 2026", "13.13.2026", "6/7/2026/8"])
def test_what_is_no_day_is_no_date(written):
    assert deadline_dates.find(written, date(2026, 1, 12), "us") == []


def test_a_month_stands_for_its_first_day_only_where_something_starts():
    assert found("The duties apply from August 2026.") == [("2026-08-01", "applies")]
    assert found("Agencies must report by August 2026.") == []

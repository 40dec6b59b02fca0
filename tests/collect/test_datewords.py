"""Dates among other words, in many languages, with and without knowing today."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trendwatch.collect import datewords

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    "text",
    [
        "Published 5 March 2026",
        "March 5th, 2026 | News",
        "Mar. 5, 2026",
        "05.03.2026 - Meldung",
        "5. März 2026, 10:00 Uhr",
        "Publié le 5 mars 2026",
        "5 de marzo de 2026",
        "5 marzo 2026",
        "5 de março de 2026",
        "5 maart 2026",
        "5 marca 2026 r.",
        "5 марта 2026 г.",
        "2026年3月5日(木)",
        "令和8年3月5日",
        "2026년 3월 5일",
        "2026. 3. 5.",
        "２０２６年３月５日",
        "Filed: 05/03/26",
        "id 20260305 x",
    ],
)
def test_a_full_date_is_found_among_other_words_in_many_languages(text):
    found = datewords.find(text)
    assert found is not None
    assert (found.day, found.relative) == (date(2026, 3, 5), False)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("3 days ago", 3),
        ("a week ago", 7),
        ("yesterday", 1),
        ("2 hours ago", 0),
        ("vor 2 Tagen", 2),
        ("vor einer Woche", 7),
        ("Gestern, 10:00", 1),
        ("vorgestern", 2),
        ("il y a 2 jours", 2),
        ("hier à 10 h", 1),
        ("hace 3 días", 3),
        ("ayer", 1),
        ("3 giorni fa", 3),
        ("há 2 dias", 2),
        ("2 dagen geleden", 2),
        ("2 dni temu", 2),
        ("wczoraj", 1),
        ("för 3 dagar sedan", 3),
        ("2 дня назад", 2),
        ("3日前", 3),
        ("昨日", 1),
        ("2 週間前", 14),
        ("3일 전", 3),
        ("어제", 1),
        ("3天前", 3),
        ("昨天 10:00", 1),
        ("5. März", 5),
        ("5 Mar", 5),
        ("3월 5일", 5),
        ("Dec 31", 69),
        ("11 March", -1),
    ],
)
def test_a_relative_date_starts_from_today_and_says_so(text, days):
    found = datewords.find(text, today=TODAY)
    assert found is not None
    assert ((TODAY - found.day).days, found.relative) == (days, True)
    assert datewords.find(text) is None


@pytest.mark.parametrize("text", ["", "March 2026", "30. 2. 2026", "v1.2.3", "maybe 3 items", "Section 12", "2026", "1 of 10"])
def test_what_is_no_day_is_none(text):
    assert datewords.find(text, today=TODAY) is None


def test_a_full_date_counts_before_a_relative_one():
    assert datewords.find("updated yesterday, published 1 March 2026", today=TODAY).day == date(2026, 3, 1)


def test_the_order_of_day_and_month_is_told_by_dates_that_read_in_one_way_only():
    assert datewords.month_first(["03/04/2026", "03/15/2026"]) is True
    assert datewords.month_first(["03/04/2026", "15/03/2026"]) is False
    assert datewords.month_first(["03/04/2026"]) is None
    assert datewords.find("03/04/2026", month_first=True).day == date(2026, 3, 4)
    assert datewords.find("03/04/2026").day == date(2026, 4, 3)
    assert datewords.find("03/15/2026").day == date(2026, 3, 15)


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2026/03/05/title", date(2026, 3, 5)),
        ("/news/2026-03-05-title", date(2026, 3, 5)),
        ("/a_20260305.html", date(2026, 3, 5)),
        ("/2026/13/05", None),
        ("/2026/03", None),
        ("/f/a20260305b", None),
    ],
)
def test_a_date_in_an_address_is_read(path, day):
    assert datewords.in_address(path) == day


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_finder(text):
    found = datewords.find(text, today=TODAY)
    assert found is None or isinstance(found.day, date)

"""The text of the page behind an item, or why the item keeps its teaser."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pdfs import pdf

from trendwatch.collect import article
from trendwatch.collect._article_text import merged
from trendwatch.collect.normalise import content_hash
from trendwatch.collect.sources import SourceKind
from trendwatch.model import Item, Page, Request, Response, Source

PAGES = Path(__file__).parent.parent / "pages" / "article"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
URL = "https://courier.example.org/2026/cloned-voice"
ENGLISH = "Cloned voice asks tenants for their deposits"
GERMAN = "Behörde verlangt Kennzeichnung künstlicher Bilder"
JAPANESE = "生成AIの画像に透かしを義務付ける条例案"


def an_item(title=ENGLISH, text="", **changes):
    given = {
        "id": "i1",
        "source": "courier",
        "doctype": "news",
        "url": URL,
        "canonical_url": URL,
        "title": title,
        "text": text,
        "raw_title": title,
        "raw_html": text,
        "published_at": NOW - timedelta(days=1),
        "date_note": "",
        "first_seen_at": NOW,
        "content_hash": content_hash(title, text),
    }
    return Item(**given | changes)


def answer(body, url=URL, content_type="text/html; charset=utf-8"):
    headers = {"content-type": content_type} if content_type else {}
    return Response(request=Request(url=URL), url=url, status=200, headers=headers, body=body)


def extract(page, item=None, **more):
    body = page if isinstance(page, bytes) else (PAGES / page).read_bytes()
    return article.extract(answer(body, **more), item or an_item(), NOW)


@pytest.mark.parametrize(
    ("page", "title", "first", "last", "language"),
    [
        ("english.html", ENGLISH, "Three tenants of a housing", "the investigation is over.", "en"),
        ("german.html", GERMAN, "Die Aufsicht für Medien", "nicht bestrafen.", "de"),
        ("japanese.html", JAPANESE, "北港市の議会は月曜日", "今回の案には含まれていない。", "ja"),
    ],
)
def test_an_article_is_read_whole_and_nothing_else(page, title, first, last, language):
    found = extract(page, an_item(title))
    assert (found.state, found.language, found.reason) == ("ok", language, "")
    assert first in found.text
    assert found.text.endswith(last)
    for other in ("Most read", "bridge is closed", "Home", "Terms", "©"):
        assert other not in found.text
    assert found.confidence > 0.8
    assert found.content_hash == content_hash(title, found.text)
    assert found.of_hash == content_hash(title, "")


def test_title_date_and_authors_come_from_the_page():
    found = extract("english.html")
    assert (found.title, found.authors, found.published_at) == (ENGLISH, ("Ada Writer",), datetime(2026, 3, 1, tzinfo=UTC))


def test_a_date_that_lies_ahead_is_not_believed():
    body = (PAGES / "english.html").read_bytes().replace(b"2026-03-01T06", b"2031-03-01T06")
    assert extract(body).published_at is None


def test_paragraphs_are_parted_by_a_blank_line():
    assert len(extract("english.html").text.split("\n\n")) >= 5


def test_the_same_page_gives_the_same_article():
    assert extract("english.html") == extract("english.html")


@pytest.mark.parametrize(
    ("page", "title", "state", "reason"),
    [
        ("declared_paywall.html", ENGLISH, "paywall", "not free to read"),
        ("cut_paywall.html", ENGLISH, "paywall", "Subscribe to continue"),
        ("german_paywall.html", GERMAN, "paywall", "Weiterlesen mit"),
        ("login.html", ENGLISH, "login", "login"),
        ("captcha.html", ENGLISH, "captcha", "bot wall"),
        ("empty.html", ENGLISH, "short", "too little text"),
        ("error.html", ENGLISH, "gone", "Page not found"),
        ("other.html", ENGLISH, "other page", "apple cake"),
        ("german.html", ENGLISH, "other page", "Behörde"),
    ],
)
def test_what_is_no_article_keeps_the_teaser_and_says_why(page, title, state, reason):
    found = extract(page, an_item(title))
    assert (found.state, found.text, found.content_hash) == (state, "", "")
    assert reason in found.reason


def test_a_redirect_to_a_login_or_a_front_page_is_no_article():
    assert extract("english.html", url="https://id.example.org/login?to=x").state == "login"
    front = extract("english.html", url="https://courier.example.org/")
    assert (front.state, "front page" in front.reason) == ("other page", True)


def test_an_edited_title_is_the_same_page_when_the_teaser_is_in_its_text():
    teaser = (
        "Three tenants received calls in which a cloned voice of their treasurer asked them to move deposits to a new account."
    )
    item = an_item("Fraudsters strike in Northport again", teaser)
    assert extract("english.html", item).state == "ok"
    assert extract("english.html", replace(item, text="")).state == "other page"


def test_a_page_without_more_text_than_the_entry_is_left():
    whole = extract("english.html").text
    found = extract("english.html", an_item(text=whole))
    assert (found.state, found.reason) == ("short", "the page has no more text than the entry")


def test_an_article_that_speaks_of_captchas_logins_and_paywalls_is_one():
    said = (
        "On try {} the captcha asks: are you a robot? Please log in, says the page, and subscribe to continue, but nobody does."
    )
    more = "".join(f"<p>{said.format(n)}</p>" for n in range(20))
    body = (PAGES / "english.html").read_bytes().replace(b"</article>", more.encode() + b"</article>")
    assert extract(body).state == "ok"


def test_a_teaser_met_and_a_long_text_raise_the_confidence():
    teaser = "A made-up entry that speaks of tenants and of a voice and of nothing else that stands on this page, neither bears nor fish."
    sure, unsure = extract("english.html"), extract("english.html", an_item(text=teaser))
    assert unsure.confidence < sure.confidence


@pytest.mark.parametrize(
    ("body", "content_type", "state"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png", "not html"),
        (b'{"a": 1}', "application/json", "not html"),
        (b"plain words without markup " * 40, "text/plain", "not html"),
        (b"", "text/html", "not html"),
        (b"<", "", "not html"),
    ],
)
def test_what_is_no_page_is_said(body, content_type, state):
    assert extract(body, content_type=content_type).state == state


def test_the_headers_charset_counts_and_a_wrong_one_does_no_harm():
    text = (PAGES / "german.html").read_text(encoding="utf-8").replace('<meta charset="utf-8">', "")
    item = an_item(GERMAN)
    assert "Bußgeld" in extract(text.encode("cp1252"), item, content_type="text/html; charset=windows-1252").text
    assert "Bußgeld" in extract(text.encode(), item, content_type="text/html; charset=ascii").text
    assert "Bußgeld" in extract(text.encode(), item, content_type="text/html; charset=no-such-thing").text


def test_a_pdf_is_read_as_one_and_a_broken_one_says_so():
    lines = [
        f"Guidance on cloned voices, paragraph {n}: makers keep a record of every voice that was copied." for n in range(12)
    ]
    found = extract(pdf([["Guidance on cloned voices", *lines]]), an_item("Guidance on cloned voices"))
    assert (found.state, "paragraph 11" in found.text) == ("ok", True)
    broken = extract(b"%PDF-1.7 and nothing more")
    assert (broken.state, bool(broken.reason)) == ("pdf", True)


def test_what_two_runs_agree_on_is_kept_and_of_the_rest_what_is_prose():
    prose = "This sentence has many words, " * 8
    lenient, strict = ["A first line.", "Read also: the bridge", prose, "A last line that is long enough."], []
    strict = [lenient[0], lenient[3], "And one of its own, long enough to count for something, which is as it should be." * 3]
    text, common = merged(lenient, strict)
    assert text == f"A first line.\n\n{prose}\n\nA last line that is long enough."
    assert 0 < common < 1


def test_a_strict_run_that_lost_the_article_does_not_count():
    lenient = ["A first line.", "A second line of some length."]
    assert merged(lenient, ["A first line."])[0] == "A first line.\n\nA second line of some length."
    assert merged(lenient, [])[0] == "A first line.\n\nA second line of some length."
    assert merged([], [])[0] == ""


class Whole(SourceKind):
    """A kind whose entries hold their own text."""

    teasers = False

    def start(self, since):
        return (Request(url=URL),)

    def parse(self, response):
        return Page()


class Short(Whole):
    """A kind of teasers."""

    teasers = True


def wanted(item=None, kind=Short, **keys):
    return article.wanted(item or an_item(), Source(name="courier", kind="x", reader=kind(), **keys), NOW)


def test_pages_are_wanted_of_recent_teasers_as_the_source_says():
    assert wanted()
    assert not wanted(article="never")
    assert not wanted(kind=Whole)
    assert wanted(kind=Whole, article="always")
    assert not wanted(an_item(doctype="paper"))
    assert wanted(an_item(doctype="paper"), article="always")
    assert not wanted(an_item(text="Whole words. " * 100))
    assert not wanted(an_item(published_at=NOW - timedelta(days=40)), article="always")
    assert not wanted(an_item(url=""), article="always")
    assert not wanted(an_item(url="mailto:a@example.org"), article="always")

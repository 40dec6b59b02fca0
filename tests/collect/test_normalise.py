from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trendwatch.collect import language
from trendwatch.collect.normalise import ONLY_CHANGED, normalise
from trendwatch.model import Draft, Item, Skip, Source, WordFilter

SOURCE = Source(name="mill", kind="feed", reader=None, doctype="post", region="de")
BASE = "https://mill.example.org/feed.xml"
SEEN = datetime(2026, 3, 2, 12, tzinfo=UTC)
DRAFT = Draft(
    uid="tag:mill.example.org,2026:1",
    url="/wheel?utm_source=rss",
    title="The <b>wheel</b> turns &amp; turns",
    html="<p>It turns.</p><p>Still.</p><script>x()</script>",
    published="Sun, 01 Mar 2026 10:00:00 +0100",
    labels=("News", "News", "<i>Mill</i>"),
    identifiers=("doi:10.5555/MADE.UP",),
    dates={"effective": date(2026, 6, 1)},
    about={"points": "7", "empty": " "},
)


def made(draft: Draft = DRAFT, source: Source = SOURCE, *, seen_at: datetime = SEEN) -> Item:
    item = normalise(draft, source, base_url=BASE, seen_at=seen_at)
    assert isinstance(item, Item), item
    return item


def test_an_item_is_clean_and_its_raw_parts_are_as_published():
    item = made()
    assert (item.title, item.text) == ("The wheel turns & turns", "It turns.\n\nStill.")
    assert (item.raw_title, item.raw_html) == (DRAFT.title, DRAFT.html)
    assert item.url == "https://mill.example.org/wheel?utm_source=rss"
    assert item.canonical_url == "https://mill.example.org/wheel"
    assert (item.published_at, item.date_note) == (datetime(2026, 3, 1, 9, tzinfo=UTC), "")
    assert (item.labels, item.identifiers) == (("News", "Mill"), ("doi:10.5555/made.up",))
    assert (item.doctype, item.region, dict(item.dates)) == ("post", "de", {"effective": date(2026, 6, 1)})
    assert dict(item.about) == {"points": "7"}
    assert item.revision == 1


def test_the_entry_may_know_its_doctype_better_than_the_source():
    assert made(replace(DRAFT, doctype="regulation")).doctype == "regulation"


def test_seeing_an_item_later_changes_nothing_but_the_time_it_was_seen():
    later = made(seen_at=SEEN + timedelta(days=90))
    assert replace(later, first_seen_at=SEEN) == made()


def test_an_edited_text_keeps_the_id_and_changes_the_hash():
    edited = made(replace(DRAFT, html="<p>It stands still.</p>", title="The wheel stopped", url="/moved"))
    assert edited.id == made().id
    assert edited.content_hash != made().content_hash


def test_case_space_and_markup_do_not_change_the_hash():
    other = made(replace(DRAFT, title="THE wheel  turns &#38; turns", html="<div>It turns.<br><br>still.</div>"))
    assert other.content_hash == made().content_hash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            Draft(uid="http://mill.example.org/1", title="t"),
            Draft(uid="https://www.mill.example.org/1?utm_source=a", title="t"),
        ),
        (Draft(uid="https://mill.example.org/1", title="t"), Draft(url="https://mill.example.org/1", title="other")),
        (Draft(uid=" a\n b", title="t"), Draft(uid="a b", title="t")),
        (Draft(title="Same", published="2026-03-01T10:00:00Z"), Draft(title="same", published="Sun, 01 Mar 2026 18:00:00 GMT")),
        (Draft(uid="7", url="/a"), Draft(uid="7", url="/b?session=1", title="edited")),
    ],
)
def test_ids_survive_what_publishers_do_to_their_feeds(one, other):
    assert made(one).id == made(other).id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Draft(uid="1", url="/same", title="t"), Draft(uid="2", url="/same", title="t")),
        (Draft(url="/log#v1", title="t"), Draft(url="/log#v2", title="t")),
        (Draft(title="Weekly", published="2026-02-20"), Draft(title="Weekly", published="2026-02-27")),
    ],
)
def test_ids_of_different_entries_differ(one, other):
    assert made(one).id != made(other).id


def test_ids_belong_to_the_source():
    assert made().id != made(source=replace(SOURCE, name="other")).id
    assert len(made().id) == 16


@pytest.mark.parametrize(
    ("published", "updated", "note"),
    [
        (None, None, "no date was published"),
        ("soon", None, "unreadable date: 'soon'"),
        ("2040-01-01", None, "date in the future: 2040-01-01"),
        ("1970-01-01", None, "absurd date: 1970-01-01"),
    ],
)
def test_without_a_date_worth_belief_the_first_sight_counts(published, updated, note):
    item = made(replace(DRAFT, published=published, updated=updated))
    assert (item.published_at, item.date_note) == (None, note)
    assert item.at == SEEN


def test_a_time_of_change_stands_in_for_a_missing_date():
    item = made(replace(DRAFT, published=None, updated="2026-02-20T10:00:00Z"))
    assert (item.published_at, item.date_note) == (datetime(2026, 2, 20, 10, tzinfo=UTC), ONLY_CHANGED)


@pytest.mark.parametrize(
    ("draft", "title"),
    [
        (
            Draft(html="<p>One two three four five six seven eight nine ten eleven twelve thirteen</p>"),
            "One two three four five six seven eight nine ten eleven twelve …",
        ),
        (Draft(html="Short."), "Short."),
        (Draft(url="/2026/the-wheel_turns.html"), "the wheel turns"),
        (Draft(url="https://mill.example.org/"), "mill.example.org"),
        (Draft(title="x" * 900), "x" * 499 + "…"),
        (Draft(title="pay\u202epal\x07\u200b"), "paypal"),
    ],
)
def test_every_item_has_a_title_of_one_bounded_line(draft, title):
    assert made(draft).title == title


@pytest.mark.parametrize(
    "draft", [Draft(), Draft(uid="7"), Draft(title=" \u200b ", html="<script>x</script>"), Draft(url="javascript:alert(1)")]
)
def test_nothing_at_all_is_skipped_with_a_reason(draft):
    skip = normalise(draft, SOURCE, base_url=BASE, seen_at=SEEN)
    assert isinstance(skip, Skip)
    assert "neither title" in skip.reason


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "java\tscript:alert(1)", "https://[::1", "//"]
)
def test_a_link_that_leads_nowhere_on_the_web_is_dropped(url):
    assert made(replace(DRAFT, url=url)).url == ""


def test_addresses_name_the_paper():
    assert made(Draft(title="t", url="https://arxiv.org/abs/2602.90001v2")).identifiers == ("arxiv:2602.90001",)


@pytest.mark.parametrize(
    ("declared", "published", "language"),
    [("pt-BR", "en", "pt"), ("", "EN_us", "en"), ("", "jp", "ja"), ("", "und", ""), ("", "english please", "")],
)
def test_the_language_is_what_the_user_or_the_publisher_says(declared, published, language):
    assert made(Draft(title="t", language=published), replace(SOURCE, language=declared)).language == language


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Die Mühle steht seit dem Winter still, weil das Rad im Eis festgefroren ist und niemand es löst.", "de"),
        ("The wheel of the mill has been standing still since the winter, because it froze and nobody freed it.", "en"),
        ("Rad", ""),
    ],
)
def test_a_language_is_guessed_from_enough_text(text, found):
    assert language.guessed(text) == found


@pytest.mark.parametrize(
    ("wanted", "title", "kept"),
    [
        (WordFilter(any=("deep fake",)), "A Deep-Fake of the mayor", True),
        (WordFilter(any=("AI",)), "Rain in Aintree", False),
        (WordFilter(any=("生成AI",)), "新しい生成AIの指針", True),
        (WordFilter(any=("인공지능",)), "인공지능은 무엇인가", True),
        (WordFilter(none=("football",)), "AI referees in football", False),
        (WordFilter(any=("ai",), none=("football",)), "AI in schools", True),
    ],
)
def test_the_sources_filter_keeps_whole_words_in_any_script(wanted, title, kept):
    found = normalise(Draft(title=title), replace(SOURCE, filter=wanted), base_url=BASE, seen_at=SEEN)
    assert isinstance(found, Item) is kept
    assert kept or found.reason.startswith("filter: ")


def test_what_a_blog_engine_puts_under_each_entry_is_no_text():
    html = "<p>It turns.</p><p>The post <a href='/w'>Wheel</a> appeared first on <a href='/'>Mill</a>.</p>"
    item = made(replace(DRAFT, html=html))
    assert item.text == "It turns."
    assert item.raw_html == html


ANY = st.text(alphabet=st.characters(exclude_categories=[]), max_size=40)
DRAFTS = st.builds(
    Draft, uid=ANY, url=ANY | st.just("https://a.example.org/x"), title=ANY, html=ANY, published=st.none() | ANY, updated=st.none() | ANY,
    authors=st.tuples(ANY), labels=st.tuples(ANY), language=st.sampled_from(["en", "xx", "e\ud800"]), identifiers=st.tuples(ANY), about=st.dictionaries(st.just("k"), ANY),
)  # fmt: skip


@settings(deadline=None)
@given(DRAFTS)
def test_whatever_is_published_the_item_can_be_stored_and_is_the_same_again(draft):
    first = normalise(draft, SOURCE, base_url=BASE, seen_at=SEEN)
    assert first == normalise(draft, SOURCE, base_url=BASE, seen_at=SEEN)
    json.dumps(asdict(first) if isinstance(first, Skip) else vars_of(first), default=str, ensure_ascii=False).encode()
    if isinstance(first, Item):
        assert first.title.strip() == first.title != ""
        assert "\0" not in first.raw_html + first.raw_title + first.text + first.title


def vars_of(item: Item) -> dict[str, object]:
    return {
        name: (dict(value) if name in {"about", "dates"} else value)
        for name in item.__slots__
        for value in [getattr(item, name)]
    }

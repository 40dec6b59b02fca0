from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pdfs import encrypted, packed, pdf

from trendwatch.collect.normalise import normalise
from trendwatch.collect.sources._page_watch_words import same_word, tokens
from trendwatch.collect.sources.page_watch import PATIENCE, PageWatch
from trendwatch.errors import ParseError
from trendwatch.model import Item, Page, Request, Response, Source

PAGES = Path(__file__).parent.parent / "pages" / "page_watch"
URL = "https://voice.example.org/policies/voices"
WATCH = PageWatch(url=URL)
POLICY = (PAGES / "policy.html").read_text()


def answer(body, memory="", url=URL, charset="utf-8"):
    raw = body if isinstance(body, bytes) else body.encode()
    headers = {"content-type": f"text/html; charset={charset}"}
    return Response(request=Request(url=URL), url=url, status=200, headers=headers, body=raw, memory=memory)


class Watching:
    """Visits one after another, the memory handed on as the store does."""

    def __init__(self, kind=WATCH):
        self.kind, self.memory = kind, ""

    def sees(self, *bodies) -> Page:
        for body in bodies:
            page = self.kind.parse(answer(body, self.memory))
            self.memory = page.memory if page.memory is not None else self.memory
        return page


def changed(*pairs, text=POLICY):
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def told(*pairs, kind=WATCH):
    """The entry of a policy in which `pairs` changed, seen twice."""
    new = changed(*pairs)
    (draft,) = Watching(kind).sees(POLICY, new, new).drafts
    return draft


def quiet(after, before=POLICY, kind=WATCH):
    watching = Watching(kind)
    return not any(watching.sees(body).drafts for body in (before, after, after, after, after))


def test_the_page_is_asked_for_as_named_and_robots_are_obeyed():
    (request,) = WATCH.start(None)
    assert (request.url, WATCH.obeys_robots, WATCH.bulky, WATCH.remembers) == (URL, True, True, True)


def test_the_first_sight_is_no_news_but_is_remembered_and_said():
    page = Watching().sees(POLICY)
    assert page.drafts == ()
    assert "first sight" in page.skipped[0].reason
    assert "A Provider must mark every synthetic voice." in str(json.loads(page.memory)["settled"])


def test_the_memory_holds_the_text_and_nothing_of_the_page_around_it():
    memory = Watching().sees(POLICY).memory
    for word in ("cookies", "views", "Related", "clearest", "rights reserved", "Last updated", "helpful", "Skip", "Request ID"):
        assert word not in memory


def test_a_change_is_told_at_its_second_sight_and_once():
    watching, new = Watching(), changed(("within 14 days", "within 7 days"))
    first = watching.sees(POLICY, new)
    assert (first.drafts, first.unsettled) == ((), True)
    assert "second visit" in first.skipped[0].reason
    second = watching.sees(new)
    assert (len(second.drafts), second.unsettled) == (1, False)
    assert watching.sees(new, new).drafts == ()


def test_the_entry_says_what_changed_old_and_new():
    draft = told(("within 14 days", "within 7 days"), ("must mark", "may mark"), ("<li>Emergency calls</li>", ""))
    assert draft.title == ("Changed: Policy on synthetic voices: 1 clause removed, 14 days became 7, “must” became “may”")
    assert "<q>A Provider <del>must</del> mark every synthetic voice.</q>" in draft.html
    assert "<q>A Provider <ins>may</ins> mark every synthetic voice.</q>" in draft.html
    assert "Removed: <q>Emergency calls</q>" in draft.html
    assert draft.about["change"] == "substantive"
    assert (draft.about["added"], draft.about["removed"], draft.about["changed"]) == ("0", "1", "2")


def test_what_a_page_says_is_shown_as_text_never_as_markup():
    draft = told(("three persons", "&lt;script&gt;alert(3)&lt;/script&gt; 4 persons"))
    assert "<script" not in draft.html
    assert "&lt;script&gt;" in draft.html


def test_the_title_of_a_page_cannot_bring_markup():
    page = changed(("<h1>Policy on synthetic voices</h1>", "<h1>A &lt;b&gt; policy</h1>"))
    (draft,) = Watching().sees(page, *[page.replace("14 days", "9 days")] * 2).drafts
    assert "A &lt;b&gt; policy" in draft.title


def test_two_changes_are_two_items_though_the_page_is_one():
    watching = Watching()
    one, two = changed(("14 days", "7 days")), changed(("14 days", "5 days"))
    drafts = [*watching.sees(POLICY, one, one).drafts, *watching.sees(two, two).drafts]
    source = Source(name="voices", kind="page_watch", reader=WATCH)
    items = [normalise(d, source, base_url=URL, seen_at=datetime(2026, 6, 1, tzinfo=UTC)) for d in drafts]
    assert all(isinstance(item, Item) for item in items)
    assert len({item.id for item in items}) == len({item.canonical_url for item in items}) == 2
    assert all(item.url.startswith(URL) for item in items)


def test_a_text_that_comes_back_is_a_version_of_its_own():
    watching, new = Watching(), changed(("14 days", "7 days"))
    uids = [d.uid for body in (POLICY, new, new, *[POLICY] * 2, *[new] * 4) for d in watching.sees(body).drafts]
    assert len(uids) == len(set(uids)) == 3


SUBSTANTIVE = {
    "a modal verb": ("must mark", "should mark"),
    "a number": ("14 days", "30 days"),
    "a number in words": ("two years", "five years"),
    "an amount": ("€2,500", "€250"),
    "a date": ("1 May 2026", "1 May 2027"),
    "a not": ("is heard", "is not heard"),
    "a word of scope": ("within 14", "after 14"),
    "all becomes most": ("to all members", "to most members"),
    "a defined term": ("A Provider may appeal", "A Speaker may appeal"),
    "an entry gone": ("<li>Voices of minors</li>", ""),
    "an entry more": ("<li>Emergency calls</li>", "<li>Emergency calls</li><li>Weather warnings</li>"),
    "a clause gone": ("It replaces the rules of 2024.", ""),
    "a clause more": ("A Provider may appeal to the Board.", "A Provider may appeal to the Board. Appeals cost nothing."),
    "a row gone": ("<tr><td>Second</td><td>€9,000</td></tr>", ""),
    "a near word with another sense": ("did not take part", "did take part"),
}


@pytest.mark.parametrize("what", SUBSTANTIVE)
def test_one_word_that_matters_is_told(what):
    assert told(SUBSTANTIVE[what]).about["change"] == "substantive"


EDITORIAL = {
    "a typing error": ("recordings are kept", "recordngs are kept"),
    "punctuation": ("within 14 days, and", "within 14 days and"),
    "a date written otherwise": ("1 May 2026", "May 1st, 2026"),
    "a number written otherwise": ("two years", "2 years"),
    "both ways": ("two years", "two (2) years"),
    "case": ("<h2>2. Appeals</h2>", "<h2>2. APPEALS</h2>"),
    "a list number": ("<li>Voices of minors</li>", "<li>(a) Voices of minors;</li>"),
    "emphasis": ("must mark", "<strong>must</strong> mark"),
    "a paragraph parted": ("A Provider may appeal to the Board. ", "A Provider may appeal to the Board.</p>\n<p>"),
    "a small word": ("who did not", "that did not"),
    "a counter": ("1,204 views", "9,310 views"),
    "the date of the update": ("Last updated: 3 March 2026", "Last updated: 19 August 2026"),
    "a reader's voice": ("The clearest policy we know. — A reader", "It must be read by 5 people. — B"),
    "a related article": ("Board meets in spring", "Board may meet 3 times"),
    "the menu": ('<a href="/news">News</a>', '<a href="/press">You must read this: 14 items</a>'),
    "the banner": ("within 30 days", "within 10 days"),
    "an id": ("9f8e7d6c5b4a3210", "0a1b2c3d4e5f6071"),
    "a year of copyright": ("© 2026", "© 2027"),
}


@pytest.mark.parametrize("what", EDITORIAL)
def test_what_changes_no_meaning_is_not_told(what):
    assert quiet(changed(EDITORIAL[what]))


def test_another_layout_with_sections_moved_and_the_menu_reworded_is_not_told():
    assert quiet((PAGES / "policy-relaid.html").read_text())


def test_a_change_within_another_layout_is_told_alone():
    relaid = (PAGES / "policy-relaid.html").read_text().replace("within 14 days", "within 7 days")
    (draft,) = Watching().sees(POLICY, relaid, relaid).drafts
    assert "14 days became 7" in draft.title
    assert (draft.about["changed"], draft.about["added"], draft.about["removed"]) == ("1", "0", "0")


def test_an_editorial_change_is_counted_and_becomes_the_known_text():
    watching, new = Watching(), changed(("recordings are kept", "recordngs are kept"))
    page = watching.sees(POLICY, new, new)
    assert "editorial" in page.skipped[0].reason
    assert watching.sees(new).skipped == ()


def test_editorial_changes_are_told_to_whoever_asks_for_them():
    draft = told(("recordings are kept", "recordngs are kept"), kind=PageWatch(url=URL, editorial=True))
    assert draft.title.startswith("Edited: ")
    assert draft.about["change"] == "editorial"


def test_a_change_that_is_taken_back_is_not_told():
    new = changed(("14 days", "7 days"))
    watching = Watching()
    assert not any(watching.sees(body).drafts for body in (POLICY, new, POLICY, POLICY, POLICY))


def test_a_third_state_takes_the_place_of_the_one_that_waited():
    one, two = changed(("14 days", "7 days")), changed(("must mark", "may mark"))
    watching = Watching()
    assert watching.sees(POLICY, one, two).drafts == ()
    (draft,) = watching.sees(two).drafts
    assert "14 days" not in draft.title


def test_a_change_is_told_beside_a_block_that_never_rests():
    watching = Watching()
    bodies = [
        changed(("must mark", "may mark"), ("<h2>2.", f"<p>Thought of the hour: {word}.</p><h2>2."))
        for word in ("sun", "moon", "star")
    ]
    drafts = [d for body in (POLICY, *bodies) for d in watching.sees(body).drafts]
    assert [d.about["changed"] for d in drafts] == ["1"]
    assert "Thought" not in drafts[0].html


def test_a_block_that_never_rests_is_pointed_out():
    watching = Watching()
    pages = [
        watching.sees(changed(("<h2>2.", f"<p>{w} is the word of the hour.</p><h2>2.")))
        for w in ("Sun", "Moon", "Star", "Sea", "Fog", "Ice")
    ]
    assert pages[PATIENCE - 1].warning == ""
    assert "ignore" in pages[-1].warning


def test_a_counter_in_unknown_words_may_go_without_a_word():
    watching = Watching()
    bodies = [changed(("<h2>2.", f"<p>Looked at on {n} occasions.</p><h2>2.")) for n in (3, 8, 11)]
    assert not any(watching.sees(body).drafts for body in (*bodies, *[POLICY] * 6))


def test_a_site_that_serves_two_copies_in_turn_is_not_believed():
    watching, other = Watching(), changed(("within 14 days", "within 7 days"))
    assert not any(watching.sees(body).drafts for body in (POLICY, other, POLICY, other, other, POLICY, other, POLICY))


def test_what_is_ignored_or_lies_outside_the_part_is_not_looked_at():
    new = changed(("€2,500", "€1"))
    assert quiet(new, kind=PageWatch(url=URL, ignore=("table",)))
    assert quiet(new, kind=PageWatch(url=URL, part="main > ul"))
    assert not quiet(new, kind=PageWatch(url=URL, part="main > table"))


def test_a_part_that_is_gone_is_an_error_and_a_selector_must_be_one():
    with pytest.raises(ParseError, match="no part that matches"):
        PageWatch(url=URL, part="#rules").parse(answer(POLICY))
    with pytest.raises(ParseError, match="no CSS selector"):
        PageWatch(url=URL, ignore=("a[",)).parse(answer(POLICY))


def test_other_keys_make_the_next_sight_a_first_one():
    memory = Watching().sees(POLICY).memory
    page = PageWatch(url=URL, part="main").parse(answer(changed(("14 days", "7 days")), memory))
    assert "first sight under the new" in page.skipped[0].reason


@pytest.mark.parametrize("name", ["not-found", "wall", "login", "maintenance", "script"])
@pytest.mark.parametrize("known", [False, True])
def test_an_answer_that_is_not_the_page_is_an_error_and_leaves_the_memory(name, known):
    memory = Watching().sees(POLICY).memory if known else ""
    with pytest.raises(ParseError, match=r"^The (answer|page) .*\.$"):
        WATCH.parse(answer((PAGES / f"bad-{name}.html").read_bytes(), memory))


@pytest.mark.parametrize("body", [b"", b"  ", b"<html></html>"])
def test_an_empty_page_is_an_error(body):
    with pytest.raises(ParseError):
        WATCH.parse(answer(body, Watching().sees(POLICY).memory))


def test_a_redirect_to_the_front_page_is_an_error():
    front = (
        "<html><body><main><h1>Voice Board</h1>"
        + "<p>We bring people together and make friends.</p>" * 40
        + "</main></body></html>"
    )
    with pytest.raises(ParseError, match="leads to another one"):
        WATCH.parse(answer(front, Watching().sees(POLICY).memory, url="https://voice.example.org/"))


def test_a_page_cut_short_is_an_error():
    with pytest.raises(ParseError, match="cut short"):
        WATCH.parse(answer(POLICY[: POLICY.index("<h2>2.")], Watching().sees(POLICY).memory))


def test_a_page_that_shrank_to_nothing_known_warns_and_tells_nothing():
    watching = Watching()
    page = watching.sees(POLICY, *["<html><body><main><h1>Voices</h1><p>Nothing to see.</p></main></body></html>"] * 4)
    assert page.drafts == ()
    assert "shrank" in page.warning
    assert watching.sees(POLICY).drafts == ()


def test_a_text_that_was_withdrawn_is_told_however_short_it_became():
    gone = "<html><body><main><h1>Policy on synthetic voices</h1><p>This policy was withdrawn on 2 June 2026.</p></main></body></html>"
    (draft,) = Watching().sees(POLICY, gone, gone).drafts
    assert "withdrawn on 2 June 2026" in draft.html


def test_a_text_about_cookies_logins_and_errors_is_a_text():
    text = (
        "<html><head><title>Cookie and login policy</title></head><body><div class='cookie-policy'><h1>Cookies and login</h1>"
    )
    text += "<p>A cookie must expire after 30 days. Each page not found is logged, and a captcha may be shown.</p>" * 3
    text += (
        "<p>You can sign in again at any time, and errors such as 404 are kept for 9 days by the operator of the site.</p>" * 2
    )
    text += "".join(
        f"<p>Rule {n} says that logs of kind {n} are kept until the audit of the year has ended.</p>" for n in range(2, 12)
    )
    text += "</div></body></html>"
    (draft,) = Watching().sees(text, *[text.replace("after 30 days", "after 90 days")] * 2).drafts
    assert "30 days became 90" in draft.title


MODALS = [("de", "Der Anbieter muss jede Stimme kennzeichnen.", "Der Anbieter soll jede Stimme kennzeichnen."),
          ("fr", "L'éditeur doit signaler le texte.", "L'éditeur peut signaler le texte."),
          ("es", "El miembro debe marcar la imagen.", "El miembro puede marcar la imagen."),
          ("it", "L'ufficio deve rispondere alla richiesta.", "L'ufficio può rispondere alla richiesta.")]  # fmt: skip


@pytest.mark.parametrize(("language", "old", "new"), MODALS)
def test_modal_verbs_of_other_languages_weigh(language, old, new):
    page = f'<html lang="{language}"><body><main><h1>Text</h1><p>{old}</p>{"<p>Lorem ipsum dolor sit amet.</p>" * 12}</main></body></html>'
    (draft,) = Watching().sees(page, *[page.replace(old, new)] * 2).drafts
    assert draft.about["kinds"] == "modal verbs"
    assert draft.language == language


RULES = [
    "Code of practice",
    "1. Every maker must mark a picture which a machine has made or",
    "altered. Complaints are answered within 14 days.",
    "2. The Council keeps a register.",
]


def test_a_pdf_is_watched_and_new_line_ends_are_no_change():
    old = pdf([RULES])
    again = pdf(
        [
            [
                "Code of practice",
                "1. Every maker must mark a picture which a machine",
                "has made or altered. Complaints are answered",
                "within 14 days.",
                "2. The Council keeps a register.",
            ]
        ]
    )
    assert quiet(again, before=old)
    new = pdf([[line.replace("14 days", "3 days") for line in RULES]])
    (draft,) = Watching().sees(old, new, new).drafts
    assert "14 days became 3" in draft.title


def test_a_pdf_without_readable_text_is_an_error_with_the_reason():
    memory = Watching().sees(pdf([RULES])).memory
    for body, why in (
        (encrypted(pdf([RULES]), "x"), "password"),
        (b"%PDF-1.4 junk", "could not be read"),
        (pdf([packed(b"")]), "no text"),
    ):
        with pytest.raises(ParseError, match=why):
            WATCH.parse(answer(body, memory))


def test_a_page_in_another_charset_is_read_as_declared():
    page = POLICY.replace("1,204 views", "Prüfung für alle: 3 Tage.")
    memory = WATCH.parse(answer(page.encode("latin-1", "xmlcharrefreplace"), charset="iso-8859-1")).memory
    assert "Prüfung für alle" in memory


def test_a_broken_memory_is_a_first_sight():
    for memory in ("{", "[]", '{"asked": "x"}', "17"):
        assert "first sight" in WATCH.parse(answer(POLICY, memory)).skipped[0].reason


def test_the_same_visits_leave_the_same_memory():
    new = changed(("14 days", "7 days"))
    one, two = Watching(), Watching()
    assert (one.sees(POLICY, new), one.memory) == (two.sees(POLICY, new), two.memory)


@pytest.mark.parametrize(("old", "new", "same"), [
    ("organise", "organize", True), ("recieve", "receive", True), ("users", "user", True), ("behaviour", "behavior", True),
    ("legal", "illegal", False), ("must", "may", False), ("employer", "employee", False), ("prescribe", "proscribe", False),
    ("lawful", "unlawful", False), ("include", "exclude", False), ("wihtout", "without", True), ("now", "not", False),
])  # fmt: skip
def test_a_slip_is_told_from_another_word(old, new, same):
    assert same_word(old, new) is same


@pytest.mark.parametrize(("one", "other"), [
    ("thirty (30) days", "30 days"), ("Don’t share", "do not share"), ("1 March 2026", "March 1, 2026"), ("5 % of it", "5 per cent of it"),
    ("(a) Logs;", "Logs"), ("3.2 Duties", "Duties"), ("€2,500", "€ 2500"), ("the Guide (PDF, 340 KB)", "The guide [PDF 1.2 MB]"),
])  # fmt: skip
def test_two_ways_of_writing_are_one(one, other):
    assert tokens(one) == tokens(other)


def test_what_differs_in_substance_differs_in_words():
    assert tokens("2.5 million users") != tokens("3.5 million users")
    assert tokens("at 18") != tokens("at 16")
    assert tokens("x < 5") != tokens("x > 5")

import pytest
from report_samples import TEXT, item

from trendwatch.report.summary import sentences, summarise


def test_two_whole_sentences_that_stand_in_the_item_in_their_order():
    chosen = summarise(item("a"))
    assert len(chosen) == 2
    assert [TEXT.index(s) for s in chosen] == sorted(TEXT.index(s) for s in chosen)


def test_a_title_alone_has_no_summary():
    assert summarise(item("a", text="")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Score: 394\n\nComments: 202\n\nBy: somebody",
        "Comments: 34 Points: 200 Article URL: https://news.example.org/1",
        "The post Assistants obey strangers appeared first on Example Blog.",
        "Subscribe to our weekly newsletter and get the best stories in your inbox.",
        "This half of a sentence was cut off by its publisher in the middle of the […]",
        "This half of a sentence was cut off by its publisher in the middle of the...",
        "and a piece of a sentence that begins in the middle of nowhere at all.",
        "Short words here.",
    ],
)
def test_boilerplate_and_halves_of_sentences_are_no_summary(text):
    assert summarise(item("a", text=text)) == ()


def test_the_lead_in_of_a_preprint_feed_is_no_part_of_its_first_sentence():
    text = f"arXiv:2601.01234v1 Announce Type: new Abstract: {TEXT}"
    chosen = summarise(item("a", text=text))
    assert chosen
    assert not any("arXiv" in s or "Announce" in s for s in chosen)


def test_the_headline_is_not_said_again():
    one = item(
        "a",
        title="Assistants obey strangers in a large test",
        text=f"Assistants obey strangers in a large test of today. {TEXT}",
    )
    assert not any(s.startswith("Assistants obey") for s in summarise(one))


def test_a_sentence_that_leans_on_another_needs_it():
    text = "Weather was fine in the whole of the valley on that day. However, they failed to stop a prompt injection in a calendar."
    chosen = summarise(item("a", title="A prompt injection in a calendar", text=text))
    assert chosen[0].startswith("Weather") or not any(s.startswith("However") for s in chosen)


def test_the_words_that_earned_the_tags_pull_their_sentence_up():
    filler = " ".join(f"Nothing of note was said in passage number {n} of the report." for n in range(6))
    text = f"{filler} A cloned voice called forty grandparents and asked them for money."
    assert any("cloned voice" in s for s in summarise(item("a", title="A report", text=text), ["cloned voice"]))


def test_abbreviations_and_initials_do_not_end_a_sentence():
    text = "Dr. J. Example of the U.S. agency met Sen. Sample, e.g. on Jan. 5. The talk was short."
    assert sentences(text) == ["Dr. J. Example of the U.S. agency met Sen. Sample, e.g. on Jan. 5.", "The talk was short."]


def test_paragraphs_end_sentences():
    assert sentences("A heading\n\nA sentence.\nAnother one.") == ["A heading", "A sentence.", "Another one."]


def test_very_long_texts_take_little_time():
    assert summarise(item("a", text="word " * 400_000)) == ()


def test_a_paper_says_what_was_found_even_where_that_leans_on_what_is_not_shown():
    text = (
        "Assistants that read calendars are exposed to hidden notes in calendars of strangers. "
        "Hidden notes in calendars remain a risk for assistants that read them every day. "
        "Motivated by this, we introduce a filter which stops nine of ten attempts."
    )
    title = "Hidden notes in calendars and assistants that read them"
    assert summarise(item("a", title=title, text=text, doctype="paper"))[-1].startswith("Motivated by this")
    assert not any(s.startswith("Motivated") for s in summarise(item("a", title=title, text=text, doctype="news")))


@pytest.mark.parametrize(
    "lean", ["In particular, the", "(1) The", "Indeed, the", "Based on this, the", "For retrieval, we saw that the"]
)
def test_sentences_that_go_on_from_others_do_not_begin_a_summary(lean):
    text = f"Nothing of note was said in the passage. {lean} assistant obeyed a prompt injection in a calendar of a stranger."
    assert summarise(item("a", title="A prompt injection in a calendar", text=text))[0].startswith("Nothing")

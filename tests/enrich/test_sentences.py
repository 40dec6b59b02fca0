from hypothesis import given
from hypothesis import strategies as st

from trendwatch.enrich.sentences import sentences


def split(text):
    return [text[a:b] for a, b in sentences(text)]


def test_plain_sentences_are_told_apart():
    assert split("One thing happened. Then another! Was it so? Yes.") == [
        "One thing happened.",
        "Then another!",
        "Was it so?",
        "Yes.",
    ]


def test_a_wrapped_line_goes_on_and_a_blank_line_ends():
    assert split("A title without a stop\n\nThe body is wrapped\nover two lines. End") == [
        "A title without a stop",
        "The body is wrapped\nover two lines.",
        "End",
    ]


def test_abbreviations_initials_and_decimals_end_nothing():
    text = "Under Art. 5 and Sec. 2, J. Doe et al. (2025) of the U.S. Agency report 3.5 percent, e.g. Fig. 2 vs. No. 7. Done."
    assert split(text) == [text[:-6], "Done."]


def test_an_abbreviation_before_a_common_opener_ends_the_sentence():
    assert split("It was sold by Acme Inc. The board agreed.") == ["It was sold by Acme Inc.", "The board agreed."]
    assert split("We follow Doe et al. However, we differ.") == ["We follow Doe et al.", "However, we differ."]


def test_closing_quotes_stay_with_their_sentence():
    assert split('He said "never again." She left (at once.) Then rain fell.') == [
        'He said "never again."',
        "She left (at once.)",
        "Then rain fell.",
    ]


def test_numbers_of_a_list_stay_with_their_entry():
    assert split("Two duties:\n1. Report it. \n2. Fix it.") == ["Two duties:\n1. Report it.", "2. Fix it."]


def test_a_year_at_the_end_is_an_end():
    assert split("It applies from 2 August 2026. Providers must act.") == [
        "It applies from 2 August 2026.",
        "Providers must act.",
    ]


def test_no_is_an_answer_and_a_number():
    assert split("They said no. Nobody moved.") == ["They said no.", "Nobody moved."]
    assert split("See Regulation No. 12 for it.") == ["See Regulation No. 12 for it."]


def test_chinese_stops_need_no_space():
    assert split("今天发布。明天生效。") == ["今天发布。", "明天生效。"]


@given(st.text(alphabet=st.sampled_from('aB 1.!?\n"(é')))
def test_spans_are_ordered_stripped_and_lose_only_white_space(text):
    spans = sentences(text)
    assert all(a < b and text[a:b] == text[a:b].strip() for a, b in spans)
    assert all(spans[i][1] <= spans[i + 1][0] for i in range(len(spans) - 1))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())

"""What is only mentioned earns no tag."""

import pytest

from trendwatch.enrich.taggers._passing import in_passing


def marked(text):
    start, end = text.index("*"), text.rindex("*") - 1
    return text.replace("*", ""), start, end


@pytest.mark.parametrize(
    "text",
    [
        "Models raise worries about privacy, *copyright*, and harmful texts.",
        "Aspects of safety such as *toxicity* and bias were compared.",
        "Thirty kinds of harm (e.g., race hate, job *scams*, weapons) were probed.",
        "It stops many attacks (prompt injection, *memory poisoning*, tool theft).",
        "Worries are misinformation, *copyright infringement*, theft, and lost trust.",
        "Topics like radicalization and *child abuse* were left out.",
        "Guards against *hallucination*, misinformation and flattery are missing.",
        "Four classes: prompt injection, data theft, privilege escalation, and *supply chain* risks.",
    ],
)
def test_one_of_several_in_a_list_or_an_example_is_in_passing(text):
    assert in_passing(*marked(text))


@pytest.mark.parametrize(
    "text",
    [
        "We build a *jailbreak* attack, and show that it works, even on guarded models.",
        "In this work, we study *privacy*, and we find leaks.",
        "The model, trained on *copyrighted* books, was sued.",
        "Although *hallucination* is common, it is seldom measured, and few sets exist.",
        "*Deepfake* videos of the minister, which spread on Tuesday, were removed and reported.",
        "Agents fall for *indirect prompt injection*. No test covers it.",
        "*jailbreak*",
    ],
)
def test_a_word_that_carries_its_sentence_is_not(text):
    assert not in_passing(*marked(text))

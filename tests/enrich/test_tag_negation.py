"""What a text denies earns no tag; what it fights, lacks or demands does."""

import pytest
from tag_samples import item

from trendwatch.enrich.taggers.keywords import Keywords
from trendwatch.enrich.taxonomy import Taxonomy


@pytest.fixture(scope="module")
def house():
    keywords = Keywords(Taxonomy.load(["house@1"]))

    def names(title, text=""):
        return {t.tag.removeprefix("house@1:") for t in keywords.tag([item(title, text)])}

    return names


@pytest.mark.parametrize(
    ("facet", "title"),
    [
        ("attack.deepfake", "The chatbot case did not involve a deepfake"),
        ("attack.deepfake", "The clip of the mayor isn't a deepfake"),
        ("attack.deepfake", "The clip was not the result of a deepfake"),
        ("attack.deepfake", "The call had nothing to do with deepfakes"),
        ("attack.deepfake", "No AI deepfake was shown at the meeting"),
        ("attack.deepfake", "The report has not been linked to any deepfake"),
        ("attack.prompt-injection", "Auditors find no evidence of any prompt injection in the chatbot"),
        ("attack.prompt-injection", "A chatbot ran for a year without known prompt injection"),
        ("attack.prompt-injection", "There was no sign of a jailbreak or prompt injection in the chatbot"),
        ("attack.jailbreak", "No known jailbreak works on this chatbot"),
        ("attack.jailbreak", "The chatbot answered without any jailbreak"),
        ("attack.jailbreak", "The chatbot's answer was not a “jailbreak”"),
        ("attack.data-poisoning", "The language model's error was not caused by data poisoning"),
        ("attack.data-poisoning", "The language model's error was not\ndue to data poisoning"),
        ("attack.hallucination", "The language model is free from hallucinations"),
        ("attack.hallucination", "Our chatbot never hallucinates"),
        ("attack.hallucination", "Our chatbot doesn't hallucinate"),
        ("lifecycle.training", "A language model adapts without task-specific fine-tuning"),
        ("lifecycle.training", "A language model adapts rather than relying on fine-tuning"),
    ],
)
def test_what_is_denied_over_a_few_words_earns_nothing(house, facet, title):
    assert facet not in house(title)


@pytest.mark.parametrize(
    ("facet", "title"),
    [
        ("attack.deepfake", "Not only a deepfake but also a forged letter"),
        ("attack.deepfake", "Not just deepfakes trouble the voters"),
        ("attack.deepfake", "Platforms cannot prevent deepfakes"),
        ("attack.deepfake", "Filters failed to stop a deepfake"),
        ("attack.deepfake", "Voters are no longer safe from deepfakes"),
        ("attack.deepfake", "There is no protection from deepfakes"),
        ("attack.deepfake", "The state has no deepfake law"),
        ("attack.deepfake", "Whether or not a deepfake, the clip hurt the mayor"),
        ("attack.deepfake", "Why Wouldn't Deepfakes Sway the Vote?"),
        ("attack.prompt-injection", "No defence against prompt injection was found for chatbots"),
        ("attack.prompt-injection", "The chatbot has no prompt injection defences"),
        ("attack.prompt-injection", "Chatbots do not detect prompt injection"),
        ("attack.jailbreak", "Chatbots are not robust to a jailbreak"),
        ("attack.jailbreak", "There is no evidence, but a jailbreak is claimed"),
        ("attack.jailbreak", "It was no accident; a jailbreak opened the chatbot"),
        ("attack.jailbreak", "The chatbot was not asked: a jailbreak did it"),
        ("attack.jailbreak", "Not a chatbot bug although a jailbreak was used"),
        ("attack.jailbreak", "The chatbot was tested with and without a jailbreak"),
        ("attack.jailbreak", "Answers without the jailbreaks: a guard for chatbots"),
        ("attack.hallucination", "How to ensure that chatbots do not hallucinate"),
        ("hazard.bias", "AI hiring tools must not discriminate against applicants"),
        ("control.human-oversight", "AI weapons are released without human oversight"),
        ("control.evaluation", "There is no benchmark for language models in Frisian"),
        ("actor.openai", "The chatbot shop does not need OpenAI"),
    ],
)
def test_what_a_text_fights_lacks_or_demands_is_told(house, facet, title):
    assert facet in house(title)


def test_a_denial_ends_with_its_sentence(house):
    assert "attack.jailbreak" in house("A week of chatbots", "Nobody said it was not. A jailbreak of the chatbot was shown.")
    assert "attack.jailbreak" in house("A week of chatbots that are not", "Jailbreak of a chatbot shown on Monday.")
    assert "attack.jailbreak" in house("A week of chatbots", "Was it safe or not\n\nJailbreak of a chatbot shown on Monday.")


def test_a_tag_is_lost_only_when_every_place_is_denied(house):
    denied = "The mayor says it was not a deepfake."
    assert "attack.deepfake" not in house("Clip of a mayor", denied)
    assert "attack.deepfake" in house("Clip of a mayor", f"{denied} Experts see a deepfake.")


def test_what_stands_inside_a_denied_word_is_denied_too(house):
    assert "attack.prompt-injection" not in house("The chatbot saw no indirect prompt injection")

"""What a text denies earns no tag; what it fights, lacks or demands does."""

import pytest
from tag_samples import house_names, item

from trendwatch.enrich.taggers.keywords import Keywords
from trendwatch.enrich.taxonomy import Taxonomy


@pytest.fixture(scope="module")
def house():
    return house_names()


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
        ("attack.deepfake", "No reported deepfakes trouble the voters"),
        ("attack.deepfake", "Police know no confirmed case of a deepfake"),
        ("attack.deepfake", "No one used deepfakes in the campaign"),
        ("attack.deepfake", "Police did not find any deepfakes"),
        ("attack.prompt-injection", "The log of the chatbot does not show signs of a prompt injection"),
        ("attack.hallucination", "Two years on: the chatbot never hallucinates"),
        ("attack.hallucination", "Never hallucinates: a chatbot is praised"),
        ("control.evaluation", "This is not a benchmark but a course on language models"),
        ("control.interpretability", "A language model is tested without requiring access to model internals"),
        ("control.red-teaming", "A course on language models rather than red teaming"),
        ("lifecycle.training", "A language model adapts without task-specific fine-tuning"),
        ("lifecycle.training", "A language model adapts without the need for additional fine-tuning"),
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


@pytest.mark.parametrize(
    ("facet", "title"),
    [
        ("hazard.privacy", "OpenAI has not confirmed the data breach at its chatbot"),
        ("hazard.privacy", "The chatbot company has not reported the data breach to regulators"),
        ("hazard.privacy", "The chatbot company hasn't contained the data breach"),
        ("attack.deepfake", "No one reported the deepfake porn to police"),
        ("attack.deepfake", "Nobody reported the deepfake porn to police"),
        ("attack.deepfake", "Police have not found the deepfake makers"),
        ("attack.deepfake", "Police have not found deepfake makers"),
        ("attack.deepfake", "The inquiry did not show the deepfake to the jury"),
    ],
)
def test_what_is_not_confirmed_reported_or_found_is_told_all_the_same(house, facet, title):
    assert facet in house(title)


@pytest.mark.parametrize(
    ("facet", "title"),
    [
        ("hazard.companion", "Don't use AI companions, says watchdog"),
        ("hazard.companion", "Watchdog to parents: don’t use AI companions"),
        ("hazard.companion", "“Do not use AI companions”, says watchdog"),
        ("hazard.companion", "Parents, do not use AI companions"),
        ("hazard.companion", "Watchdog says 'never use AI companions'"),
        ("hazard.privacy", "Do not include personal data in prompts to chatbots"),
        ("hazard.privacy", "Rules for chatbots. Please do not include personal data."),
        ("hazard.privacy", "Never share personal information with chatbots"),
        ("hazard.privacy", "Never use personal data with chatbots"),
        ("hazard.privacy", "Staff should never use personal data with chatbots"),
    ],
)
def test_advice_against_a_thing_is_about_it(house, facet, title):
    assert facet in house(title)


@pytest.mark.parametrize(
    ("facet", "title"),
    [
        ("control.red-teaming", "Company did not use red teaming before release of its chatbot"),
        ("control.red-teaming", "Chatbot was released without safety testing"),
        ("control.red-teaming", "Chatbots that have never had a red team"),
        ("control.age-assurance", "Chatbot maker failed to use age verification"),
        ("control.age-assurance", "Chatbot maker did not use any age verification"),
        ("control.age-assurance", "The chatbot does not require parental consent"),
        ("control.audit", "AI hiring tool is sold without any independent audit"),
        ("control.evaluation", "The lab did not perform a risk assessment of its language model"),
        ("control.moderation", "The AI app does not use content moderation"),
        ("control.guardrails", "The chatbot doesn't have a safety filter"),
        ("control.guardrails", "The chatbot does not use any guardrails"),
        ("control.human-oversight", "AI weapons do not need human oversight, a general says"),
        ("control.provenance", "Generated images are not watermarked"),
        ("control.labelling", "The clip carries no AI label"),
        ("control.labelling", "The chatbot does not include a disclaimer"),
    ],
)
def test_the_lack_of_a_control_is_told(house, facet, title):
    assert facet in house(title)


def test_a_lack_of_consent_counts_as_much_as_consent():
    keywords = Keywords(Taxonomy.load(["house@1"]))

    def score(text):
        (found,) = [t for t in keywords.tag([item("A chatbot", text)]) if t.tag == "house@1:hazard.privacy"]
        return found.score

    given = score("Personal data trains the chatbot, and it asks for consent.")
    assert score("Personal data trains the chatbot, and it does not require consent.") == given
    assert score("Personal data trains the chatbot, and it is sold.") < given


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

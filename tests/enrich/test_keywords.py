import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tag_samples import item

from trendwatch.enrich.taggers._forms import fold, forms, lower, spread
from trendwatch.enrich.taggers.keywords import Keywords
from trendwatch.enrich.taxonomy import Taxonomy, available


@pytest.fixture(scope="module")
def keywords():
    return Keywords(Taxonomy.load(available()))


def tags(keywords, title, text=""):
    return {t.tag: t for t in keywords.tag([item(title, text)])}


def test_a_word_earns_the_tags_of_every_framework_it_is_lent_to(keywords):
    found = tags(keywords, "Prompt injection in a mail assistant")
    assert {"house@1:attack.prompt-injection", "owasp-llm@2026:LLM01", "owasp-llm@2025:LLM01"} <= set(found)


def test_evidence_is_the_characters_that_earned_the_tag(keywords):
    found = tags(keywords, "Ein Fall", "Über uns — first line.\n\nA chatbot was fooled by “prompt\ninjection”.")
    (quote,) = found["owasp-llm@2026:LLM01"].evidence
    assert (quote.field, quote.quote) == ("text", "prompt\ninjection")


@pytest.mark.parametrize("form", ["jailbreak", "Jailbreaks", "JAILBREAKING", "jail-break", "jail break", "jailbroken"])
def test_forms_of_a_word_are_found(keywords, form):
    assert "house@1:attack.jailbreak" in tags(keywords, f"A new {form} of a language model")


def test_a_word_is_found_whole_or_not_at_all(keywords):
    assert "house@1:hazard.fraud" not in tags(keywords, "Scampi recipes by a chatbot")


@pytest.mark.parametrize("start", ["No evidence of", "Not a", "Unlike", "A chatbot without"])
def test_what_is_denied_earns_nothing(keywords, start):
    assert "house@1:attack.jailbreak" not in tags(keywords, f"{start} jailbreak")


def test_a_word_in_another_sense_is_not_taken(keywords):
    assert "house@1:hazard.manipulation" not in tags(
        keywords, "Robot manipulation of users' objects with AI: manipulative grasping"
    )
    assert "house@1:hazard.bias" not in tags(keywords, "The inductive bias of neural networks")


def test_a_hazard_without_any_ai_is_not_tagged(keywords):
    assert "house@1:hazard.fraud" not in tags(keywords, "Bank warns of fraud by letter")
    assert "house@1:hazard.fraud" in tags(keywords, "Bank warns of fraud by chatbot")


def test_a_passing_mention_far_down_is_not_the_matter(keywords):
    text = "A chatbot books journeys for its users in many towns. " * 12 + "One note speaks of a jailbreak too."
    assert "house@1:attack.jailbreak" not in tags(keywords, "A chatbot for journeys", text)


def test_hints_alone_earn_nothing(keywords):
    assert "house@1:attack.agent-hijack" not in tags(keywords, "Agents and agentic tool use with multi-step plans")


def test_an_ambiguous_name_needs_its_context(keywords):
    assert "house@1:actor.meta" not in tags(keywords, "Meta Learning for robots")
    assert "house@1:actor.meta" in tags(keywords, "Meta sued over its chatbot")
    assert "house@1:actor.apple" not in tags(keywords, "Apple harvest begins")
    assert "house@1:actor.anthropic" not in tags(keywords, "Claude Monet at the museum")
    assert "house@1:actor.anthropic" in tags(keywords, "Claude and GPT compared: two language models")


def test_a_name_keeps_its_case(keywords):
    assert "house@1:jurisdiction.us" not in tags(keywords, "Tell usa lot about it")
    assert "house@1:actor.nist" not in tags(keywords, "a nist of words")
    assert "house@1:actor.nist" in tags(keywords, "NIST asks for comments")


def test_the_longest_name_wins(keywords):
    found = tags(keywords, "New York Times reports on West Virginia")
    assert "house@1:jurisdiction.us-wv" in found
    assert "house@1:jurisdiction.us-va" not in found
    assert "house@1:jurisdiction.us-ny" not in found


def test_a_title_weighs_more_than_a_lead(keywords):
    in_title = tags(keywords, "Deepfakes spread")["house@1:attack.deepfake"].score
    in_lead = tags(keywords, "News", "Deepfakes spread.")["house@1:attack.deepfake"].score
    assert in_title > in_lead


def test_folding_keeps_every_place():
    text = "İstanbul’s “AI–Act”\u00a0№ 5\n— ﬁnal ß"
    assert len(lower(fold(text))) == len(text)


def test_hyphens_and_spellings_are_spread():
    assert set(spread("deep-fake")) == {"deep fake", "deepfake"}
    assert {"hallucinating", "hallucinations"} <= forms("hallucination")
    assert "memorisation" in forms("memorization")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["Prompt", "injection", "no", "İ", "deep-fake", "OpenAI", "—", "\n", "CSAM", "AI", "“x”", "é"]))
)
def test_every_quote_is_the_items_own_text(words):
    keywords = _SHARED
    entry = item(" ".join(words[:5]), " ".join(words))
    for tagging in keywords.tag([entry]):
        assert tagging.evidence
        for quote in tagging.evidence:
            assert getattr(entry, quote.field)[quote.start : quote.end] == quote.quote != ""


_SHARED = Keywords(Taxonomy.load(["house@1"]))


def test_an_items_tags_depend_on_that_item_alone(keywords):
    one, other = item("Deepfake of a mayor"), dataclasses.replace(item("Jailbreak of a chatbot"), id="i2")
    together = keywords.tag([one, other])
    assert together == keywords.tag([one]) + keywords.tag([other])

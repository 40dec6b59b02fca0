"""What is about the safety of generative AI and what is not, with the words that say so. Every text is made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from trendwatch.enrich import relevance_model
from trendwatch.enrich import relevance_words as words
from trendwatch.enrich.embed import load, text_of
from trendwatch.enrich.relevance import NOTHING, RELEVANT, Judge, clear_noise
from trendwatch.model import Item

AT = datetime(2026, 1, 12, tzinfo=UTC)


def item(title, text="", doctype="news", ident="i1"):
    return Item(
        id=ident, source="example", doctype=doctype, url="https://example.org/1", canonical_url="", title=title, text=text,
        raw_title="", raw_html="", published_at=AT, date_note="", first_seen_at=AT,
    )  # fmt: skip


@pytest.fixture(scope="module")
def judge():
    embedder = load()
    judge = Judge(embedder)
    return lambda *items: judge.judge(items, embedder.encode([text_of(i) for i in items]), {})


RELEVANT_ITEMS = [
    item("Chatbot told teenager how to hide self-harm from her parents"),
    item("Cloned voice of mayor used in phone scam, police say: deepfake calls on the rise"),
    item("Lawyer sanctioned after ChatGPT invented court rulings"),
    item("Harborland SB 21 (Introduced): Companion chatbots; protection of minors", doctype="regulation"),
    item(
        "Many-Turn Jailbreaks of Aligned Language Models",
        "We show that large language models with safety training still give harmful answers after many turns, and propose a guardrail.",
        doctype="paper",
    ),
    item(
        "Prompt Injection in Browsing Agents",
        "LLM agents that read pages obey hidden instructions. We measure attacks that exfiltrate private data, and defences.",
        doctype="paper",
    ),
]
OFF_TOPIC_ITEMS = [
    item("Robotaxi blocks a fire engine for ten minutes"),
    item("Car maker recalls 20,000 vans for the safety of passengers"),
    item("Self-Regulatory Organizations; Example Exchange; Notice of Filing of a Proposed Rule Change", doctype="regulation"),
    item("v2.4.1", "Bug fixes and performance improvements.", doctype="post"),
    item("How a florist plans bouquets with our assistant", "A customer story.", doctype="post"),
    item(
        "Whole-Body Control for Legged Robots",
        "We train a robot to walk on rough ground by reinforcement learning with a learned model of the terrain.",
        doctype="paper",
    ),
    item(
        "Faster Decoding of Large Language Models with Draft Trees",
        "We speed up inference by speculative decoding and report throughput on reasoning benchmarks.",
        doctype="paper",
    ),
    item("City museum reopens after four years"),
]


@pytest.mark.parametrize("given", RELEVANT_ITEMS, ids=lambda i: i.title[:40])
def test_risks_of_generative_ai_are_relevant(judge, given):
    (found,) = judge(given)
    assert (found.verdict, found.score >= RELEVANT) == ("relevant", True)


@pytest.mark.parametrize("given", OFF_TOPIC_ITEMS, ids=lambda i: i.title[:40])
def test_other_meanings_of_the_words_are_off_topic(judge, given):
    (found,) = judge(given)
    assert (found.verdict, found.score < RELEVANT) == ("off-topic", True)


@pytest.mark.parametrize("title", ["Introducing Gemini 9", "GPT-9.1", "Claude Opus 9 is here"])
def test_the_bare_release_of_a_frontier_model_is_context(judge, title):
    (found,) = judge(item(title, "It writes better code.", doctype="post"))
    assert found.verdict == "context"


@pytest.mark.parametrize("title", ["Using GPT-9 in the editor", "How we built search with Claude Opus 9"])
def test_the_use_of_a_model_is_no_release(judge, title):
    (found,) = judge(item(title, "", doctype="post"))
    assert found.verdict == "off-topic"


def test_evidence_stands_at_its_place_and_does_not_overlap(judge):
    for given, found in zip(RELEVANT_ITEMS, judge(*RELEVANT_ITEMS), strict=True):
        assert found.evidence
        for e in found.evidence:
            assert getattr(given, e.field)[e.start : e.end] == e.quote
        spans = sorted((e.field, e.start, e.end) for e in found.evidence)
        assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans))


def test_a_reason_names_the_words_of_the_evidence(judge):
    for found in judge(*RELEVANT_ITEMS):
        assert found.reason.startswith("Speaks of ")
        assert found.reason.count(".") >= 1
        assert any(f"“{e.quote}”" in found.reason for e in found.evidence)


def test_nothing_is_relevant_that_names_no_ai(judge):
    text = "Harmful scams, fraud and disinformation rise; victims, courts and regulators warn of danger to children."
    (found,) = judge(item("Fraud, scams and disinformation harm children", text))
    assert found.score <= 0.4
    assert found.reason == "Names no AI."


@pytest.mark.parametrize("given", RELEVANT_ITEMS, ids=lambda i: i.title[:40])
def test_no_item_about_risks_of_ai_is_clear_noise(given):
    assert not clear_noise(given)


def test_clear_noise_names_neither_ai_nor_a_risk():
    assert clear_noise(item("City museum reopens after four years", "Visitors queue for tickets."))
    assert not clear_noise(item("City museum hangs paintings by AI"))
    assert not clear_noise(item("Fake paintings deceive the museum"))
    assert clear_noise(item(""))


def test_clear_noise_is_off_topic_whatever_its_vector(judge):
    museum = item("City museum reopens after four years", "Visitors queue for tickets.")
    (found,) = judge(museum)
    assert (found.verdict, found.reason) == ("off-topic", NOTHING)
    embedder = load()
    assert Judge(embedder).judge([museum], np.zeros((1, embedder.dimension), np.float32), {}) == [found]


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        ("Le musée rouvre", "Les visiteurs font la queue.", "fr"),
        ("博物馆重新开放", "", ""),
        ("Introducing o9", "It writes better code.", "en"),
    ],
    ids=["another language", "another script", "a release"],
)
def test_what_words_cannot_rule_out_is_no_clear_noise(title, text, language):
    assert not clear_noise(replace(item(title, text, doctype="post"), language=language))


NEARLY = [
    "An inductive bias of towns",
    "National security and a bias",
    "Social security, homeland security",
    "AI",
    "Road safety",
    "A patient safety board; it is safe",
    "",
]


@pytest.mark.parametrize("title", NEARLY)
def test_the_quick_look_says_what_the_long_one_says(title):
    given = item(title, "Road safety and fire safety.")
    told = any(f.group in words.SUBJECTS or f.group in words.RISKY for f in words.find(given))
    assert words.speaks(given) == told


def test_an_items_result_does_not_depend_on_its_neighbours(judge):
    together = judge(*RELEVANT_ITEMS, *OFF_TOPIC_ITEMS)
    alone = [judge(i)[0] for i in (*RELEVANT_ITEMS, *OFF_TOPIC_ITEMS)]
    assert [(r.verdict, r.evidence, r.reason) for r in together] == [(r.verdict, r.evidence, r.reason) for r in alone]
    assert [r.score for r in together] == pytest.approx([r.score for r in alone], abs=1e-4)


class OtherModel:
    """An embedder of another space."""

    model_id = "another-model"
    dimension = 8

    def encode(self, texts, progress=None):
        del progress
        return np.ones((len(texts), 8), dtype=np.float32)


def test_another_embedding_model_is_judged_by_words_alone():
    other = Judge(OtherModel())
    first, second = OtherModel().encode(["a"]), np.zeros((1, 8), dtype=np.float32)
    given = [RELEVANT_ITEMS[2]]
    assert other.judge(given, first, {}) == other.judge(given, second, {})
    assert other.judge(given, first, {})[0].verdict == "relevant"
    assert other.fingerprint != Judge(load()).fingerprint


def test_an_empty_item_is_off_topic(judge):
    (found,) = judge(item(""))
    assert (found.verdict, found.evidence, found.reason) == ("off-topic", (), NOTHING)


@pytest.mark.parametrize(
    ("url", "sort"),
    [
        ("https://www.aisi.gov.uk/blog/1", "safety"),
        ("https://red.anthropic.com/2026", "safety"),
        ("https://www.anthropic.com/news/1", "lab"),
        ("https://notopenai.com/", ""),
        ("https://openai.com.example.org/", ""),
        ("", ""),
    ],
)
def test_publishers_whose_subject_is_ai_are_known_by_their_host(url, sort):
    assert words.publisher(replace(item("Title"), url=url)) == sort


def test_what_ai_is_the_only_subject_of_need_not_be_named_there(judge):
    told = item("Our approach to evaluations of safeguards against misuse", doctype="post")
    of_institute = replace(told, canonical_url="https://www.aisi.gov.uk/blog/safeguards")
    elsewhere, there = judge(told, of_institute)
    assert elsewhere.score <= 0.4
    assert there.verdict == "relevant"
    assert there.reason.endswith("in a publication about AI.")
    assert there.evidence


def test_what_a_publisher_of_ai_writes_is_no_clear_noise():
    told = item("Progress this year", "We have grown.", doctype="post")
    assert clear_noise(told)
    assert not clear_noise(replace(told, url="https://www.aisi.gov.uk/blog/year"))


def test_terms_are_words_and_pairs_and_those_of_the_title_count_apart():
    found = relevance_model.terms(item("Fake voices", "A fake voice. Fake voices call."))
    assert found["t:fake"] == found["t:fake voices"] == 1
    assert found["fake"] == 3
    assert found["fake voices"] == 2
    assert found["voice fake"] == 1


def test_a_copy_of_a_point_is_judged_by_that_point():
    near = relevance_model.load().neighbours
    features, dimension = len(words.names()), 384
    assert near.points.shape == (len(near.coefficients), features + dimension)
    strongest = int(near.coefficients.argmax())
    point = near.points[strongest].astype(np.float64)
    at = near.decision((point[:features] / near.feature_scale), (point[features:] / near.vector_scale))
    away = near.decision(point[:features] / near.feature_scale + 100, point[features:] / near.vector_scale)
    assert away == pytest.approx(near.intercept)
    assert at > away


def words_of(title, group):
    given = item(title)
    return [words.quote(given, f) for f in words.find(given) if f.group == group]


def test_words_are_found_whole_in_their_forms_and_case():
    assert words_of("Jailbreaking and jail-break", "attack") == ["Jailbreaking"]
    assert words_of("Claude and claude", "named") == ["Claude"]
    assert words_of("AI said maintain", "ai") == ["AI"]
    assert words_of("red-team and red  teaming", "attack") == ["red-team", "red  teaming"]


def test_a_hidden_phrase_hides_the_words_inside():
    assert words_of("An inductive bias is no bias", "bias") == ["bias"]
    assert words_of("Catastrophic forgetting and national security", "security") == []


def test_features_are_as_many_as_their_names_and_read_only_the_lead():
    long = item("Title", "word " * 400 + "jailbreak")
    assert words.features(long, words.find(long)).shape == (len(words.names()),)
    assert words.find(long) == []


@pytest.mark.parametrize(
    "title",
    ["Intelligenza artificiale, multa del Garante", "Kunstmatige intelligentie misleidt kiezers", "Museet holder stengt"],
)
def test_a_short_headline_that_may_be_in_any_language_is_no_clear_noise(title):
    assert not clear_noise(item(title))


@pytest.mark.parametrize(
    "model_id", ["all-MiniLM-L6-v2#128:sentence-transformers", "all-MiniLM-L6-v2@main:sentence-transformers", "m"]
)
def test_vectors_of_another_making_are_not_looked_at(model_id):
    class Other:
        pass

    other = Other()
    other.model_id = model_id
    short = np.full((1, 128), 0.1, np.float32)
    one = item("Deepfake calls cheat tenants, the police say", "A cloned voice asked for deposits.")
    (told,) = Judge(other).judge([one], short, {})
    assert 0 <= told.score <= 1
    assert Judge(other).fingerprint != Judge(load()).fingerprint

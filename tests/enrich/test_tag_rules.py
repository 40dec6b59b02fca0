"""When words or meaning are enough for a tag, and when they are not."""

import pytest
from tag_samples import COUNTERED, WordsEmbedder, house_names, item, taxonomy

from trendwatch.enrich import tagging
from trendwatch.enrich.taggers.similarity import Similarity


@pytest.fixture
def mine(tmp_path):
    return taxonomy(tmp_path, COUNTERED)


def tags(entry, taxonomy):
    embedder = WordsEmbedder()
    found = tagging.tag([entry], embedder.encode([f"{entry.title} {entry.text}"]), taxonomy, embedder)
    return {t.tag: t for t in found["i1"]}


def test_a_word_in_a_list_of_examples_earns_nothing(mine):
    week = "Our week on an island was full and went by fast, with sails in view."
    listed = f"{week} There was much to do such as a regatta."
    assert "mine@1:boats" in tags(item("Holidays", f"{week} There was much to do at a regatta."), mine)
    assert "mine@1:boats" not in tags(item("Holidays", listed), mine)
    assert "mine@1:boats" in tags(item("Holidays", f"{listed} The regatta was long."), mine)
    assert "mine@1:boats" in tags(item("Holidays and a regatta", listed), mine)


def test_meaning_alone_is_enough_for_a_headline_but_not_for_a_long_text_that_has_no_word_for_it(mine):
    sea = "Ships and sails leave harbours at sea."
    assert "mine@1:boats" in tags(item("Harbours", sea), mine)
    assert "mine@1:boats" not in tags(item("Harbours", " ".join([sea] * 20)), mine)
    assert "mine@1:boats" in tags(item("Harbours", " ".join([sea] * 20) + " A rudder."), mine)


def test_an_item_nearer_to_a_counter_example_is_denied_the_category(mine):
    embedder = WordsEmbedder()
    similarity = Similarity(mine, embedder)
    paper, sea = embedder.encode(["Paper ships and sails, folded at school.", "Ships and sails leave harbours at sea."])
    column = similarity.numbers.index(similarity.tags.index("mine@1:boats"))
    assert similarity.denied(paper) == {column}
    assert similarity.denied(sea) == set()
    assert tags(item("Paper ships and paper sails, folded at school"), mine) == {}
    assert "mine@1:boats" not in {t.tag for t in similarity.tag([item("x")], paper[None, :] * 20)}
    assert "mine@1:boats" in {t.tag for t in similarity.tag([item("x")], sea[None, :] * 20)}


@pytest.fixture(scope="module")
def house():
    return house_names()


@pytest.mark.parametrize(
    ("facet", "title"),
    [
        ("modality.text", "Safety training of large language models"),
        ("modality.text", "LLMs leak what they were trained on"),
        ("modality.image", "Multimodal large language models answer harmful questions"),
        ("lifecycle.evaluation", "A benchmark of harmful questions for language models"),
        ("affected.women", "Newspaper regrets AI poll beside report of a woman's death"),
        ("hazard.hate", "AI data centre blamed for toxic emissions"),
        ("hazard.fraud", "Software finds waste, fraud and abuse in grants"),
        ("hazard.copyright", "University bans chatbots to prevent plagiarism"),
        ("hazard.bias", "Finetuning leaves biases in activations of neural networks"),
        ("attack.data-poisoning", "Tool poisoning of agents"),
    ],
)
def test_what_a_word_only_implies_is_left_off(house, facet, title):
    assert facet not in house(title)


@pytest.mark.parametrize(
    ("facet", "title"),
    [
        ("modality.text", "Chatbot talks customers into debts"),
        ("modality.text", "Detector of machine-generated text accuses pupils"),
        ("modality.multimodal", "Multimodal large language models answer harmful questions"),
        ("control.evaluation", "A benchmark of harmful questions for language models"),
        ("lifecycle.evaluation", "System card: red teaming of a model"),
        ("lifecycle.evaluation", "Models are tried out prior to deployment"),
        ("affected.women", "Women shown in nude deepfakes go to court"),
        ("hazard.hate", "Chatbot turns toxic"),
        ("hazard.fraud", "Fraud by cloned voices of an AI"),
        ("attack.data-poisoning", "Data poisoning of language models"),
    ],
)
def test_what_an_item_is_about_is_told(house, facet, title):
    assert facet in house(title)

import math

import numpy as np
import pytest
from tag_samples import MINE, WordsEmbedder, item, taxonomy

from trendwatch.enrich import head, tagging
from trendwatch.enrich.taggers.similarity import Similarity
from trendwatch.enrich.taxonomy import Taxonomy
from trendwatch.errors import TrendwatchError


@pytest.fixture
def mine(tmp_path):
    return taxonomy(tmp_path, MINE)


def run(items, taxonomy, embedder=None):
    embedder = embedder or WordsEmbedder()
    vectors = embedder.encode([f"{i.title} {i.text}" for i in items])
    return tagging.tag(items, vectors, taxonomy, embedder)


def test_words_earn_a_tag_and_are_quoted(mine):
    (found,) = run([item("A regatta of sails at sea")], mine)["i1"]
    assert (found.tag, found.tagger, found.evidence[0].quote) == ("mine@1:boats", "keywords", "regatta")


def test_meaning_alone_earns_a_tag_and_quotes_the_closest_sentence(mine):
    entry = item("Harbours and ships", "Nobody came. Sails and ships leave harbours at sea. We ate.")
    (found,) = run([entry], mine)["i1"]
    assert (found.tag, found.tagger) == ("mine@1:boats", "similarity")
    assert found.evidence[0].quote == "Sails and ships leave harbours at sea."


def test_an_item_about_nothing_of_the_kind_goes_without(mine):
    assert run([item("Taxes rise again", "The budget passed.")], mine) == {"i1": ()}


def test_one_word_in_passing_is_vetoed_by_meaning(mine):
    text = "Flour and ovens and dough for loaves. He saw a drizzle. Dough rests before ovens."
    assert [t.tag for t in run([item("Flour", text)], mine)["i1"]] == ["mine@1:bread"]


def test_sentences_are_embedded_only_for_tags_that_rest_on_meaning(mine):
    embedder = WordsEmbedder()
    run([item("A regatta", "It rained. We left.")], mine, embedder)
    before = embedder.encoded
    run([item("A regatta", "It rained. We left.")], mine, embedder)
    assert embedder.encoded - before == 1


def test_an_items_tags_depend_on_that_item_alone(mine):
    items = [
        item("A regatta of sails at sea", name="a"),
        item("Sourdough", "Flour and dough.", name="b"),
        item("Taxes", name="c"),
    ]
    together = run(items, mine)
    for entry in items:
        assert run([entry], mine)[entry.id] == together[entry.id]


def test_a_framework_gives_no_more_tags_than_its_cap():
    taxonomy = Taxonomy.load(["house@1"])
    title = "Chatbot: suicide, fraud, hate speech, bias, privacy, copyright, disinformation, deepfake nudes and bioweapons"
    found = run([item(title)], taxonomy)["i1"]
    hazards = [t for t in found if t.tag.startswith("house@1:hazard.")]
    assert 0 < len(hazards) <= tagging.CAP


def test_every_tag_has_evidence_within_the_item():
    taxonomy = Taxonomy.load(["house@1", "owasp-llm@2026"])
    entry = item(
        "OpenAI’s chatbot jailbroken in Italy", "A prompt injection — “indirect” — made it leak personal data of minors."
    )
    found = run([entry], taxonomy)["i1"]
    assert {"house@1:actor.openai", "house@1:jurisdiction.it", "owasp-llm@2026:LLM01"} <= {t.tag for t in found}
    for tagged in found:
        assert 0 < tagged.score <= 1
        assert tagged.evidence
        for quote in tagged.evidence:
            assert getattr(entry, quote.field)[quote.start : quote.end] == quote.quote


def test_an_empty_item_has_no_tags_and_breaks_nothing(mine):
    assert run([item("", "")], mine) == {"i1": ()}


def test_a_taxonomy_of_names_only_has_no_meaning_to_compare(tmp_path):
    path = tmp_path / "names.yaml"
    path.write_text(
        'framework: names\nversion: "1"\ngazetteer:\n- facet: actor\n  definition: "Names {name}."\n  entries: {acme: Acme Labs}\n'
    )
    taxonomy = Taxonomy.load([], [path])
    assert [t.tag for t in run([item("Acme Labs opens")], taxonomy)["i1"]] == ["names@1:actor.acme"]
    assert Similarity(taxonomy, WordsEmbedder()).scores(np.zeros((2, 512), np.float32)).shape == (2, 0)


def test_the_fingerprint_is_stable():
    assert tagging.fingerprint() == tagging.fingerprint() != ""


def test_a_head_learns_labels_that_packs_do_not_know(mine, tmp_path):
    embedder = WordsEmbedder()
    titles = [
        "red apple pie",
        "red apple cake",
        "red apple tart",
        "red apple jam",
        "blue sky",
        "blue sky wide",
        "blue sky far",
        "blue lake",
    ]
    items = [item(t, name=t) for t in titles]
    given = head.features(items, embedder.encode(titles), mine, embedder)
    learned = head.train([{"fruit"} if "apple" in t else {"view"} for t in titles], given)
    learned.save(tmp_path / "head.npz")
    again = head.Head.load(tmp_path / "head.npz")
    scores = again.scores(head.features([item("apple")], embedder.encode(["apple"]), mine, embedder))
    assert again.labels == ("fruit", "view")
    assert scores[0, 0] > 0.5 > scores[0, 1]


def test_a_head_keeps_the_packs_word_for_their_own_tags(mine):
    embedder = WordsEmbedder()
    titles = [*(f"red thing {n}" for n in range(4)), *(f"blue thing {n}" for n in range(4))]
    given = head.features([item(t, name=t) for t in titles], embedder.encode(titles), mine, embedder)
    tag = "mine@1:boats"
    heads = {label: head.train([{label} if "red" in t else set() for t in titles], given) for label in (tag, "unknown")}

    def logit(label, title):
        score = float(heads[label].scores(head.features([item(title)], embedder.encode([title]), mine, embedder))[0, 0])
        return math.log(score / (1 - score))

    for title in ("Harbours and ships", "A regatta", "green field"):
        support = tagging.supports(item(title), embedder.encode([title])[0], mine, embedder).get(tag)
        assert logit(tag, title) - logit("unknown", title) == pytest.approx(
            head.OWN * (support.total if support else 0), abs=1e-3
        )
    assert logit(tag, "A regatta") > logit("unknown", "A regatta") + 0.3


def test_a_head_says_what_is_wrong_with_it(mine, tmp_path):
    embedder = WordsEmbedder()
    items = [item("a"), item("b")]
    given = head.features(items, embedder.encode(["a", "b"]), mine, embedder)
    with pytest.raises(TrendwatchError, match="nothing to learn"):
        head.train([{"x"}, {"y"}], given)
    path = tmp_path / "head.npz"
    path.write_text("no")
    with pytest.raises(TrendwatchError, match="not a head"):
        head.Head.load(path)
    learned = head.Head(labels=("x",), tags=given.tags, weights=np.zeros((1, 3), np.float32), bias=np.zeros(1, np.float32))
    with pytest.raises(TrendwatchError, match="train it again"):
        learned.scores(given)

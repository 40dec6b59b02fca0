"""What names neither AI nor a risk is not embedded, and is an item like any other in all else."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from storage_samples import NOW, a_visit, an_item

from trendwatch import config
from trendwatch.collect import normalise
from trendwatch.enrich import stories
from trendwatch.enrich.relevance import NOTHING
from trendwatch.model import Query
from trendwatch.pipeline._enriching import Recipe, _embed, embed_lacking, enrich, judge_lacking, survey
from trendwatch.pipeline._grouping import grouped
from trendwatch.search import search
from trendwatch.storage import connect

DAY = timedelta(days=1)


class Embedder:
    """Puts every text in one place, and remembers which texts it was given."""

    model_id, dimension = "m", 2

    def __init__(self):
        self.given = []

    def encode(self, texts, progress=None):
        self.given += texts
        return np.tile(np.float32([0.6, 0.8]), (len(texts), 1))

    def query(self, words):
        return self.encode([words])[0]


def entry(n, title, text="It was told on Monday to all who had come.", **changes):
    item = an_item(n, **{"title": title, "text": text, "raw_title": title, "raw_html": text, "language": "en"} | changes)
    return replace(item, content_hash=normalise.content_hash(item.title, item.text))


MUSEUM = entry(1, "City museum reopens", "Visitors queue for tickets. The café has new chairs.")
SCAM = entry(2, "Deepfake calls cheat tenants", "A cloned voice asked for deposits, the police say.")


@pytest.fixture
def store():
    with connect("sqlite://") as opened:
        opened.add_visit(a_visit(), [MUSEUM, SCAM])
        yield opened


@pytest.fixture
def setting(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text(
        "sources: [{name: example-lab, kind: feed, url: https://lab.example.org/feed}]\n"
        f"store: sqlite:///{tmp_path / 'archive.db'}\ntaxonomies: [dsa@1]\n"
    )
    return config.load(path, {})


def asked(embedder):
    return [text.splitlines()[0] for text in embedder.given]


def test_it_is_not_embedded_and_lacks_nothing(store):
    embedder = Embedder()
    assert embed_lacking(store, embedder) == 1
    assert asked(embedder) == [SCAM.title]
    assert store.lacking_vectors("m") == []
    assert not store.vectors("m", [MUSEUM.content_hash]).any()


def test_it_is_stored_counted_and_judged_with_a_reason(store, setting):
    done = enrich(setting, store, now=NOW + DAY)
    assert (done.embedded, done.judged, store.counts()["items"]) == (1, 2, 2)
    judged = store.judgements()[MUSEUM.id]
    assert (judged.relevance.verdict, judged.relevance.reason, judged.taggings) == ("off-topic", NOTHING, ())


def test_it_is_found_by_its_words(store):
    embedder = Embedder()
    embed_lacking(store, embedder)
    by_words = search(store, embedder, Query(words="museum tickets"))
    assert MUSEUM.id in {hit.item.id for hit in by_words}
    by_meaning = search(store, embedder, Query(words="zebra"))
    assert {hit.item.id for hit in by_meaning} == {SCAM.id}


@pytest.mark.parametrize("language", ["de", "und"])
def test_a_text_whose_words_we_do_not_know_is_embedded(store, language):
    foreign = entry(3, "Die Mühle steht still", "Das Rad ist im Eis festgefroren, und niemand löst es.", language=language)
    store.add_visit(a_visit(minutes=1), [foreign])
    assert embed_lacking(store, Embedder()) == 2


def test_an_edit_that_names_ai_has_it_embedded(store):
    embed_lacking(store, Embedder())
    edited = replace(MUSEUM, title="City museum hangs paintings by AI")
    edited = replace(edited, content_hash=normalise.content_hash(edited.title, edited.text))
    store.add_visit(a_visit(minutes=1), [edited])
    embedder = Embedder()
    assert embed_lacking(store, embedder) == 1
    assert asked(embedder) == [edited.title]


def test_what_was_noise_by_earlier_words_is_embedded_when_it_is_judged_anew(store, setting):
    embedder = Embedder()
    store.put_vectors("m", [MUSEUM.content_hash, SCAM.content_hash], np.zeros((2, 2), np.float32))
    assert embed_lacking(store, embedder) == 0
    judge_lacking(setting, store, embedder)
    assert [t for t in asked(embedder) if t in (MUSEUM.title, SCAM.title)] == [SCAM.title]
    assert store.vectors("m", [SCAM.content_hash]).any()


def test_what_was_embedded_by_earlier_words_is_judged_and_grouped_as_if_it_had_not_been(store, setting):
    embedder = Embedder()
    twin = entry(4, "Town museum opens again", "Visitors queue for tickets. The café has red chairs.", source="daily")
    store.add_visit(a_visit(source="daily", minutes=1), [twin])
    store.put_vectors("m", [i.content_hash for i in (MUSEUM, twin)], embedder.encode(["", ""]))
    embed_lacking(store, embedder)
    judge_lacking(setting, store, embedder)
    old = grouped(setting, survey(setting, store, embedder, now=NOW + DAY))
    with connect("sqlite://") as fresh:
        fresh.add_visit(a_visit(), [MUSEUM, SCAM])
        fresh.add_visit(a_visit(source="daily", minutes=1), [twin])
        embed_lacking(fresh, embedder)
        judge_lacking(setting, fresh, embedder)
        new = grouped(setting, survey(setting, fresh, embedder, now=NOW + DAY))
    assert (old.stories, old.duplicates, old.judgements) == (new.stories, new.duplicates, new.judgements)


def test_the_same_page_from_two_sources_is_still_one_document(store, setting):
    copy = replace(MUSEUM, id="c" * 16, source="daily", title="City museum reopens on Monday")
    copy = replace(copy, content_hash=normalise.content_hash(copy.title, copy.text))
    store.add_visit(a_visit(source="daily", minutes=1), [copy])
    enrich(setting, store, now=NOW + DAY)
    assert {frozenset((d.item_id, d.of_id)) for d in store.duplicates().values()} == {frozenset((MUSEUM.id, copy.id))}
    assert len(store.stories()) == 2


def test_a_judgement_of_it_depends_on_it_alone(setting):
    embedder = Embedder()
    recipe = Recipe(setting, embedder)
    zeros = np.zeros((1, 2), np.float32)
    (alone,) = recipe.judge([MUSEUM], zeros)
    together = recipe.judge([SCAM, MUSEUM], np.vstack([embedder.encode(["x"]), zeros]))
    assert together[1] == alone


def test_the_stories_of_others_do_not_depend_on_it():
    reports = [
        entry(
            10 + n,
            f"Cloned voice of {who} cheats tenants in {where}",
            f"Tenants in {where} were called by a cloned voice of {who}.",
        )
        for n, (who, where) in enumerate(
            (w, p) for w in ("Ada Quill", "Bo Marsh") for p in ("Harborland", "Norwick", "Eastmere")
        )
    ]
    near = np.random.default_rng(0).normal(size=(len(reports), 32)).astype(np.float32)
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    noise = [entry(50 + n, f"Museum number {n} reopens") for n in range(20)]
    told = stories.group(reports, near, [], {})
    together = stories.group([*noise, *reports], np.vstack([np.zeros((20, 32), np.float32), near]), [], {})
    single = [s for s in together if set(s.item_ids) & {i.id for i in noise}]
    assert [len(s.item_ids) for s in single] == [1] * 20
    assert {s.item_ids for s in together} - {s.item_ids for s in single} == {s.item_ids for s in told}


def test_a_text_that_another_item_has_embedded_keeps_its_vector(store):
    embedder = Embedder()
    store.put_vectors("m", [MUSEUM.content_hash], np.float32([[0.6, 0.8]]))
    _embed(store, embedder, [MUSEUM])
    assert store.vectors("m", [MUSEUM.content_hash]).any()
    assert embedder.given == []

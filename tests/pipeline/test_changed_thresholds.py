"""Thresholds of sources.yaml reach the steps; what is derived follows them, and nothing is embedded again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from storage_samples import NOW, a_visit, an_item

from trendwatch import config
from trendwatch.collect import normalise
from trendwatch.enrich import embed
from trendwatch.model import Thresholds
from trendwatch.pipeline import embedder_of, enrich
from trendwatch.pipeline._enriching import Recipe, judge_lacking
from trendwatch.storage import connect

DAY = timedelta(days=1)
TOLD = (
    "The council said on Monday that a cloned voice of its treasurer, made with AI, had called many residents of the town. Each was "
    "asked to buy gift cards for a charity run."
)
PACK = """
framework: mine
version: "1"
title: Mine
verified: own
entries:
- {id: voices, name: Impersonation, definition: "Someone pretends to be another person on the phone.", words: [spoofing], examples: ["A caller sounded like the mayor, and was not."]}
- {id: bread, name: Bread, definition: "Flour, ovens and dough for loaves.", words: [sourdough], examples: ["Dough rests before the ovens."]}
- {id: chess, name: Chess, definition: "Boards, pawns and bishops.", words: [chess], examples: ["Bishops take pawns on boards."]}
- {id: rain, name: Rain, definition: "Clouds, storms and umbrellas.", words: [drizzle], examples: ["Storms and clouds break umbrellas."]}
"""


def entry(n, title, text, **changes):
    item = an_item(n, **{"title": title, "text": text, "raw_title": title, "raw_html": text, "language": "en"} | changes)
    return replace(item, content_hash=normalise.content_hash(item.title, item.text))


FIRST = entry(1, "Voice fools residents", f"{TOLD} Two complied before the police came to their doors and told them to stop.")
AGAIN = entry(
    2,
    "Residents fooled by voice",
    f"{TOLD} An investigator blames a recording of some public hearing in the spring.",
    source="daily",
)


@pytest.fixture
def store():
    with connect("sqlite://") as opened:
        opened.add_visit(a_visit(), [FIRST])
        opened.add_visit(a_visit(source="daily", minutes=1), [AGAIN])
        yield opened


@pytest.fixture
def setting(tmp_path):
    """A configuration with these thresholds."""
    (tmp_path / "mine.yaml").write_text(PACK)

    def written(thresholds=""):
        path = tmp_path / "sources.yaml"
        path.write_text(
            "sources: [{name: example-lab, kind: feed, url: https://lab.example.org/feed}]\n"
            f"taxonomies: []\npacks: [mine.yaml]\nembedding: {{thresholds: {{{thresholds}}}}}\n"
        )
        return config.load(path, {})

    return written


def given(store):
    return {tagging.tag for judged in store.judgements().values() for tagging in judged.taggings}


def test_a_lower_cosine_in_the_file_joins_two_documents_and_a_higher_one_parts_them_again(store, setting):
    enrich(setting(), store, now=NOW + DAY)
    assert store.duplicates() == {}
    done = enrich(setting("duplicate: 0.5"), store, now=NOW + DAY)
    assert (done.embedded, done.judged, done.duplicates) == (0, 0, 1)
    assert {d.layer for d in store.duplicates().values()} == {"embedding"}
    enrich(setting(), store, now=NOW + DAY)
    assert store.duplicates() == {}


def test_what_is_too_old_for_a_story_is_parted_as_well(store, setting):
    late = NOW + 100 * DAY
    enrich(setting("duplicate: 0.5"), store, now=late)
    assert len(store.duplicates()) == 1
    enrich(setting(), store, now=late)
    assert store.duplicates() == {}


def test_stories_follow_their_threshold(store, setting):
    assert enrich(setting("story: 20"), store, now=NOW + DAY).stories == 2
    done = enrich(setting("story: 0"), store, now=NOW + DAY)
    assert (done.embedded, done.judged, done.stories) == (0, 0, 1)
    assert len(store.stories()) == 1


def test_a_changed_threshold_of_tags_judges_anew_once_and_embeds_no_text_again(store, setting):
    strict, lax = setting("tag: 20"), setting("tag: 1")
    enrich(strict, store, now=NOW + DAY)
    assert given(store) == set()
    vectors = store.vectors(embedder_of(lax).model_id, [FIRST.content_hash, AGAIN.content_hash])
    done = enrich(lax, store, now=NOW + DAY)
    assert (done.embedded, done.judged) == (0, 2)
    assert "mine@1:voices" in given(store)
    assert (store.vectors(embedder_of(lax).model_id, [FIRST.content_hash, AGAIN.content_hash]) == vectors).all()
    assert enrich(lax, store, now=NOW + DAY).judged == 0


def test_thresholds_that_a_judgement_does_not_ask_leave_it_alone(store, setting):
    embedder = embed.load()
    plain, other = setting(), setting("duplicate: 0.8, story: 3, search: 0.4")
    assert Recipe(plain, embedder).key == Recipe(other, embedder).key != Recipe(setting("tag: 4"), embedder).key
    assert enrich(plain, store, now=NOW + DAY).judged == 2
    assert judge_lacking(other, store, embedder) == 0


def test_written_out_the_defaults_change_nothing(setting):
    usual = Thresholds()
    written = setting(f"duplicate: {usual.duplicate}, story: {usual.story}, tag: {usual.tag}, search: {usual.search}")
    embedder = embed.load()
    assert Recipe(written, embedder).key == Recipe(setting(), embedder).key
    assert written.thresholds == setting().thresholds == usual

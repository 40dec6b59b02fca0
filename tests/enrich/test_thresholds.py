"""From where on texts count as alike: each step takes the figure of the model that made its vectors."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tag_samples import HINTED, WordsEmbedder, item, taxonomy

from trendwatch.enrich import duplicates, stories, tagging
from trendwatch.model import Thresholds

HOUR = timedelta(hours=1)
TOLD = (
    "The council said on Monday that a cloned voice of its treasurer had called many residents of the town. Each was asked to buy "
    "gift cards for a charity run."
)


@pytest.fixture
def mine(tmp_path):
    return taxonomy(tmp_path, HINTED)


def report(number, title, text):
    one = item(title, text, name=f"{number:016x}")
    return replace(one, source=f"source-{number}", url="", canonical_url="", first_seen_at=one.first_seen_at + number * HOUR)


def at(cosine):
    """Two unit vectors that far apart."""
    return np.float32([[1, 0], [cosine, np.sqrt(1 - cosine**2)]])


def test_a_lower_cosine_makes_one_document_of_what_the_packaged_models_leaves_two():
    pair = [
        report(1, "Voice fools residents", f"{TOLD} Two complied before the police came to their doors and told them to stop."),
        report(
            2, "Residents fooled by voice", f"{TOLD} An investigator blames a recording of some public hearing in the spring."
        ),
    ]
    assert duplicates.find(pair, at(0.9)) == []
    (only,) = duplicates.find(pair, at(0.9), same_meaning=0.88)
    assert (only.layer, only.reason) == ("embedding", "cosine 0.900, same numbers and names")
    assert duplicates.find(pair, at(0.96)) == duplicates.find(pair, at(0.96), same_meaning=Thresholds().duplicate) != []
    assert duplicates.find(pair, at(0.96), same_meaning=0.97) == []


def test_a_higher_threshold_of_stories_keeps_apart_what_a_lower_one_joins():
    chance = np.random.default_rng(3)
    items, rows = [], []
    for event in range(30):
        centre = chance.normal(size=64)
        for copy in range(4):
            items.append(report(event * 10 + copy, f"event{event} named{copy}", f"event{event} told{event} by{copy} all{copy}"))
            rows.append(centre + 0.8 * chance.normal(size=64))
    vectors = np.float32(rows) / np.linalg.norm(rows, axis=1, keepdims=True).astype(np.float32)
    sizes = {z: max(len(s.item_ids) for s in stories.group(items, vectors, [], {}, threshold=z)) for z in (3.0, 4.8, 20.0)}
    assert sizes[20.0] == 1 < sizes[3.0]
    assert stories.group(items, vectors, [], {}, threshold=4.8) == stories.group(items, vectors, [], {})


def tags(entry, taxonomy, certain):
    embedder = WordsEmbedder()
    found = tagging.tag([entry], embedder.encode([entry.title]), taxonomy, embedder, certain=certain)
    return {t.tag: t.score for t in found["i1"]}


def deviations(entry, taxonomy):
    """Of its strongest category."""
    embedder = WordsEmbedder()
    return float(tagging.measured([entry], embedder.encode([entry.title]), taxonomy, embedder).meaning.max())


def test_meaning_alone_earns_a_tag_from_where_its_model_is_certain(mine):
    entry = item("Harbours and ships")
    reached = deviations(entry, mine)
    assert "mine@1:boats" in tags(entry, mine, reached * 0.98)
    assert "mine@1:boats" not in tags(entry, mine, reached * 1.02)


def test_with_a_hint_five_sevenths_of_it_are_enough_whatever_the_model(mine):
    entry = item("Rudder of ships")
    asked = deviations(entry, mine) * 7 / 5
    assert "mine@1:boats" in tags(entry, mine, asked * 0.98)
    assert "mine@1:boats" not in tags(entry, mine, asked * 1.02)


def test_a_tag_that_is_just_certain_scores_the_same_whatever_the_model(mine):
    near, far = item("Harbours and ships"), item("Sails leave the harbours")
    assert deviations(near, mine) != pytest.approx(deviations(far, mine), rel=0.1)
    assert tags(near, mine, deviations(near, mine) * 0.9999) == pytest.approx(
        tags(far, mine, deviations(far, mine) * 0.9999), abs=0.001
    )


def test_the_recipe_of_tags_changes_with_the_threshold_alone():
    assert tagging.fingerprint() == tagging.fingerprint(Thresholds().tag) != tagging.fingerprint(4.1)

import pytest

from trendwatch.enrich.taxonomy import Taxonomy, available
from trendwatch.errors import ConfigError

MINE = """
framework: mine
version: "1"
title: Mine
verified: own
entries:
- id: voice
  name: Cloned voices
  definition: Calls with cloned voices.
  from: ["house@1:attack.voice-clone"]
  crosswalk: ["owasp-llm@2026:LLM07"]
"""


@pytest.fixture(scope="module")
def everything():
    return Taxonomy.load(available())


def test_every_shipped_pack_loads_and_every_entry_explains_itself(everything):
    assert {t.partition(":")[0] for t in everything.categories} == set(available())
    for category in everything.categories.values():
        assert category.name
        assert category.definition.endswith((".", ")")), category.tag
        if not category.named:
            assert category.words or category.sources, category.tag
            assert category.examples, category.tag
    for pack in everything.packs.values():
        assert all((pack.title, pack.date, pack.source, pack.verified)), pack.framework


def test_the_gazetteer_holds_at_least_400_names(everything):
    assert sum(c.named for c in everything.categories.values()) >= 400


def test_one_id_means_another_thing_in_another_version(everything):
    assert everything.infos["owasp-llm@2025:LLM03"].name == "Supply Chain"
    assert everything.infos["owasp-llm@2026:LLM03"].name == "Excessive Agency"
    assert "owasp-llm@2026:LLM04" in everything.infos["owasp-llm@2025:LLM03"].related


def test_frameworks_have_the_size_their_publishers_gave_them(everything):
    sizes = {name: len(pack.categories) for name, pack in everything.packs.items()}
    expected = {"nist-ai-600-1@2024": 12, "mlcommons-ailuminate@1.0": 12, "owasp-agentic@2026": 10, "mit-airisk@4": 24}
    assert {name: sizes[name] for name in expected} == expected


def test_the_crosswalk_is_mutual(everything):
    for tag, info in everything.infos.items():
        assert all(tag in everything.infos[other].related for other in info.related)


def test_the_ai_act_pack_says_when_a_practice_starts_to_apply(everything):
    assert everything.categories["eu-ai-act@2026:5.1.ba"].about["applies"] == "2026-12-02"


def test_a_facet_is_given_for_house_tags_only(everything):
    assert everything.infos["house@1:hazard.ncii"].facet == "hazard"
    assert everything.infos["house@1:jurisdiction.no"].name == "Norway"
    assert everything.infos["mit-airisk@4:4.3"].facet == ""


def test_a_user_pack_borrows_words_of_packs_that_are_not_shown(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(MINE)
    loaded = Taxonomy.load([], [path])
    assert list(loaded.categories) == ["mine@1:voice"]
    assert "cloned voice" in loaded.lenders["house@1:attack.voice-clone"].words


def test_a_changed_word_is_another_fingerprint(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(MINE)
    before = Taxonomy.load([], [path]).fingerprint
    path.write_text(MINE.replace("Calls with", "Calls by"))
    assert Taxonomy.load([], [path]).fingerprint != before


def test_an_unknown_pack_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"unknown 'owasp-llm@2031'.*owasp-llm@2026"):
        Taxonomy.load(["owasp-llm@2031"])


def test_every_mistake_of_a_pack_is_named_at_once(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(
        'framework: bad\nversion: "1"\ncolour: red\nentries:\n- {id: a, name: A}\n'
        "- {id: b, name: B, definition: B., wrods: [x]}\n- {id: c, name: C, definition: C., needs: nowhere}\n"
    )
    with pytest.raises(ConfigError) as caught:
        Taxonomy.load([], [path])
    text = str(caught.value)
    assert all(word in text for word in ("'colour'", "entry 1", "'wrods'", "'nowhere'"))


def test_a_reference_to_a_tag_that_does_not_exist_is_refused(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(MINE.replace("attack.voice-clone", "attack.voice-cloned"))
    with pytest.raises(ConfigError, match=r"voice-cloned"):
        Taxonomy.load([], [path])


def test_a_file_that_is_no_yaml_is_refused(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("framework: [")
    with pytest.raises(ConfigError, match="cannot be read"):
        Taxonomy.load([], [path])

import pytest
from tag_samples import item

from trendwatch.enrich.taggers._forms import forms, spread
from trendwatch.enrich.taggers.keywords import Keywords
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


def _categories(taxonomy):
    """All but names of places, actors and laws, which mean nothing by themselves."""
    return [c for c in taxonomy.categories.values() if not c.named]


def test_every_shipped_pack_loads_and_every_entry_explains_itself(everything):
    assert {t.partition(":")[0] for t in everything.categories} == set(available())
    for category in everything.categories.values():
        assert category.name
        assert category.definition.endswith((".", ")")), category.tag
    for pack in everything.packs.values():
        assert all((pack.title, pack.date, pack.source, pack.verified)), pack.framework


def test_every_category_has_words_examples_and_what_it_is_not(everything):
    for category in _categories(everything):
        assert category.words or category.hints or category.sources, category.tag
        assert category.examples, category.tag
        assert category.counter_examples, category.tag
        assert not set(category.examples) & set(category.counter_examples), category.tag


def test_every_category_has_its_like_in_another_framework_or_says_that_there_is_none(everything):
    for category in _categories(everything):
        elsewhere = [tag for tag in category.related if everything.categories[tag].framework != category.framework]
        assert bool(elsewhere) != category.alone, (category.tag, elsewhere)


def test_words_never_give_a_counter_example_the_tag_it_speaks_against(everything):
    tagger = Keywords(everything)
    for category in _categories(everything):
        for text in category.counter_examples:
            given = {t.tag for t in tagger.tag([item(title=text, text=text)])}
            assert category.tag not in given, (category.tag, text)


def test_no_entry_rules_out_its_own_words(everything):
    """Hyphens and case fold away: "a minor" for the key would silence every minor."""
    for category in everything.categories.values():
        unwanted = {form for phrase in category.not_near for way in spread(phrase) for form in forms(way)}
        words = {" ".join(w.lower().split()) for word in (*category.words, *category.doubtful) for w in spread(word)}
        assert not unwanted & (words | {f"a {w}" for w in words} | {f"the {w}" for w in words}), category.tag


def test_a_counter_example_is_written_for_one_kind_of_thing(everything):
    """The same sentence may stand in two frameworks where they mean the same, never in two entries of one."""
    for framework in everything.packs:
        texts = [text for c in _categories(everything) if c.framework == framework for text in c.counter_examples]
        assert len(texts) == len(set(texts)), framework


@pytest.mark.parametrize(
    ("tag", "meant", "other"),
    [
        ("house@1:attack.backdoor", "A backdoor hides in the weights", "The backdoor criterion in causal graphs"),
        ("house@1:attack.data-poisoning", "Poisoned samples in a corpus", "Snake bites and how poison spreads"),
        ("house@1:affected.minors", "A minor talked to the chatbot", "A minor fix of the chatbot"),
        ("house@1:hazard.bias", "An AI model is biased", "Bias tape drawn by an AI model"),
        ("house@1:hazard.violence", "A shooting was planned with AI", "A first-person shooter with AI"),
        ("house@1:hazard.information-pollution", "AI brings polarization", "Polarized light, polarization and AI"),
        ("house@1:control.moderation", "A moderator removes posts", "A debate moderator asks about posts"),
        ("house@1:lifecycle.monitoring", "An AI maker has to patch its chatbot", "AI with one image patch a token"),
        ("house@1:lifecycle.training", "LoRA changes few weights", "LoRa radio: LoRaWAN changes the net"),
        ("house@1:modality.robot", "A robot opens doors", "What robots.txt says of doors"),
        ("mit-airisk@4:3.2", "What is truth when pictures lie", "Pictures with ground truth"),
    ],
)
def test_a_word_in_its_other_sense_earns_nothing(everything, tag, meant, other):
    tagger = Keywords(everything)
    assert tag in {t.tag for t in tagger.tag([item(meant)])}
    assert tag not in {t.tag for t in tagger.tag([item(other)])}


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


def test_the_dsa_pack_holds_the_categories_of_both_lists(everything):
    ids = {c.id: c.about.get("used", "") for c in everything.packs["dsa@1"].categories}
    assert sorted(i for i, used in ids.items() if used.startswith("since")) == [
        "CONSUMER_INFORMATION",
        "CYBER_VIOLENCE",
        "CYBER_VIOLENCE_AGAINST_WOMEN",
        "OTHER_VIOLATION_TC",
        "UNSAFE_AND_PROHIBITED_PRODUCTS",
    ]
    assert len([i for i, used in ids.items() if not used.startswith("until")]) == 15
    assert len([i for i, used in ids.items() if not used.startswith("since")]) == 14


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


def test_a_crosswalk_may_say_that_there_is_none(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(MINE.replace('["owasp-llm@2026:LLM07"]', "none"))
    mine = Taxonomy.load([], [path]).categories["mine@1:voice"]
    assert mine.alone
    assert mine.related == ()
    path.write_text(MINE)
    assert not Taxonomy.load([], [path]).categories["mine@1:voice"].alone


def test_a_crosswalk_is_a_list_or_none_and_no_other_word(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(MINE.replace('["owasp-llm@2026:LLM07"]', "nothing"))
    with pytest.raises(ConfigError, match=r"`crosswalk` is a list of tags, or `none`"):
        Taxonomy.load([], [path])


def test_a_file_that_is_no_yaml_is_refused(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("framework: [")
    with pytest.raises(ConfigError, match="cannot be read"):
        Taxonomy.load([], [path])

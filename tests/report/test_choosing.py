import pytest
from report_samples import Archive, item, reasons, shown


def all_shown(digest):
    return [s for rows in shown(digest).values() for s in rows]


def test_a_relevant_story_of_the_week_is_told_with_its_sources_tags_summary_and_reason():
    archive = Archive()
    archive.add(item("a", doctype="incident"), item("b", source="example-wire", doctype="news"), story="s", tier=2)
    (told,) = archive.compose().sections["first"]
    assert told.story_id == "s"
    assert [(x.source, x.host) for x in told.sources] == [
        ("example-lab", "example-lab.example.org"),
        ("example-wire", "example-wire.example.org"),
    ]
    assert told.tags[0].quote == "prompt injection"
    assert told.summary
    assert all(sentence in archive.items["a"].text for sentence in told.summary)
    assert "a tier 2 source" in told.why
    assert told.score == pytest.approx(sum(told.parts.values()))


def test_an_item_that_was_not_judged_is_not_told():
    archive = Archive()
    archive.add(item("a"))
    archive.judgements.clear()
    assert "not judged yet" in reasons(archive.compose())["story-a"]


def test_context_may_stand_in_industry_but_never_first():
    archive = Archive()
    archive.add(item("release"), verdict="context", score=0.4)
    digest = archive.compose()
    assert shown(digest) == {"industry": ["story-release"]}
    assert digest.sections["industry"][0].why.startswith("Context, not safety as such")


def test_context_never_fills_an_issue():
    archive = Archive()
    for n in range(9):
        archive.add(
            item(f"r{n}", source=f"lab{n}", title=f"Maker {n * 7} ships model number {n}"), verdict="context", score=0.4
        )
    digest = archive.compose()
    assert len(all_shown(digest)) == 3
    assert "context" in next(iter(reasons(digest).values()))


def test_back_filled_old_items_are_not_news():
    archive = Archive()
    archive.add(item("old", age_days=60))
    digest = archive.compose()
    assert digest.sections == {}
    assert reasons(digest)["story-old"].startswith("back-filled: published on 2025-12-")


def test_a_story_that_was_told_is_not_told_again():
    archive = Archive()
    old = archive.add(item("a", seen_days=-3))
    archive.add(item("b", seen_days=2, url="https://example-lab.example.org/more"), story="story-a")
    archive.told = {old.id: ("story-a", "2026-W08")}
    digest = archive.compose()
    assert digest.sections == {}
    assert reasons(digest)["story-a"] == "told in 2026-W08, and nothing has moved since"


def test_a_told_story_with_a_new_independent_publisher_is_told_as_an_update():
    archive = Archive()
    old = archive.add(item("a", seen_days=-3, url="https://lab.example.com/a"))
    archive.add(item("b", source="wire", seen_days=2, url="https://wire.example.net/b"), story="story-a")
    archive.told = {old.id: ("story-a", "2026-W08")}
    (told,) = archive.compose().sections["first"]
    assert told.why.startswith("Update on a story of 2026-W08: now also reported by example.net.")
    assert told.url == "https://wire.example.net/b"
    assert told.parts["novelty"] <= 0.05


def test_a_told_story_with_a_new_kind_of_document_is_told_as_an_update():
    archive = Archive()
    old = archive.add(item("a", seen_days=-3))
    archive.add(item("rule", seen_days=2, doctype="regulation"), story="story-a")
    archive.told = {old.id: ("story-a", "2026-W08")}
    (told,) = archive.compose().sections["first"]
    assert "first regulation on it" in told.why


def test_a_copy_at_another_publisher_does_not_move_a_told_story():
    archive = Archive()
    old = archive.add(item("a", seen_days=-3))
    mirror = archive.add(item("b", source="mirror", seen_days=2, url="https://mirror.example.com/b"), story="story-a")
    mirror = archive.items["b"]
    archive.copy(mirror, old)
    archive.told = {old.id: ("story-a", "2026-W08")}
    assert archive.compose().sections == {}


def test_a_late_copy_of_a_story_that_was_never_told_is_no_news_either():
    archive = Archive()
    old = archive.add(item("a", seen_days=-3))
    archive.add(item("b", source="mirror", seen_days=2), story="story-a")
    archive.copy(archive.items["b"], old)
    assert reasons(archive.compose())["story-a"] == "the week brought only copies of what was known"


def test_a_story_that_lost_its_id_is_known_by_its_title():
    archive = Archive()
    old = archive.add(item("a", seen_days=-3))
    archive.add(item("b", source="wire", title=old.title.upper()), story="another")
    archive.told = {old.id: ("story-a", "2026-W08")}
    assert reasons(archive.compose())["another"] == "told in 2026-W08 under the same title"


def test_mirrors_and_copies_count_as_one_publisher():
    archive = Archive()
    lead = archive.add(item("a", url="https://www.example.com/a"), story="s")
    archive.add(item("b", source="second-feed", url="https://blog.example.com/a"), story="s")
    archive.add(item("c", source="mirror", url="https://mirror.example.net/a"), story="s")
    archive.copy(archive.items["c"], lead)
    (told,) = archive.compose().sections["first"]
    assert told.parts["sources"] == 0.0
    assert [s.duplicate for s in told.sources] == [False, False, True]
    archive.add(item("d", source="wire", url="https://wire.example.info/a"), story="s")
    (told,) = archive.compose().sections["first"]
    assert told.parts["sources"] == 0.15


def test_novelty_falls_with_the_words_that_were_told_before():
    archive = Archive()
    old = archive.add(item("a", seen_days=-9, title="Hidden instructions in calendars fool assistants"))
    archive.add(item("b", title="Hidden instructions in calendars fool phones"))
    archive.add(item("c", title="Cloned voices call grandparents", source="wire"))
    archive.told = {old.id: ("story-a", "2026-W07")}
    parts = {e.story_id: e.parts["novelty"] for e in archive.compose().sections["first"]}
    assert parts["story-c"] == 0.2
    assert parts["story-b"] < 0.1


def test_no_source_fills_a_section():
    archive = Archive(per_source=3, sections={"papers": 10})
    for n in range(8):
        archive.add(item(f"p{n}", doctype="paper", title=f"Paper {n * 13} on subject number {n}"))
    digest = archive.compose()
    assert len(digest.sections["papers"]) == 3
    assert set(reasons(digest).values()) == {"ranked too low: example-lab has its 3 entries in “Papers”"}


def test_budgets_hold_and_the_rest_is_named():
    archive = Archive(sections={"first": 1, "papers": 2, "also": 1})
    for n in range(6):
        archive.add(
            item(f"p{n}", source=f"s{n}", doctype="paper", title=f"Paper {n * 13} on subject number {n}"), score=0.9 - n / 100
        )
    digest = archive.compose()
    assert shown(digest) == {"first": ["story-p0"], "papers": ["story-p1", "story-p2"], "also": ["story-p3"]}
    assert reasons(digest)["story-p5"] == "ranked too low: “Papers” is full"


def test_one_kind_does_not_crowd_out_the_others_from_the_first_section():
    archive = Archive()
    for n in range(9):
        two = [
            item(f"p{n}{x}", source=f"s{n}{x}", doctype="paper", title=f"Paper {n * 13} on subject number {n}") for x in "ab"
        ]
        archive.add(*two, story=f"story-{n}", score=0.99)
    archive.add(item("harm", doctype="incident"), score=0.6)
    first = archive.compose().sections["first"]
    assert [e.doctype for e in first] == ["paper", "paper", "incident"]


def test_of_papers_that_nobody_else_tells_of_one_stands_first():
    archive = Archive()
    for n in range(9):
        archive.add(item(f"p{n}", source=f"s{n}", doctype="paper", title=f"Paper {n * 13} on subject number {n}"), score=0.99)
    archive.add(item("harm", doctype="incident"), score=0.6)
    first = archive.compose().sections["first"]
    assert [e.doctype for e in first] == ["incident", "paper"]


def test_a_mere_headline_does_not_lead_the_issue():
    archive = Archive()
    archive.add(item("bill", doctype="regulation", text=""), score=0.99)
    assert shown(archive.compose()) == {"rules": ["story-bill"]}


def test_a_rule_and_an_incident_are_told_even_when_the_budget_has_no_place_for_them():
    archive = Archive(sections={"first": 2, "papers": 5})
    for n in range(4):
        archive.add(item(f"p{n}", source=f"s{n}", doctype="paper", title=f"Paper {n * 13} on subject number {n}"), score=0.99)
    archive.add(item("rule", doctype="regulation", text="", title="A bill about chatbots for children"), score=0.55)
    archive.add(item("harm", doctype="incident", text="", title="An assistant gave a caller the diary of another"), score=0.55)
    digest = archive.compose()
    kinds = {e.doctype for rows in digest.sections.values() for e in rows}
    assert {"regulation", "incident"} <= kinds
    assert len(digest.sections["first"]) == 2
    assert len(all_shown(digest)) == len(set(all_shown(digest)))


def test_nearly_the_same_title_stands_once():
    archive = Archive()
    archive.add(item("a", title="Assistants obey hidden instructions in shared calendars"), score=0.95)
    archive.add(item("b", source="wire", title="Assistants obey hidden instructions in shared calendars!"), score=0.9)
    digest = archive.compose()
    assert all_shown(digest) == ["story-a"]
    assert reasons(digest)["story-b"].startswith("nearly the same title as")


def test_two_bills_that_differ_in_their_number_are_two():
    archive = Archive()
    for number in (123, 124):
        archive.add(
            item(f"b{number}", doctype="regulation", title=f"Example State SB {number}: artificial intelligence in schools")
        )
    assert len(all_shown(archive.compose())) == 2


def test_a_bill_handed_in_in_both_chambers_stands_once():
    archive = Archive()
    for n, number in enumerate(("SB 12", "HB 712")):
        title = f"Examplia {number} (Introduced): Relating to companion chatbots and the duty to verify the age of users"
        archive.add(item(f"b{n}", doctype="regulation", title=title), score=0.9 - n / 10)
    archive.add(item("b2", doctype="regulation", title="Examplia SB 99 (Introduced): Relating to artificial intelligence"))
    archive.add(item("b3", doctype="regulation", title="Examplia HB 98 (Introduced): Relating to artificial intelligence"))
    digest = archive.compose()
    assert sorted(all_shown(digest)) == ["story-b0", "story-b2", "story-b3"]
    assert reasons(digest)["story-b1"].startswith("the same words as “Examplia SB 12")


def test_what_happened_opens_the_issue_before_what_only_scores_high():
    archive = Archive()
    archive.add(item("post", title="What we think of assistants", source="lab"), score=0.99, tier=1)
    for n in range(4):
        archive.add(
            item(f"harm{n}", doctype="incident", source=f"log{n}", title=f"Assistant number {n} harmed a user {n}"), score=0.8
        )
    archive.add(
        item("sued", doctype="news", source="wire", text="", title="Parents of a user sue the maker of a companion app"),
        score=0.8,
    )
    first = [e.story_id for e in archive.compose().sections["first"]]
    assert len(first) == 4
    assert first[-1] == "story-sued"
    assert "story-post" not in first


def test_who_keeps_the_periods_says_what_is_news():
    archive = Archive()
    archive.add(item("late", seen_days=9, age_days=8))
    archive.add(item("known", seen_days=2, title="Another thing about voices"))
    digest = archive.compose(fresh=frozenset({"late"}))
    assert all_shown(digest) == ["story-late"]
    assert reasons(digest)["story-known"] == "of an earlier week: published on 2026-02-24"


def test_a_doubtful_post_opens_no_issue_though_no_other_post_is_there():
    archive = Archive()
    archive.add(item("vault", title="Introducing a vault for your models"), score=0.55)
    archive.add(item("sure", title="Agents obey strangers", source="other"), score=0.8)
    archive.add(item("harm", doctype="incident", title="A harm", source="log"), score=0.55)
    assert shown(archive.compose()) == {"first": ["story-harm", "story-sure"], "industry": ["story-vault"]}

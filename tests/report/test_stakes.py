from dataclasses import replace

import pytest
from report_samples import TAG, Archive, item, shown

from trendwatch.model import Evidence, Tagging, TagInfo

GRAVE = TagInfo(
    tag="house@1:hazard.self-harm", framework="house@1", name="Suicide and self-harm", definition="", facet="hazard"
)
ACTOR = TagInfo(tag="house@1:actor.acme", framework="house@1", name="Acme AI", definition="", facet="actor")


def stakes_of(*items, tags=(TAG,), knows=()):
    """What hangs on one story, and why it stands in the issue."""
    archive = Archive()
    archive.tags |= {t.tag: t for t in knows}
    archive.add(*items, story="s", tags=tags)
    (told,) = (e for rows in archive.compose().sections.values() for e in rows)
    return told.parts["stakes"], told.why


def test_a_reported_incident_weighs_and_a_grave_one_more():
    value, why = stakes_of(item("a", doctype="incident"))
    assert value == 0.2
    assert "a reported incident" in why.casefold()
    value, why = stakes_of(item("a", doctype="incident"), tags=(GRAVE.tag,), knows=(GRAVE,))
    assert value == 0.3
    assert "A reported incident, of a grave kind (Suicide and self-harm)" in why


def test_a_press_report_of_harm_says_by_which_word_it_counts():
    value, why = stakes_of(item("a", doctype="news", title="Family sues maker of a companion app"))
    assert value == 0.2
    assert why.startswith("Harm is reported (“sues” in the title)")


@pytest.mark.parametrize(
    "title",
    [
        "A maker of companion apps grows",
        "Recall takes pictures of the screen",
        "Bill on AI companions died in committee",
        "A moratorium is dead after the vote",
        "Acme AI has not been hacked, it says",
        "Firms charged more for voices",
    ],
)
def test_a_press_report_without_harm_counts_nothing(title):
    assert stakes_of(item("a", doctype="news", title=title))[0] == 0.0


def test_a_paper_on_a_grave_hazard_reports_no_harm():
    assert stakes_of(item("a", doctype="paper"), tags=(GRAVE.tag,), knows=(GRAVE,))[0] == 0.0


@pytest.mark.parametrize(
    ("title", "value", "words"),
    [
        ("Examplia HB 12 (Signed): chatbots; minors", 0.25, "a rule that is made (“Signed” in the title)"),
        ("Regulator fines a maker of cloned voices", 0.25, "a rule that is made (“fines” in the title)"),
        ("Examplia SB 3 (Passed Senate): synthetic media", 0.1, "a rule on its way (“Passed” in the title)"),
        ("Examplia SB 4 (Introduced): as introduced, takes effect on passage", 0.0, ""),
        ("Examplia SB 5: chatbots", 0.05, "it would bind products (“chatbots” in the title)"),
        ("Examplia SB 6 (Introduced): chatbots in schools", 0.0, ""),
        ("Examplia SB 7: a commission on companion apps", 0.0, ""),
        ("Examplia SB 243 (Vetoed): companion chatbots, fines for makers", 0.0, ""),
        ("Examplia HB 1 (Failed): a person who clones a voice is fined", 0.0, ""),
        ("Examplia HB 2 (In Committee): chatbots; takes effect in 90 days", 0.05, "it would bind products"),
        ("Examplia HB 3: a person who clones a voice is fined", 0.0, ""),
        ("Senate rejects final rule on AI", 0.0, ""),
        ("Proposed executive order on chatbots", 0.0, ""),
        ("Governor vetoes the chatbot bill that both chambers passed", 0.0, ""),
        ("Bill on cloned voices to be signed", 0.0, ""),
        ("Code on labels enters into force", 0.25, "a rule that is made (“into force” in the title)"),
    ],
)
def test_a_rule_weighs_by_how_far_it_has_come(title, value, words):
    found, why = stakes_of(item("a", doctype="regulation", title=title))
    assert found == value
    assert words.casefold() in why.casefold()


@pytest.mark.parametrize(
    ("kind", "value"), [("Rule", 0.25), ("Presidential Document", 0.25), ("Proposed Rule", 0.1), ("Notice", 0.0)]
)
def test_what_a_register_says_of_a_rule_counts_before_its_title(kind, value):
    rule = item("a", doctype="regulation", title="Labels for synthetic media, as introduced", about={"type": kind})
    assert stakes_of(rule)[0] == value


def test_an_attack_on_a_product_named_in_the_title_weighs():
    paper = item("a", doctype="paper", title="Breaking the Acme assistant")
    archive = Archive()
    archive.tags |= {ACTOR.tag: ACTOR}
    archive.add(paper, story="s")
    named = Evidence(field="title", start=13, end=17, quote="Acme")
    judged = archive.judgements["a"]
    tagging = Tagging(item_id="a", tag=ACTOR.tag, score=1.0, tagger="keywords", evidence=(named,))
    archive.judgements["a"] = replace(judged, taggings=(*judged.taggings, tagging))
    (told,) = archive.compose().sections["first"]
    assert told.parts["stakes"] == 0.1
    assert "“Breaking” stands in the title beside Acme AI (“Acme”)" in told.why
    assert stakes_of(item("b", doctype="paper", title="Breaking assistants"))[0] == 0.0


def of_acme(title, *, facet="attack", **more):
    """What hangs on a story whose title names Acme, tagged with an attack, and why it stands in the issue."""
    archive = Archive()
    archive.tags |= {ACTOR.tag: ACTOR, TAG: replace(archive.tags[TAG], facet=facet)}
    archive.add(item("a", title=title, **more), story="s")
    start = title.find("Acme")
    where = {"field": "title", "start": start, "end": start + 4} if start >= 0 else {"field": "text", "start": 0, "end": 4}
    tagging = Tagging(item_id="a", tag=ACTOR.tag, score=1.0, tagger="keywords", evidence=(Evidence(**where, quote="Acme"),))
    judged = archive.judgements["a"]
    archive.judgements["a"] = replace(judged, taggings=(*judged.taggings, tagging))
    (told,) = (e for rows in archive.compose().sections.values() for e in rows)
    return told.parts["stakes"], told.why


@pytest.mark.parametrize(
    ("title", "doctype", "value", "words"),
    [
        ("Acme faces investigations over cloned voices", "post", 0.2, "“investigations” stands in the title beside Acme AI"),
        ("Examplia bans the Acme assistant from schools", "news", 0.2, "“bans” stands in the title"),
        ("Acme drops its safety pledge", "news", 0.1, "safety rules of a maker: “safety pledge”"),
        ("Acme could be banned in Examplia", "news", 0.0, ""),
        ("Users of the Acme app sue over leaked chats", "post", 0.2, "harm is reported (“sue” in the title)"),
        ("Sue Example joins Acme", "post", 0.0, ""),
        ("Examplia opens a probe into Acme", "news", 0.2, "“probe into” stands in the title"),
        ("Linear probes find sleepers in the Acme model", "post", 0.0, ""),
        ("Acme investigates how its model thinks", "post", 0.0, ""),
        ("Better recall of long texts in Acme models", "post", 0.0, ""),
        ("The death of prompts, by Acme", "post", 0.0, ""),
        ("I hacked together a status line for Acme", "post", 0.0, ""),
        ("Hidden calendar notes hijack the Acme assistant", "post", 0.1, "“hijack” stands in the title"),
        ("A survey of attacks by Acme", "post", 0.0, ""),
        ("Working with Acme against attacks on voices", "post", 0.0, ""),
        ("How people use the Acme assistant", "post", 0.0, ""),
        ("Acme faces investigations over cloned voices", "paper", 0.05, "it names a product (Acme AI: “Acme”)"),
        ("Assistants obey hidden notes", "paper", 0.05, "it names a product"),
    ],
)
def test_what_a_title_says_of_a_named_maker_weighs(title, doctype, value, words):
    found, why = of_acme(title, doctype=doctype)
    assert (found, words.casefold() in why.casefold()) == (value, True)
    assert "weakness" not in why.casefold()


def test_a_product_named_in_a_paper_on_something_else_weighs_nothing():
    assert of_acme("Assistants in schools", doctype="paper", facet="control")[0] == 0.0


def test_a_law_that_is_signed_opens_the_issue_and_bills_handed_in_do_not():
    archive = Archive()
    for n in range(3):
        bill = item(
            f"bill{n}", source="bills", doctype="regulation", text="", title=f"Examplia HB {n} (Introduced): chatbots {n}"
        )
        archive.add(bill, tier=1, score=1.0)
    law = item("law", source="bills", doctype="regulation", text="", title="Examplia HB 99 (Signed): companion apps and minors")
    archive.add(law, tier=1, score=0.9)
    archive.add(item("study", doctype="paper", source="papers"), tier=2, score=1.0)
    assert shown(archive.compose())["first"] == ["story-law", "story-study"]

from datetime import UTC, date, datetime

from trendwatch.explain import Known, explain
from trendwatch.model import (
    Deadline,
    Digest,
    Duplicate,
    Entry,
    Evidence,
    Item,
    Judgement,
    Left,
    Relevance,
    Story,
    Tagging,
)

AT = datetime(2026, 3, 2, tzinfo=UTC)
ITEM = Item(
    id="i1",
    source="lab",
    doctype="post",
    url="https://lab.example.org/1",
    canonical_url="https://lab.example.org/1",
    title="A jailbreak",
    text="",
    raw_title="",
    raw_html="",
    published_at=AT,
    date_note="",
    first_seen_at=AT,
)
WORD = Evidence(field="title", start=2, end=11, quote="jailbreak")
JUDGED = Judgement(
    item_id="i1",
    content_hash="h",
    relevance=Relevance(item_id="i1", score=0.83, verdict="relevant", evidence=(WORD,), reason="named"),
    taggings=(Tagging(item_id="i1", tag="house@1:attack.jailbreak", score=0.9, tagger="keywords", evidence=(WORD,)),),
    deadlines=(Deadline(item_id="i1", on=date(2026, 8, 2), what="applies", score=1, evidence=None, source_field="effective"),),
)
STORY = Story(id="s1", item_ids=("i1", "i2"), lead_id="i1")


def digest(sections=None, left=()):
    return Digest(
        name="weekly",
        week="2026-W09",
        title="t",
        starts_on=date(2026, 2, 23),
        ends_on=date(2026, 3, 1),
        composed_at=AT,
        sections=sections or {},
        quiet=(),
        left_out=left,
    )


def known(**more):
    base = {
        "item": ITEM,
        "revisions": 0,
        "judgement": JUDGED,
        "duplicate": None,
        "story": STORY,
        "issues": (),
        "floors": {"weekly": 0.5},
    }
    return Known(**base | more)


def said(steps):
    return "\n".join(f"{s.step}: {s.result} {' '.join(s.detail)}" for s in steps)


def test_every_step_tells_its_figure_and_threshold():
    text = said(explain(known()))
    for part in (
        "relevant, 0.83",
        "the floor of digest weekly is 0.50",
        "“jailbreak”",
        "house@1:attack.jailbreak 0.90",
        "2026-08-02",
        "1 other item",
    ):
        assert part in text


def test_a_duplicate_says_of_what_and_by_which_layer():
    copy = Duplicate(item_id="i1", of_id="i0", layer="lexical", score=0.97, reason="0.97 of the words in common")
    assert "same document as i0 lexical, 0.97: 0.97 of the words" in said(explain(known(duplicate=copy)))


def test_a_told_item_says_where_and_how_its_rank_came_about():
    entry = Entry(
        story_id="s1",
        item_ids=("i1",),
        title="t",
        url="",
        summary=(),
        doctype="post",
        first_seen_at=AT,
        published_at=AT,
        tags=(),
        dates=(),
        sources=(),
        score=2.5,
        parts={"relevance": 1.5, "tier": 1.0},
        why="three publishers",
    )
    text = said(explain(known(issues=[digest({"papers": (entry,)})])))
    assert "digest weekly/2026-W09: told under “Papers” three publishers rank 2.50 = relevance +1.50, tier +1.00" in text


def test_a_story_left_out_says_by_which_rule():
    text = said(
        explain(known(issues=[digest(left=(Left(story_id="s1", title="t", score=0.8, reason="over the budget of papers"),))]))
    )
    assert "left out over the budget of papers" in text


def test_an_item_no_issue_weighed_says_so():
    assert "in no stored issue" in said(explain(known(issues=[digest()])))


def test_an_item_not_judged_yet_says_what_to_do():
    assert "trendwatch run" in said(explain(known(judgement=None)))

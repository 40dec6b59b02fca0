"""What rises is told by name and with its statistics, copies and what is off topic aside."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage_samples import an_item

from trendwatch.model import Duplicate, Evidence, Judgement, Relevance, Tagging, TagInfo
from trendwatch.pipeline._grouping import Groups
from trendwatch.pipeline._trending import rising

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
VOICE = TagInfo(tag="house@1:attack.voice", framework="house@1", name="Voice cloning", definition="d", facet="attack")
LAB = TagInfo(tag="house@1:actor.lab", framework="house@1", name="Example Lab", definition="d", facet="actor")
SPAN = Evidence(field="title", start=0, end=1, quote="t")


def judged(item, tags, verdict="relevant"):
    taggings = tuple(Tagging(item_id=item.id, tag=t, score=0.9, tagger="keywords", evidence=(SPAN,)) for t in tags)
    relevance = Relevance(item_id=item.id, score=0.9, verdict=verdict, evidence=(SPAN,), reason="r")
    return Judgement(item_id=item.id, content_hash=item.content_hash, relevance=relevance, taggings=taggings, deadlines=())


def groups(now_voiced, *, verdict="relevant", copies=False):
    """Twenty-six weeks of ten items from each of three sources, one in thirty on cloned voices; then a week with `now_voiced`."""
    items, judgements, duplicates = {}, {}, {}
    for week in range(27):
        for n in range(30):
            at = MONDAY - timedelta(weeks=26 - week) + timedelta(hours=5 * n)
            item = an_item(1000 * week + n, source=f"s{n % 3}", published_at=at, first_seen_at=at)
            voiced = n < now_voiced if week == 26 else n == 0
            items[item.id] = item
            judgements[item.id] = judged(item, [VOICE.tag, LAB.tag] if voiced else [], verdict)
            if copies and week == 26 and 0 < n < now_voiced:
                first = next(i for i in items.values() if i.published_at == MONDAY)
                duplicates[item.id] = Duplicate(item_id=item.id, of_id=first.id, layer="text", score=1.0, reason="r")
    return Groups(items=items, duplicates=duplicates, stories=(), judgements=judgements)


def told(found):
    tags = {t.tag: t for t in (VOICE, LAB)}
    return rising(found, tags, week="2026-W10", now=MONDAY + timedelta(days=7))


def test_a_tag_far_above_its_past_is_told_by_name_and_a_company_is_not():
    (trend,) = told(groups(15))
    assert (trend.key, trend.count) == ("Voice cloning (attack)", 15)
    assert trend.baseline < 3
    assert trend.q_value < 0.01
    assert len(trend.item_ids) == 5


def test_an_ordinary_week_tells_nothing():
    assert told(groups(1)) == ()


def test_copies_and_what_is_off_topic_do_not_rise():
    assert told(groups(15, copies=True)) == ()
    assert told(groups(15, verdict="off-topic")) == ()


def test_of_two_tags_that_rise_by_the_same_items_one_is_told():
    sound = replace(VOICE, tag="house@1:modality.audio", name="Voice and audio", facet="modality")
    found = groups(15)
    both = {
        key: replace(j, taggings=(*j.taggings, replace(j.taggings[0], tag=sound.tag)) if j.taggings else ())
        for key, j in found.judgements.items()
    }
    tags = {t.tag: t for t in (VOICE, LAB, sound)}
    (trend,) = rising(replace(found, judgements=both), tags, week="2026-W10", now=MONDAY + timedelta(days=7))
    assert trend.count == 15

"""Made-up items, stories and digests for the tests of the report stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from trendwatch.model import (
    DateLine,
    Deadline,
    Digest,
    DigestSpec,
    Duplicate,
    Entry,
    Evidence,
    Item,
    Judgement,
    Relevance,
    Source,
    SourceLine,
    SourceNote,
    Story,
    Tagging,
    TagInfo,
    TagLine,
)
from trendwatch.report.compose import compose

WEEK = "2026-W09"
MONDAY = datetime(2026, 2, 23, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
TAG = "house@1:prompt-injection"
TEXT = (
    "Researchers at the Example Institute tested forty assistants against hidden instructions in shared calendars. "
    "Thirty-one of the assistants followed the hidden prompt injection and sent private notes to a stranger."
)


def item(name, *, source="example-lab", doctype="post", title="", text=TEXT, url=None, seen_days=1.0, age_days=0.0, **more):
    """An item first seen `seen_days` after the week's Monday and published `age_days` before that."""
    seen = MONDAY + timedelta(days=seen_days)
    url = f"https://{source}.example.org/{name}" if url is None else url
    title = title or f"A study of {name} finds that assistants obey strangers"
    fields = {
        "id": name,
        "source": source,
        "doctype": doctype,
        "url": url,
        "canonical_url": url,
        "title": title,
        "text": text,
        "raw_title": title,
        "raw_html": text,
        "published_at": seen - timedelta(days=age_days, hours=1),
        "date_note": "",
        "first_seen_at": seen,
    }
    return Item(**{**fields, **more})


def judgement(one, *, score=0.9, verdict="relevant", tags=(TAG,), deadlines=()):
    """A judgement with a tag whose evidence is the item's own title or text."""
    where = "text" if "prompt injection" in one.text else "title"
    value = getattr(one, where)
    start = max(0, value.find("prompt injection"))
    evidence = Evidence(field=where, start=start, end=start + 16, quote=value[start : start + 16])
    return Judgement(
        item_id=one.id,
        content_hash="",
        relevance=Relevance(item_id=one.id, score=score, verdict=verdict, reason="made up"),
        taggings=tuple(Tagging(item_id=one.id, tag=t, score=0.8, tagger="keywords", evidence=(evidence,)) for t in tags),
        deadlines=tuple(deadlines),
    )


def deadline(one, on, what="applies"):
    """A date the publisher gave as data."""
    return Deadline(item_id=one.id, on=on, what=what, score=1.0, evidence=None, source_field="effective")


class Archive:
    """What compose is given, filled by a test item by item."""

    def __init__(self, **spec):
        self.spec = DigestSpec(**spec)
        self.items, self.judgements, self.duplicates, self.stories = {}, {}, {}, {}
        self.sources, self.told = {}, {}
        self.tags = {TAG: TagInfo(tag=TAG, framework="house@1", name="Prompt injection", definition="", facet="attack")}

    def add(self, *items, story="", tier=3, **judged):
        """Items of one story, each judged alike."""
        story = story or f"story-{items[0].id}"
        for one in items:
            self.items[one.id] = one
            self.judgements[one.id] = judgement(one, **judged)
            self.sources.setdefault(one.source, Source(name=one.source, kind="feed", reader=None, tier=tier))
        old = self.stories[story].item_ids if story in self.stories else ()
        ids = (*old, *(i.id for i in items))
        self.stories[story] = Story(id=story, item_ids=ids, lead_id=ids[0])
        return items[0]

    def copy(self, one, of):
        """Mark an item as a copy of another."""
        self.duplicates[one.id] = Duplicate(item_id=one.id, of_id=of.id, layer="hash", score=1.0, reason="same text")

    def compose(self, week=WEEK, now=NOW, **more):
        """The week's issue."""
        return compose(
            self.spec,
            week=week,
            now=now,
            stories=list(self.stories.values()),
            items=self.items,
            judgements=self.judgements,
            duplicates=self.duplicates,
            sources=self.sources,
            tags=self.tags,
            told=self.told,
            **more,
        )


def shown(digest):
    """Story ids by section."""
    return {section: [e.story_id for e in rows] for section, rows in digest.sections.items()}


def reasons(digest):
    """Why stories were left out, by story id."""
    return {left.story_id: left.reason for left in digest.left_out}


def entry(number=1, **more):
    """An entry as a digest holds it."""
    url = f"https://www.lab.example.org/posts/{number}"
    fields = {
        "story_id": f"s{number}",
        "item_ids": (f"i{number}",),
        "title": f"Assistant {number} reads a calendar aloud",
        "url": url,
        "summary": (f"Assistant {number} read a private calendar to a caller.", "The maker has switched the function off."),
        "doctype": "incident",
        "first_seen_at": MONDAY,
        "published_at": MONDAY,
        "tags": (
            TagLine(
                tag=TAG,
                name="Prompt injection",
                facet="attack",
                score=0.9,
                tagger="keywords",
                quote="hidden words",
                where="text",
                item_id="i",
            ),
            TagLine(
                tag="owasp-llm@2026:LLM01",
                name="Injection",
                facet="",
                score=0.8,
                tagger="keywords",
                quote="obeyed",
                where="title",
                item_id="i",
            ),
        ),
        "dates": (DateLine(on=date(2026, 8, 2), what="applies", quote="It applies from 2 August 2026.", item_id="i"),),
        "sources": (
            SourceLine(
                source="Example Lab",
                title="t",
                url=url,
                host="lab.example.org",
                at=MONDAY,
                tier=2,
                item_id="i",
                duplicate=False,
            ),
            SourceLine(
                source="Example Wire",
                title="Told by the wire",
                url=f"https://wire.example.org/{number}",
                host="wire.example.org",
                at=MONDAY,
                tier=3,
                item_id="j",
                duplicate=False,
            ),
        ),
        "score": 2.0 - number / 1000,
        "parts": {"relevance": 0.9, "tier": 0.2},
        "why": "Relevance 0.90; a tier 2 source.",
    }
    return Entry(**{**fields, **more})


def digest(**more):
    """A digest with a bit of everything."""
    fields = {
        "name": "weekly",
        "week": WEEK,
        "title": "GenAI safety: the week",
        "starts_on": date(2026, 2, 23),
        "ends_on": date(2026, 3, 1),
        "composed_at": NOW,
        "sections": {"first": (entry(1),), "rules": (entry(2, doctype="regulation"),), "also": (entry(3, doctype="paper"),)},
        "quiet": ("This week brought no paper that passed the bar.",),
        "upcoming": (
            DateLine(
                on=date(2026, 3, 17),
                what="comments-close",
                quote="Write by then.",
                item_id="i",
                title="Draft rules",
                url="https://gov.example.org/9",
            ),
        ),
        "counts": {"new": 1204, "sources": 112},
        "notes": (SourceNote(source="quiet-blog", state="silent", reason="nothing for 41 days"),),
    }
    return Digest(**{**fields, **more})


def hostile(payload):
    """A digest that holds `payload` wherever a publisher's words can stand."""
    line = replace(entry().sources[1], source=payload, title=payload, host=payload)
    tag = replace(entry().tags[0], quote=payload, name=payload)
    when = DateLine(
        on=date(2026, 8, 2), what="applies", quote=payload, item_id="i", title=payload, url="https://gov.example.org/1"
    )
    bad = entry(title=payload, summary=(payload,), tags=(tag,), dates=(when,), sources=(entry().sources[0], line), why=payload)
    note = SourceNote(source=payload, state="silent", reason=payload)
    return digest(sections={"first": (bad,), "also": (bad,)}, upcoming=(when,), notes=(note,), quiet=(payload,))

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from trendwatch.model import (
    DateLine,
    Deadline,
    Digest,
    Entry,
    Evidence,
    Item,
    Judgement,
    Left,
    Relevance,
    SourceLine,
    SourceNote,
    Tagging,
    TagLine,
    Trend,
    Visit,
)

NOW = datetime(2026, 3, 2, 8, 30, 15, 123456, tzinfo=UTC)


def an_item(n=1, **changes):
    given = {
        "id": f"{n:016x}",
        "source": "example-lab",
        "doctype": "post",
        "url": f"https://lab.example.org/posts/{n}?ref=feed",
        "canonical_url": f"https://lab.example.org/posts/{n}",
        "title": f"Post number {n}",
        "text": "A calm paragraph.\n\nAnother one, with “quotes” and ünïcode 🦉.",
        "raw_title": f"<b>Post</b> number {n}",
        "raw_html": "<p>A calm paragraph.</p>",
        "published_at": NOW - timedelta(hours=n % 1000),
        "date_note": "",
        "first_seen_at": NOW,
        "content_hash": f"{n:064x}",
    }
    return Item(**{**given, **changes})


def a_full_item():
    return an_item(
        7,
        published_at=None,
        date_note="the feed gives none",
        updated_at=NOW,
        authors=("A. Writer", "B. Writer"),
        labels=("safety", "voice"),
        language="en",
        region="eu",
        identifiers=("arxiv:2601.01234", "doi:10.1000/XYZ"),
        dates={"effective": date(2026, 8, 2), "comments_close": date(2026, 4, 1)},
        about={"points": "12", "agencies": "An Office"},
    )


def a_visit(source="example-lab", minutes=0, **changes):
    return Visit(**{"source": source, "started_at": NOW + timedelta(minutes=minutes), "outcome": "ok", **changes})


def add(store, *items, minutes=0):
    return store.add_visit(a_visit(minutes=minutes), items)


def a_judgement(item, verdict="relevant", tags=("house@1:voice-cloning",)):
    span = Evidence(field="title", start=0, end=4, quote="Post")
    return Judgement(
        item_id=item.id,
        content_hash=item.content_hash,
        relevance=Relevance(item_id=item.id, score=0.1 + 0.2, verdict=verdict, evidence=(span,), reason="It says so."),
        taggings=tuple(Tagging(item_id=item.id, tag=t, score=1 / 3, tagger="keywords", evidence=(span,)) for t in tags),
        deadlines=(
            Deadline(item_id=item.id, on=date(2026, 8, 2), what="applies", score=0.9, evidence=None, source_field="effective"),
        ),
    )


def a_digest(week="2026-W09", name="weekly", story="story-1", item_ids=("a", "b")):
    entry = Entry(
        story_id=story,
        item_ids=item_ids,
        title="A title",
        url="https://lab.example.org/posts/1",
        summary=("One sentence.", "And another."),
        doctype="paper",
        first_seen_at=NOW,
        published_at=None,
        tags=(
            TagLine(
                tag="house@1:x", name="X", facet="hazard", score=0.5, tagger="keywords", quote="x", where="text", item_id="a"
            ),
        ),
        dates=(DateLine(on=date(2026, 8, 2), what="applies", quote="from 2 August", item_id="a"),),
        sources=(SourceLine(source="s", title="t", url="u", host="h", at=NOW, tier=1, item_id="a", duplicate=False),),
        score=1.7000000000000002,
        parts={"relevance": 0.9, "novelty": 0.8},
        why="Two independent sources.",
    )
    return Digest(
        name=name,
        week=week,
        title="The week",
        starts_on=date(2026, 2, 23),
        ends_on=date(2026, 3, 1),
        composed_at=NOW,
        sections={"papers": (entry,), "first": (), "also": ()},
        quiet=("No incident passed the floor.",),
        upcoming=entry.dates,
        trends=(Trend(key="k", week=week, count=9, baseline=2.5, ratio=3.6, p_value=1e-9, q_value=1e-7, item_ids=("a",)),),
        counts={"new": 12, "off-topic": 3},
        notes=(SourceNote(source="s", state="silent", reason="nothing for 30 days"),),
        left_out=(Left(story_id="z", title="Z", score=0.4, reason="below the floor"),),
    )

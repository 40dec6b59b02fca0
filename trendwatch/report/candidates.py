"""Which stories may be told in an issue: one `Candidate` for each, or a reason why not.

A story is weighed when one of its items was first seen in the week. It is left out when the week brought only copies of what
was known, when what came is old, when it is off-topic or under the floor, and when it was told before and has not moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from trendwatch.model import Item, Left, Relevance, Story
from trendwatch.report import safe
from trendwatch.report.desk import Desk, publisher, publishers

OLD_DAYS = 21  # published longer before the week than this: a source was filled up, nothing happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A story that may be told. `lead` speaks for it; `items` is all of it by the week's end, `fresh` what the week brought."""

    story_id: str
    lead: Item
    items: tuple[Item, ...]
    fresh: tuple[Item, ...]
    relevance: Relevance
    publishers: tuple[str, ...]
    told_week: str  # the last issue that told it; "" for a new story
    moved: tuple[str, ...]  # what is new since then, in words


def _fresh(items: Sequence[Item], desk: Desk) -> list[Item]:
    known = [i for i in items if not desk.is_fresh(i)]
    before = {desk.document(i.id) for i in known} | {i.id for i in known}
    new = [i for i in items if desk.is_fresh(i)]
    return [i for i in new if i.id not in before and desk.document(i.id) not in before]


def _young(items: Sequence[Item], desk: Desk) -> list[Item]:
    oldest = desk.week.starts_at - timedelta(days=OLD_DAYS)
    return [i for i in items if i.at >= oldest]


def _speaker(story: Story, young: Sequence[Item], desk: Desk, *, told: bool) -> Item:
    """The story's own lead when it is relevant and news; else the best of what is new, and of equals the weightiest source."""
    own = next((i for i in young if i.id == story.lead_id), None)
    if own and not told and desk.relevance(own).verdict == "relevant":
        return own
    originals = [i for i in young if i.id not in desk.duplicates] or list(young)
    rank = {"relevant": 0, "context": 1, "off-topic": 2}

    def order(item: Item) -> tuple[int, float, int, str]:
        judged = desk.relevance(item)
        return rank[judged.verdict], -judged.score, desk.tier(item), item.id

    return min(originals, key=order)


def _told(story: Story, items: Sequence[Item], desk: Desk) -> tuple[str, list[Item]]:
    """The last issue that told the story ("" for none) and the items it was told by."""
    before = [i for i in items if i.id in desk.told]
    return max([desk.told[i.id][1] for i in before] + [desk.told_stories.get(story.id, "")]), before


def _moved(fresh: Sequence[Item], before: Sequence[Item], items: Sequence[Item], desk: Desk) -> tuple[str, ...]:
    """What is really new since a story was told: an independent publisher or another kind of document."""
    known = {desk.document(i.id) for i in before} | {i.id for i in before}
    new = [
        i for i in fresh if i.id not in known and desk.document(i.id) not in known and desk.relevance(i).verdict == "relevant"
    ]
    old = before or [i for i in items if i not in fresh]
    voices = [p for p in publishers(new, desk) if p not in {publisher(i) for i in old}]
    kinds = sorted({i.doctype for i in new} - {i.doctype for i in old})
    said = [f"now also reported by {', '.join(voices[:3])}"] if voices else []
    return (*said, *(f"first {k} on it" for k in kinds))


def _unasked(lead: Item, desk: Desk) -> str:
    spec = desk.spec
    region = desk.region(lead)
    if spec.regions and region and region not in spec.regions:
        return f"about {region}, and this digest asks for {', '.join(spec.regions)}"
    if spec.doctypes and lead.doctype not in spec.doctypes:
        return f"a {lead.doctype}, and this digest asks for {', '.join(spec.doctypes)}"
    language = lead.language.split("-")[0].casefold()
    if spec.languages and language not in {"", "und"} and language not in {x.split("-")[0].casefold() for x in spec.languages}:
        return f"in language {language!r}, and this digest asks for {', '.join(spec.languages)}"
    return ""


def _unfit(relevance: Relevance, floor: float) -> str:
    if relevance.verdict == "off-topic":
        return f"off-topic ({relevance.score:.2f}){': ' + relevance.reason if relevance.reason else ''}"
    if relevance.verdict == "relevant" and relevance.score < floor:
        return f"relevance {relevance.score:.2f} is under the floor of {floor:.2f}"
    return ""


def _no_news(story: Story, items: Sequence[Item], desk: Desk) -> Left:
    """A story that came into the archive since the week began and is not the week's news: told before, of an earlier week, old."""
    newest = max(items, key=lambda i: (i.at, i.id))
    told_week, _ = _told(story, items, desk)
    if told_week:
        reason = f"told in {told_week}, and nothing has moved since"
    elif newest.published_at is None:
        reason = "back-filled: without a date, from a source's first answer"
    else:
        kind = "of an earlier week" if _young([newest], desk) else "back-filled"
        reason = f"{kind}: published on {newest.at:%Y-%m-%d}"
    score = round(desk.relevance(newest).score, 4)
    return Left(story_id=story.id, title=safe.clip(safe.prose(newest.title), 220), score=score, reason=reason)


def weigh(story: Story, desk: Desk) -> Candidate | Left | None:
    """A story as a candidate; or why it is left out; None when the week brought nothing of it at all."""
    items = desk.known(story)
    if not any(desk.arrived(i) for i in items):
        return None
    if not any(desk.is_fresh(i) for i in items):
        return _no_news(story, items, desk)
    fresh = _fresh(items, desk)
    young = _young(fresh, desk)
    told_week, before = _told(story, items, desk)
    speaker = _speaker(story, young or fresh or items, desk, told=bool(told_week))
    relevance = desk.relevance(speaker)
    moved = _moved(young, before, items, desk) if told_week else ()
    reason = (
        _unfit(relevance, desk.spec.floor)
        or ("the week brought only copies of what was known" if not fresh else "")
        or (f"back-filled: published on {max(i.at for i in fresh):%Y-%m-%d}, long before the week" if not young else "")
        or (f"told in {told_week}, and nothing has moved since" if told_week and not moved else "")
        or _unasked(speaker, desk)
    )
    if reason:
        return Left(
            story_id=story.id, title=safe.clip(safe.prose(speaker.title), 220), score=round(relevance.score, 4), reason=reason
        )
    return Candidate(
        story_id=story.id,
        lead=speaker,
        items=tuple(items),
        fresh=tuple(fresh),
        relevance=relevance,
        publishers=publishers(items, desk),
        told_week=told_week,
        moved=moved,
    )

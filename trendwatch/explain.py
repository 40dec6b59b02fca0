"""Why an item was or was not in a digest: every step's figure and threshold, from what is stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trendwatch.model import SECTIONS, Article, Digest, Duplicate, Entry, Item, Judgement, Left, Section, Story
from trendwatch.report import safe
from trendwatch.report.entries import title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an item's path: what it decided, by which figure."""

    step: str
    result: str
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that the store holds about one item."""

    item: Item
    revisions: int
    judgement: Judgement | None
    duplicate: Duplicate | None
    story: Story | None
    issues: Sequence[Digest]
    floors: Mapping[str, float]  # digest name → least relevance
    article: Article | None = None


def explain(known: Known) -> list[Step]:
    """The steps in the order an item meets them."""
    return [
        _seen(known),
        *_read(known),
        _judged(known),
        _tagged(known),
        _dated(known),
        _same(known),
        _grouped(known),
        *map_issues(known),
    ]


def _seen(known: Known) -> Step:
    item = known.item
    dated = f"published {item.published_at:%Y-%m-%d %H:%M} UTC" if item.published_at else "without a date of its own"
    detail = [f"first seen {item.first_seen_at:%Y-%m-%d %H:%M} UTC at {item.source}", dated]
    detail += [item.date_note] if item.date_note else []
    detail += [f"edited {known.revisions} times since"] if known.revisions else []
    return Step(step="collected", result=f"{item.doctype} from {item.source}", detail=tuple(detail))


def _read(known: Known) -> list[Step]:
    """Where the text is from; nothing where its page was never asked for."""
    found = known.article
    if found is None:
        return []
    if found.state != "ok":
        later = f"asked again from {found.next_at:%Y-%m-%d %H:%M} UTC" if found.next_at else ""
        return [Step(step="text", result=f"as the feed has it: {found.state}", detail=(found.reason, later))]
    result = f"from its page, confidence {found.confidence:.2f}"
    return [Step(step="text", result=result, detail=(f"{found.url}, read {found.fetched_at:%Y-%m-%d %H:%M} UTC",))]


def _judged(known: Known) -> Step:
    if known.judgement is None:
        return Step(step="relevance", result="not judged yet", detail=("run `trendwatch run`, which judges what is new",))
    found = known.judgement.relevance
    floors = [f"the floor of digest {name} is {floor:.2f}" for name, floor in sorted(known.floors.items())]
    words = [f"{e.field}: “{e.quote}”" for e in found.evidence]
    return Step(step="relevance", result=f"{found.verdict}, {found.score:.2f}", detail=(found.reason, *floors, *words))


def _tagged(known: Known) -> Step:
    tags = known.judgement.taggings if known.judgement else ()
    lines = tuple(
        f"{t.tag} {t.score:.2f} by {t.tagger}: “{t.evidence[0].quote}”" for t in sorted(tags, key=lambda t: (-t.score, t.tag))
    )
    return Step(step="tags", result=f"{len(tags)}", detail=lines)


def _dated(known: Known) -> Step:
    dates = known.judgement.deadlines if known.judgement else ()
    lines = tuple(
        f"{d.on} {d.what}: " + (f"“{d.evidence.quote}”" if d.evidence else f"the publisher's field {d.source_field!r}")
        for d in dates
    )
    return Step(step="dates that bind", result=f"{len(dates)}", detail=lines)


def _same(known: Known) -> Step:
    if known.duplicate is None:
        return Step(step="duplicates", result="the original, or the only one")
    d = known.duplicate
    return Step(step="duplicates", result=f"the same document as {d.of_id}", detail=(f"{d.layer}, {d.score:.2f}: {d.reason}",))


def _grouped(known: Known) -> Step:
    if known.story is None:
        return Step(step="story", result="none: too old to join one, or not grouped yet")
    others = len(known.story.item_ids) - 1
    return Step(
        step="story", result=f"{known.story.id}, with {others} other item{'s' * (others != 1)}", detail=known.story.item_ids
    )


def map_issues(known: Known) -> list[Step]:
    """A step for each stored issue that told the item or weighed its story; one that says so when none did."""
    steps = [s for digest in known.issues if (s := _in_issue(known, digest))]
    return steps or [Step(step="digest", result="in no stored issue, and not among the best of what any left out")]


def _entry(known: Known, digest: Digest) -> tuple[Section, Entry] | None:
    for section, entries in digest.sections.items():
        for entry in entries:
            if known.item.id in entry.item_ids:
                return section, entry
    return None


def _is_of(left: Left, known: Known) -> bool:
    """By its id; by its title where the story has got another id since, in a digest of its own or when its first items grew old."""
    return (known.story is not None and left.story_id == known.story.id) or left.title in (
        title_of(known.item),
        safe.clip(safe.prose(known.item.title), 220),
    )


def _in_issue(known: Known, digest: Digest) -> Step | None:
    found = _entry(known, digest)
    if found:
        section, entry = found
        parts = ", ".join(f"{name} {value:+.2f}" for name, value in entry.parts.items())
        return Step(
            step=f"digest {digest.issue}",
            result=f"told under “{SECTIONS[section]}”",
            detail=(entry.why, f"rank {entry.score:.2f} = {parts}"),
        )
    left: Left | None = next((x for x in digest.left_out if _is_of(x, known)), None)
    return Step(step=f"digest {digest.issue}", result="left out", detail=(left.reason,)) if left else None

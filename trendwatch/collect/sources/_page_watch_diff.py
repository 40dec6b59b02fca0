"""Two versions of a page, passage by passage: what stayed, moved, changed, came and went.

Passages with equal keys are the same wherever they stand. In each stretch between those, the rest is paired by likeness; what
finds no partner came or went. A stretch that only parts its sentences otherwise is no change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from trendwatch.collect.sources._page_watch_passages import Passage
from trendwatch.collect.sources._page_watch_words import contains, tokens

_KIN = 0.5
"""Share of common words from which two passages at one place are versions of one another."""
_FAR_KIN = 0.75  # the same for passages at different places
_MOST_PAIRS = 20_000  # comparisons within a stretch, and over all: beyond, a rewrite is told as removed and added


@dataclass(frozen=True, slots=True)
class Step:
    """One passage's way from the old version to the new one; either side may be None. `kin` is False for two that merely stand
    at one place.
    """

    old: Passage | None
    new: Passage | None
    kin: bool = True

    @property
    def same(self) -> bool:
        """Whether it says what it said."""
        return self.old is not None and self.new is not None and self.old.key == self.new.key

    @property
    def key(self) -> tuple[str, str]:
        """The same for the same change at another visit."""
        return (self.old.key if self.old else "", self.new.key if self.new else "")


def align(old: Sequence[Passage], new: Sequence[Passage]) -> list[Step]:
    """The steps from one version to the other, in the order of the new one; each passage of both is in exactly one."""
    stretches = _stretches(old, new)
    _moved(stretches)
    for stretch in stretches:
        stretch.resettle()
        stretch.pair()
    _pair_far(stretches)
    return [step for stretch in stretches for step in stretch.steps()]


def kept(steps: Sequence[Step]) -> float:
    """The share of the old version's words in passages that stayed or changed; 1 for an old version without words."""
    sizes = [(len(step.old.key.split()), step.new is not None and step.kin) for step in steps if step.old]
    total = sum(size for size, _ in sizes)
    return sum(size for size, stays in sizes if stays) / total if total else 1.0


class _Stretch:
    """Passages between two that stayed in place. `match` maps a new one's place to its old partner."""

    def __init__(self, old: Sequence[Passage], new: Sequence[Passage], *, equal: bool = False) -> None:
        self.old = list(old)
        self.new = list(new)
        self.match: dict[int, Passage] = dict(enumerate(old)) if equal else {}
        if equal:
            self.old = []

    @property
    def open(self) -> list[int]:
        """Places of the new passages without a partner."""
        return [place for place in range(len(self.new)) if place not in self.match]

    def resettle(self) -> None:
        """Nothing has changed when the same words are only parted otherwise."""
        if not self.old or not self.open:
            return
        before, after = (" ".join(p.text for p in side) for side in (self.old, [self.new[place] for place in self.open]))
        if tokens(before) == tokens(after):
            self.match |= {place: self.new[place] for place in self.open}
            self.old = []

    def pair(self) -> None:
        """Give each new passage the likest old one."""
        places = self.open
        if len(self.old) * len(places) > _MOST_PAIRS:
            return
        likes = [(_likeness(o, self.new[place]), -place, -i) for i, o in enumerate(self.old) for place in places]
        taken: set[int] = set()
        for like, place, i in sorted(likes, reverse=True):
            if like >= _KIN and -place not in self.match and -i not in taken:
                self.match[-place] = self.old[-i]
                taken.add(-i)
        self.old = [o for i, o in enumerate(self.old) if i not in taken]

    def steps(self) -> list[Step]:
        """Removed passages first, unless a new one without partner stands where they stood."""
        places = self.open
        swaps = dict(zip(places, self.old, strict=False))
        gone = [Step(o, None) for o in self.old[len(swaps) :]]
        found = [
            Step(swaps[place], passage, kin=False) if place in swaps else Step(self.match.get(place), passage)
            for place, passage in enumerate(self.new)
        ]
        return _absorbed([*gone, *found])


def _stretches(old: Sequence[Passage], new: Sequence[Passage]) -> list[_Stretch]:
    matcher = SequenceMatcher(None, [p.key for p in old], [p.key for p in new], autojunk=False)
    return [_Stretch(old[a:b], new[c:d], equal=tag == "equal") for tag, a, b, c, d in matcher.get_opcodes()]


def _moved(stretches: Sequence[_Stretch]) -> None:
    """The same passage at another place is the same passage."""
    pool: dict[str, list[_Stretch]] = defaultdict(list)
    for stretch in stretches:
        for passage in stretch.old:
            pool[passage.key].append(stretch)
    for stretch in stretches:
        for place in stretch.open:
            holders = pool.get(stretch.new[place].key)
            if holders:
                holder = holders.pop(0)
                passage = next(p for p in holder.old if p.key == stretch.new[place].key)
                holder.old.remove(passage)
                stretch.match[place] = passage


def _pair_far(stretches: Sequence[_Stretch]) -> None:
    """Moved and changed: only where the likeness leaves no doubt."""
    gone = [(stretch, passage) for stretch in stretches for passage in stretch.old]
    came = [(stretch, place) for stretch in stretches for place in stretch.open]
    if len(gone) * len(came) > _MOST_PAIRS:
        return
    for stretch, place in came:
        likes = [(_likeness(passage, stretch.new[place]), -i) for i, (_, passage) in enumerate(gone)]
        like, i = max(likes, default=(0.0, 0))
        if like >= _FAR_KIN:
            holder, passage = gone.pop(-i)
            holder.old.remove(passage)
            stretch.match[place] = passage


def _likeness(one: Passage, other: Passage) -> float:
    a, b = tokens(one.text), tokens(other.text)
    if 2 * min(len(a), len(b)) < _KIN * (len(a) + len(b)):
        return 0.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _KIN else 0.0


def _absorbed(steps: list[Step]) -> list[Step]:
    """A passage that was parted from its neighbour, or joined to it, belongs to the neighbour's change."""
    found: list[Step] = []
    for step in steps:
        before = found[-1] if found else None
        joined = (before and (_joined(before, step) or _joined(step, before, first=False))) or None
        if joined:
            found[-1] = joined
        else:
            found.append(step)
    return found


def _joined(whole: Step, part: Step, *, first: bool = True) -> Step | None:
    """`part`, which has one side only, taken into `whole` when the other side of `whole` holds its words."""
    if not (whole.old and whole.new and whole.kin) or whole.same:
        return None
    if part.old is None and part.new and contains(tokens(whole.old.text), tokens(part.new.text)):
        return Step(whole.old, _merged(whole.new, part.new, first=first))
    if part.new is None and part.old and contains(tokens(whole.new.text), tokens(part.old.text)):
        return Step(_merged(whole.old, part.old, first=first), whole.new)
    return None


def _merged(whole: Passage, part: Passage, *, first: bool) -> Passage:
    texts = (whole.text, part.text) if first else (part.text, whole.text)
    return Passage(" ".join(texts), whole.under)

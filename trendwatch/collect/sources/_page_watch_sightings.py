"""Which changes have been seen often enough: twice running; more often where a passage is known to come and go."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from trendwatch.collect.sources._page_watch_diff import Step
from trendwatch.collect.sources._page_watch_words import tokens, weighty

SIGHTS = 2
UNLIKE = 4
"""Sights of a passage that gives way to one unlike it while neither holds a number or a modal verb: so do rotating blocks."""
_MORE = 2  # sights that each earlier to and fro of the same passage adds
_MOST = 8


class Sightings:
    """What earlier visits saw differ from the settled text. `seen` counts the visits running at which a change was there,
    `restless` how often a passage of the settled text was replaced by something that did not stay: a rotating block that
    nothing names, or a site that serves two copies in turn. Both by a hash of the words.
    """

    def __init__(self, seen: Mapping[str, int], restless: Mapping[str, int]) -> None:
        self.seen = dict(seen)
        self.restless = dict(restless)
        self.fickle: set[str] = set()  # keys of sure steps' old passages that never rested

    def parted(self, steps: Sequence[Step], *, rewritten: bool = False) -> tuple[list[Step], list[Step]]:
        """The steps that are sure, and those that wait. Counts this visit. `rewritten`: the whole page is another text."""
        now = {_name(*step.key): 1 + self.seen.get(_name(*step.key), 0) for step in steps}
        for name in self.seen.keys() - now.keys():  # it did not stay
            place = name.partition(" ")[0]
            if place != _hash(""):
                self.restless[place] = self.restless.get(place, 0) + 1
        sure = [step for step in steps if now[_name(*step.key)] >= self._asked(step, rewritten=rewritten)]
        settled = {_name(*step.key) for step in sure}
        for step in sure:
            times = self.restless.pop(_hash(step.key[0]), 0)
            if times:
                self.fickle.add(step.key[0])
            if times and step.key[1]:
                self.restless[_hash(step.key[1])] = times
        self.seen = {name: times for name, times in now.items() if name not in settled}
        return sure, [step for step in steps if _name(*step.key) not in settled]

    def rested(self, step: Step) -> bool:
        """Whether a step is news: a passage that was another at each visit (a counter, a clock) may go without a word."""
        return step.old is None or step.old.key not in self.fickle or (step.new is not None and step.kin)

    def _asked(self, step: Step, *, rewritten: bool) -> int:
        unlike = step.old is not None and step.new is not None and not step.kin and not rewritten
        plain = unlike and not weighty(tokens(f"{step.old.text if step.old else ''} {step.new.text if step.new else ''}"))
        return min((UNLIKE if plain else SIGHTS) + _MORE * self.restless.get(_hash(step.key[0]), 0), _MOST)


def _name(old: str, new: str) -> str:
    return f"{_hash(old)} {_hash(new)}"


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:12]

"""What another version of a framework calls the same thing, and what its ids mean now. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from trendwatch.enrich.taxonomy._reading import Category

Verdict = Literal["same", "renamed", "moved", "split", "gone", "added"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry's way from an old list to a new one. `old` is None for what is new, `new` is empty for what is gone.

    same: id and name stay. renamed: the id stays, the name does not. moved: one successor under another id. split: several.
    """

    verdict: Verdict
    old: Category | None
    new: tuple[Category, ...]


def diff(old: Mapping[str, Category], new: Mapping[str, Category]) -> list[Change]:
    """Every entry of the old list in its order, then what is new, by the crosswalk between the two. `Category.related` must be
    mutual, as `Taxonomy.load` makes it; without a crosswalk, equal ids with equal names are the same.
    """
    changes = [_change(entry, _successors(entry, new)) for entry in old.values()]
    met = {entry.tag for change in changes for entry in change.new}
    return changes + [Change(verdict="added", old=None, new=(entry,)) for tag, entry in new.items() if tag not in met]


def _successors(entry: Category, new: Mapping[str, Category]) -> tuple[Category, ...]:
    linked = tuple(new[tag] for tag in entry.related if tag in new)
    return linked or tuple(n for n in new.values() if n.id == entry.id and n.name.casefold() == entry.name.casefold())


def _change(entry: Category, successors: Sequence[Category]) -> Change:
    verdict: Verdict
    if not successors:
        verdict = "gone"
    elif len(successors) > 1:
        verdict = "split"
    elif successors[0].id != entry.id:
        verdict = "moved"
    else:
        verdict = "same" if successors[0].name.casefold() == entry.name.casefold() else "renamed"
    return Change(verdict=verdict, old=entry, new=tuple(successors))

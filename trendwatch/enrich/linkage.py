"""Average linkage over a space: groups whose members resemble each other on average, without a matrix of all pairs.

Single links chain one event into the next; complete links tear a long-running story apart. The mean over all pairs does
neither. Candidates are pairs that are similar enough themselves (a mean at the threshold needs at least one such pair), and
mutual nearest groups merge round by round, which for average linkage gives what merging one pair at a time gives.

What is asked of two groups depends on how much their texts say. Two articles on two earthquakes resemble each other more than
two headlines on one; but articles on one earthquake resemble each other more still, as each tells all of it, where a headline
tells a side. So the similarity of two groups is held against what holds each of them together, as a correlation is against the
reliability of what it correlates: nearly all of it is asked of long texts, half of it of headlines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trendwatch.enrich.similarity_space import Space

BLOCK = 512  # rows compared at a time
USUAL = 5.0  # log2 of the content words of a text of usual length, a title and a few sentences
ASKED = 0.54  # of what holds each of two groups of such texts together; so much must hold them to each other
MORE_ASKED = 0.16  # of it, per doubling of the words
LEAST_ASKED, MOST_ASKED = 0.45, 0.85
FALL = 0.5  # by which less is asked of groups of short texts, per halving of their words
CLOSE = 0.4  # of what two items resemble themselves: near enough whatever the window; speaks in small windows only
PRIOR = 4  # pairs at the threshold that a group's own cohesion is blended with
NEAREST = 64  # candidates kept of one item: enough to find its group, few enough for a flood of look-alikes
PAIRS = 16384  # pairs whose rare words are compared at a time

Ints = NDArray[np.int64]


@dataclass(slots=True)
class _State:
    """Groups under way: sums of features, sizes, what each may hold once; edges between them and their mean S."""

    dense: NDArray[np.float32]
    rare: Any
    offset: NDArray[np.float32]
    size: Ints
    own: NDArray[np.float64]  # sum over members of the product of each with itself
    length: NDArray[np.float32]  # sum over members of what `Space.length` is of each
    keys: list[frozenset[str]]
    label: Ints
    left: Ints
    right: Ints
    value: NDArray[np.float32]


def threshold_of(length: Any, threshold: float) -> Any:
    """The threshold for two texts whose mean log2 of words is `length`: short ones say less, and stand out less."""
    return threshold + FALL * (length - USUAL)


def candidates(space: Space, threshold: float, band_days: float) -> tuple[Ints, Ints]:
    """Pairs (i < j) with S at or over the threshold of their length, at most `band_days` apart. Items must be in order of `space.days`."""
    count = len(space.days)
    lefts, rights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    values = [np.zeros(0, np.float32)]
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        end = int(np.searchsorted(space.days, space.days[stop - 1] + band_days, side="right"))
        found = space.block(slice(start, stop), slice(start, end))
        found[np.tril_indices(stop - start, 0, end - start)] = -np.inf
        rows, columns = _nearest(found, threshold_of(space.length.min(), threshold))
        lefts.append(rows + start)
        rights.append(columns + start)
        values.append(found[rows, columns])
    left, right = np.concatenate(lefts), np.concatenate(rights)
    near = np.abs(space.days[left] - space.days[right]) <= band_days
    near &= np.concatenate(values) >= threshold_of((space.length[left] + space.length[right]) / 2, threshold)
    return left[near], right[near]


def _nearest(found: NDArray[np.float32], least: float) -> tuple[Ints, Ints]:
    """Places of the cells of `found` that are `least` or more, in each row the `NEAREST` greatest at most (and their equals)."""
    over = found >= least
    many = np.flatnonzero(np.count_nonzero(over, axis=1) > NEAREST)
    if len(many):
        bound = np.partition(found[many], -NEAREST, axis=1)[:, -NEAREST]
        over[many] &= found[many] >= bound[:, None]
    rows, columns = np.divmod(np.flatnonzero(over), found.shape[1])
    return rows, columns


def average(
    space: Space, pairs: tuple[Ints, Ints], keys: Sequence[frozenset[str]], *, threshold: float, few: float, most: int
) -> Ints:
    """A label for each item, (n,): the smallest index in its group.

    Groups merge while the mean S over their n pairs is what `_asked` asks. They hold at most `most` items together and share no
    key: a key stands for something of which a group has one.
    """
    count = len(space.days)
    state = _State(
        dense=space.dense.copy(),
        rare=space.rare.copy(),
        offset=space.offset.copy(),
        size=np.ones(count, np.int64),
        own=np.einsum("ij,ij->i", space.dense, space.dense) + space.rare.multiply(space.rare).sum(axis=1),
        length=space.length.copy(),
        keys=list(keys),
        label=np.arange(count),
        left=pairs[0],
        right=pairs[1],
        value=np.zeros(len(pairs[0]), np.float32),
    )
    _measure(state, np.ones(len(state.left), bool))
    while len(state.left):
        together = state.size[state.left] + state.size[state.right]
        keep = (state.value >= _asked(state, threshold, few)) & (together <= most)
        chosen = _mutual(state, np.flatnonzero(keep))
        if not len(chosen):
            break
        _merge(state, chosen)
    return state.label


def _measure(state: _State, which: NDArray[np.bool_]) -> None:
    """The mean S of the edges in `which`."""
    places = np.flatnonzero(which)
    for start in range(0, len(places), PAIRS):
        part = places[start : start + PAIRS]
        a, b = state.left[part], state.right[part]
        total = np.einsum("ij,ij->i", state.dense[a], state.dense[b])
        total += state.rare[a].multiply(state.rare[b]).sum(axis=1)
        total /= state.size[a] * state.size[b]
        state.value[part] = total - state.offset[a] / state.size[a] - state.offset[b] / state.size[b]


def _asked(state: _State, threshold: float, few: float) -> NDArray[np.float64]:
    """For each edge the mean S at which its ends may merge: the greater of two demands.

    They stand out of the background: a single pair by `threshold + few`, whatever its length, as most items of a week are alone;
    large groups by the threshold for texts of their length, and those between in proportion to the root of their pairs. Less
    is asked of those that are near in themselves. And they resemble each other not far less than their own members do.
    """
    mean = state.length / state.size
    length = (mean[state.left] + mean[state.right]) / 2
    least = threshold_of(length, threshold)
    held = state.size[state.left] * state.size[state.right]
    apart = least + (threshold + few - least) / np.sqrt(held)
    apart = np.minimum(apart, np.maximum(least, _close(state)))
    tight = _cohesion(state, threshold)
    share = np.clip(ASKED + MORE_ASKED * (length - USUAL), LEAST_ASKED, MOST_ASKED)
    asked: NDArray[np.float64] = np.maximum(apart, share * np.sqrt(tight[state.left] * tight[state.right]))
    return asked


def _cohesion(state: _State, usual: float) -> NDArray[np.float64]:
    """The mean S over the pairs within each group; of a small group blended with `usual`, as if from `PRIOR` pairs."""
    pairs = state.size * (state.size - 1) / 2
    total = np.einsum("ij,ij->i", state.dense, state.dense) + state.rare.multiply(state.rare).sum(axis=1) - state.own
    within = total / 2 - state.offset * (state.size - 1)
    blended: NDArray[np.float64] = (within + PRIOR * usual) / (pairs + PRIOR)
    return np.maximum(blended, 0)


def _close(state: _State) -> NDArray[np.float64]:
    """For each edge the S at which its ends are near in themselves.

    In a window of some dozens the background is little known, S of two reports of one event stays near 9 and `few` would keep
    all apart; in one of thousands an item's S with itself is 30 and more, and this asks for more than `few` does.
    """
    alike = np.maximum((state.own - 2 * state.offset) / state.size, 0)
    near: NDArray[np.float64] = CLOSE * np.sqrt(alike[state.left] * alike[state.right])
    return near


def _mutual(state: _State, edges: Ints) -> Ints:
    """Of `edges`, those that are the best of both their ends; ties go to the smaller index."""
    source = np.concatenate([state.left[edges], state.right[edges]])
    target = np.concatenate([state.right[edges], state.left[edges]])
    value = np.concatenate([state.value[edges], state.value[edges]])
    order = np.lexsort((target, -value, source))
    first = np.ones(len(order), bool)
    first[1:] = source[order][1:] != source[order][:-1]
    best = np.full(len(state.size), -1)
    best[source[order][first]] = target[order][first]
    a, b = state.left[edges], state.right[edges]
    mutual: Ints = edges[(best[a] == b) & (best[b] == a)]
    return mutual


def _merge(state: _State, chosen: Ints) -> None:
    """Merge the ends of each edge, or drop the edge when both hold something of which there is one."""
    into = np.arange(len(state.size))
    refused = np.zeros(len(state.left), bool)
    for edge in chosen:
        a, b = int(state.left[edge]), int(state.right[edge])
        if state.keys[a] & state.keys[b]:
            refused[edge] = True
            continue
        into[b] = a
        state.keys[a] |= state.keys[b]
        state.dense[a] += state.dense[b]
        state.offset[a] += state.offset[b]
        state.size[a] += state.size[b]
        state.own[a] += state.own[b]
        state.length[a] += state.length[b]
    _join_rare(state, into)
    state.label = into[state.label]
    left, right = into[state.left], into[state.right]
    touched = (into[state.left] != state.left) | (into[state.right] != state.right)
    grown = np.zeros(len(into), bool)
    grown[into[np.flatnonzero(into != np.arange(len(into)))]] = True
    dirty = touched | grown[left] | grown[right]
    _rewire(state, left, right, dirty, (left != right) & ~refused)


def _join_rare(state: _State, into: Ints) -> None:
    count = len(into)
    gather = sparse.csr_array((np.ones(count, np.float32), (into, np.arange(count))), shape=(count, count))
    state.rare = (gather @ state.rare).tocsr()


def _rewire(state: _State, left: Ints, right: Ints, dirty: NDArray[np.bool_], keep: NDArray[np.bool_]) -> None:
    """Edges between the new groups, each once, those that changed measured again."""
    low, high = np.minimum(left, right)[keep], np.maximum(left, right)[keep]
    key = low * len(state.size) + high
    order = np.lexsort((~dirty[keep], key))
    first = np.ones(len(order), bool)
    first[1:] = key[order][1:] != key[order][:-1]
    chosen = order[first]
    state.left, state.right = low[chosen], high[chosen]
    state.value = state.value[keep][chosen]
    _measure(state, dirty[keep][chosen])

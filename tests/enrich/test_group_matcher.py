import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trendwatch.enrich.group_matcher import GroupMatcher
from trendwatch.enrich.relevance_words import groups

GROUPS = {
    "plain": ["deep fake*", "deepfake*", "fake", "ai", "a.i. act", "what's changed", "0 days"],
    "capitals": ["AI", "A.I.", "Character.AI", "Act", "siK*"],
    "both": ["kiss", "is", "GPT*", "gpt*"],
}


def by_expression(wanted, text):
    """The same, told by one expression a group that is tried at every letter."""
    found = set()
    for name, words in wanted.items():
        for flags, chosen in (
            (re.IGNORECASE, [w for w in words if w == w.lower()]),
            (0, [w for w in words if w != w.lower()]),
        ):
            if chosen:
                longest = sorted(chosen, key=lambda w: (-len(w), w))
                forms = [re.escape(w).replace(r"\*", r"\w*").replace(r"\ ", r"[\s-]+") for w in longest]
                expression = re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", flags)
                found |= {(name, *m.span()) for m in expression.finditer(text)}
    return found


pieces = st.sampled_from(
    [w.replace("*", ending) for words in GROUPS.values() for w in words for ending in ("", "s", "_")]
    + [w.upper() for words in GROUPS.values() for w in words]
    + [" ", "-", "  ", "\n", ".", "é", "\u0130s", "\u0131s", "ki\u017fs", "\u212aiss", "i\u0307", "7", "_", "x", "“", "。"]
)


@given(st.lists(pieces, max_size=12).map("".join))
@example("deep- fakes")
@example("A.I. act")
@example("\u212aI\u017f\u017f")
def test_finds_what_one_expression_a_group_finds(text):
    assert set(GroupMatcher(GROUPS).find(text)) == by_expression(GROUPS, text)


@given(st.lists(pieces, max_size=12).map("".join))
def test_what_runs_led_to_before_changes_nothing(text):
    matcher = GroupMatcher(GROUPS)
    first = list(matcher.find(text))
    assert list(matcher.find(text)) == first
    assert [start for _, start, _ in first] == sorted(start for _, start, _ in first)


def test_the_shipped_words_are_found_as_by_one_expression_a_group():
    shipped = {group.name: group.words for group in groups()}
    text = " … ".join(f"{word.replace('*', 'ing')} {word.upper()}-{word}" for words in shipped.values() for word in words)
    assert set(GroupMatcher(shipped).find(text)) == by_expression(shipped, text)


def test_a_word_that_begins_with_a_mark_is_refused_by_name():
    with pytest.raises(ValueError, match=r"attacks: '\*box' does not begin with a letter or a digit"):
        GroupMatcher({"attacks": ["*box"]})

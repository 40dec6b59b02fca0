"""What waits for the store is written some at a time, by number or by weight."""

from trendwatch.pipeline._holding import Held


def test_so_many_are_written_together_and_the_rest_when_told():
    written = []
    held = Held(3, written.append)
    for one in "abcd":
        held.take(one)
    assert written == [["a", "b", "c"]]
    held.flush()
    held.flush()
    assert written == [["a", "b", "c"], ["d"]]


def test_what_weighs_more_counts_for_more_and_each_round_begins_anew():
    written = []
    held = Held(10, written.append)
    for one, weight in (("a", 4), ("b", 5), ("heavy", 60), ("c", 9), ("d", 1)):
        held.take(one, weight)
    assert written == [["a", "b", "heavy"], ["c", "d"]]

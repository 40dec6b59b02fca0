"""What waits for the store is written some at a time."""

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

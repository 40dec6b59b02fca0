"""What a round tells of visits and articles: one event each, and its counts."""

from __future__ import annotations

from collections import Counter

from trendwatch.model import Visit
from trendwatch.pipeline import Articles, PutOff
from trendwatch.serving.board import Board
from trendwatch.serving.events import Tell

_TOLD = ("source", "outcome", "status", "found", "new", "revised", "requests", "bytes", "moved_to", "error")


def visit(board: Board, tell: Tell, visit: Visit) -> None:
    """A source was asked."""
    board.count("visits_total", outcome=visit.outcome)
    board.count("items_total", visit.new, kind="new")
    board.count("items_total", visit.revised, kind="revised")
    board.count("requests_total", visit.requests)
    board.count("received_bytes_total", visit.bytes)
    tell("visit", seconds=round(visit.seconds_s, 3), **{name: getattr(visit, name) for name in _TOLD})


def put_off(board: Board, tell: Tell, one: PutOff) -> None:
    """A source was not asked, for its host's sake."""
    board.count("put_off_total")
    tell("put_off", source=one.source, until=one.until.isoformat(timespec="seconds"), reason=str(one))


def articles(board: Board, tell: Tell, done: Articles) -> None:
    """Pages were asked for."""
    board.count("articles_total", done.read, state="ok")
    for state, count in sorted(done.kept.items()):
        board.count("articles_total", count, state=state)
    tell("articles", read=done.read, left=done.left, **{k.replace(" ", "_"): n for k, n in sorted(done.kept.items())})


def articles_put_off(tell: Tell, done: Articles, before: Counter[str]) -> Counter[str]:
    """Pages were not asked for, for their hosts' sake: by host, told only when that has changed."""
    for host, count in sorted(done.put_off.items()) if done.put_off != before else ():
        tell("articles_put_off", host=host, count=count, reason="it asked to be left alone")
    return done.put_off

"""One line an event, which no text from the web can break or forge."""

import io
import json
import logging
import warnings

import pytest

from trendwatch.serving.events import teller

NASTY = 'a\x1b[31mb\u202ec\nlevel=error event=fake "x"\x85'


@pytest.fixture
def restored():
    root, own = logging.getLogger(), logging.getLogger("trendwatch.serving")
    before = root.handlers[:], root.level, own.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level, own.level = before


def test_json_has_when_how_grave_and_what_first_and_leaves_empty_fields_out(restored):
    stream = io.StringIO()
    teller("json", stream)("visit", source="lab", error="", new=0, seconds=1.5)
    told = json.loads(stream.getvalue())
    assert list(told) == ["at", "level", "event", "source", "new", "seconds"]
    assert (told["level"], told["event"], told["new"]) == ("info", "visit", 0)
    assert told["at"].endswith("Z")


@pytest.mark.parametrize("form", ["json", "logfmt"])
def test_text_from_the_web_stays_in_its_field_and_colours_nothing(restored, form):
    stream = io.StringIO()
    teller(form, stream)("error", error=NASTY)
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert not {"\x1b", "\u202e", "\x85"} & set(line)
    if form == "json":
        assert json.loads(line)["level"] == "error"
    else:
        assert "level=error event=error" in line
        assert 'error="a' in line
        assert '\\"x\\"' in line


def test_what_other_libraries_log_and_warn_comes_out_as_a_line_alike(restored):
    stream = io.StringIO()
    teller("json", stream)
    logging.getLogger("some.library").warning("watch %s", "out")
    logging.getLogger("apscheduler.scheduler").warning("a round is still at work")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("soon gone", DeprecationWarning, stacklevel=1)
    told = [json.loads(row) for row in stream.getvalue().splitlines()]
    assert [t["level"] for t in told] == ["warning", "warning"]
    assert told[0]["event"] == "watch out"
    assert "soon gone" in told[1]["event"]

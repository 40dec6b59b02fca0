import sys
import textwrap

import pytest

from trendwatch import plugins
from trendwatch.errors import PluginError


class Base:
    pass


@pytest.fixture
def package(tmp_path):
    """A plug point on disk: its name, and a function that adds a file to it."""
    name = f"plugpoint_{tmp_path.name.replace('-', '_')}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    sys.path.insert(0, str(tmp_path))

    def add(kind: str, text: str) -> None:
        (folder / f"{kind}.py").write_text(textwrap.dedent(text))

    yield name, add
    sys.path.remove(str(tmp_path))


GOOD = """
    from test_plugins import Base
    class _Helper(Base): pass
    class Good(Base): pass
"""


def test_a_file_is_a_kind_and_its_one_class_is_found(package):
    name, add = package
    add("good", GOOD)
    add("_private", "")
    assert plugins.names(name) == ["good"]
    assert plugins.load(name, "good", Base).__name__ == "Good"


def test_an_unknown_kind_names_the_nearest_and_all(package):
    name, add = package
    add("good", GOOD)
    add("other", GOOD)
    with pytest.raises(PluginError, match=r"'goood'.*'good'.*good, other"):
        plugins.load(name, "goood", Base)


@pytest.mark.parametrize(("text", "found"), [("x = 1", "none"), (GOOD + "    class Second(Base): pass\n", "Good, Second")])
def test_a_file_with_no_class_or_two_is_refused(package, text, found):
    name, add = package
    add("bad", text)
    with pytest.raises(PluginError, match=f"exactly one Base, found: {found}"):
        plugins.load(name, "bad", Base)

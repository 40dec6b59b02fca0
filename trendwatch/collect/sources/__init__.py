"""The plug point of source kinds: one file a kind, its name is what `kind:` says in sources.yaml.

A kind is a frozen dataclass. Its fields are the keys a user may write (annotated types are checked, `metadata={"help": …}`
documents them), its docstring is the help. It opens no socket, sees no clock and no store: asking and reading are two jobs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from trendwatch.model import Page, Request, Response

MOST_ENTRIES = 2000
"""Of one answer that are read. Feeds of normal life hold 10 to 100; arXiv's pages, the largest asked for, 2,000."""


class SourceKind(ABC):
    """How one sort of source is asked and read."""

    obeys_robots: ClassVar[bool] = False
    """Whether robots.txt binds it: a page that is scraped, yes; a feed or an API that the user named, no."""

    bulky: ClassVar[bool] = False
    """Whether answers may be hostile enough to be parsed in a child process that can be killed (XML, HTML)."""

    windowed: ClassVar[bool] = False
    """Whether a later visit asks only for what is new: then an answer without entries is no news, and no alarm."""

    remembers: ClassVar[bool] = False
    """Whether `parse` or `sources` wants to find what an earlier answer left (`Page.memory`)."""

    teasers: ClassVar[bool] = True
    """Whether entries may be mere teasers of the page they link to. Where they hold a text of their own, a change of a page or a
    version of it, that page's text must not take its place.
    """

    @abstractmethod
    def start(self, since: datetime | None) -> Sequence[Request]:
        """The first requests of a visit. `since` is the start of the last successful visit, None at the first."""

    @abstractmethod
    def parse(self, response: Response) -> Page:
        """Read one answer. Raises ParseError when it is not what this kind reads. Pure: same response, same page."""

    def sources(self, memories: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:  # noqa: ARG002 - most kinds name none
        """Further sources that this one names, from what `parse` left (URL → `Page.memory`): each its `name`, `kind` and that
        kind's own keys. They take all else from this source, are visited like any other, and are gone when no longer named.
        """
        return ()

    def address(self) -> str:
        """The address a person would recognise the source by."""
        return self.start(None)[0].url

"""`kind: arxiv`: papers that match a query of the arXiv API. Its pace is the host's, whatever asks it (`collect.pace.TOGETHER`)."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from trendwatch.collect.sources import SourceKind
from trendwatch.collect.sources._reading import moment, read_xml, refuse_html
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Page, Request, Response, Skip

LOOK_BACK = timedelta(days=8)
"""How far before the last visit the window starts: a paper is announced up to five days after its submission, more at year's end."""
_FOR_EVER = "209901010000"
_PAPER = re.compile(r"/abs/(.+?)(?:v(\d+))?$")


@dataclass(frozen=True, kw_only=True)
class Arxiv(SourceKind):
    """Papers from the arXiv API: one query, newest first. The first visit reads one page, later ones all since the last."""

    bulky: ClassVar[bool] = True
    windowed: ClassVar[bool] = True

    query: str = field(
        metadata={
            "help": 'In arXiv\'s own words: abs:"prompt injection" AND (cat:cs.CR OR cat:cs.CL). Fields: ti au abs co cat all.'
        }
    )
    url: str = field(default="https://export.arxiv.org/api/query", metadata={"help": "Address of the API."})
    page_size: int = field(default=200, metadata={"help": "Papers asked for at once, at most 2000."})
    most: int = field(default=1000, metadata={"help": "Papers read in one visit at most."})

    def start(self, since: datetime | None) -> Sequence[Request]:
        """The newest page; after the first visit limited to what was submitted since eight days before the last one."""
        window = f" AND submittedDate:[{since - LOOK_BACK:%Y%m%d}0000 TO {_FOR_EVER}]" if since else ""
        return (self._ask(f"({self.query}){window}" if window else self.query, 0),)

    def parse(self, response: Response) -> Page:
        """The papers, and the request for the next page while there are more. Raises ParseError on arXiv's error entry."""
        refuse_html(response, "arXiv")
        parsed, damaged = read_xml(response)
        if not parsed.get("version"):
            raise ParseError("arXiv answered with something that is no Atom feed.")
        _refuse_error(parsed.entries)
        total = _number(parsed.feed.get("opensearch_totalresults"))
        asked = parse_qs(urlsplit(response.request.url).query)
        query, start = asked.get("search_query", [self.query])[0], _number(asked.get("start", ["0"])[0])
        read = start + len(parsed.entries)
        if not parsed.entries and total > start:
            raise ParseError(f"arXiv answered with an empty page, though {total} papers match: it does so under load.")
        more = read < min(total, self.most) and "submittedDate:[" in query
        lost = max(total - read, 0) if "submittedDate:[" in query and not more else 0
        return Page(
            drafts=tuple(_draft(entry) for entry in parsed.entries),
            requests=(self._ask(query, read),) if more else (),
            skipped=(Skip(what=f"{lost} papers", reason=f"beyond the {self.most} read in one visit (most)"),) if lost else (),
            title=parsed.feed.get("title") or "",
            damaged=damaged,
        )

    def _ask(self, query: str, start: int) -> Request:
        size = min(self.page_size, max(self.most - start, 1))
        asked = {
            "search_query": query,
            "start": start,
            "max_results": size,
            "sortBy": "submittedDate",
            "sortOrder": "descending",
        }
        return Request(url=f"{self.url}?{urlencode(asked)}", conditional=False)


def _refuse_error(entries: list[Any]) -> None:
    """A bad query is answered with a feed of one entry: unnoticed it would become a paper called "Error"."""
    for entry in entries:
        if "/api/errors" in (entry.get("id") or ""):
            raise ParseError(f"arXiv refused the query: {(entry.get('summary') or 'no reason given').strip()[:200]}.")


def _number(text: object) -> int:
    digits = str(text or "").strip()
    return int(digits) if digits.isdecimal() and len(digits) < 10 else 0  # noqa: PLR2004 - more digits are no count


def _draft(entry: Any) -> Draft:
    address = entry.get("id") or entry.get("link") or ""
    found = _PAPER.search(address)
    number = found[1] if found else ""
    doi = (entry.get("arxiv_doi") or "").strip()
    return Draft(
        uid=f"arxiv:{number}" if number else address,
        url=entry.get("link") or address,
        title=html.escape(" ".join((entry.get("title") or "").split()), quote=False),
        html=html.escape(entry.get("summary") or "", quote=False),
        published=moment(dict.get(entry, "published_parsed")) or dict.get(entry, "published"),
        updated=moment(dict.get(entry, "updated_parsed")),
        authors=tuple(a["name"] for a in entry.get("authors") or () if a.get("name")),
        labels=tuple(tag["term"] for tag in entry.get("tags") or () if tag.get("term")),
        language="en",
        identifiers=(*((f"arxiv:{number}",) if number else ()), *((f"doi:{doi}",) if doi else ())),
        about=_about(entry, found[2] or "" if found else ""),
    )


def _about(entry: Any, version: str) -> dict[str, str]:
    primary = entry.get("arxiv_primary_category") or {}
    told = {
        "version": version,
        "comment": entry.get("arxiv_comment"),
        "journal": entry.get("arxiv_journal_ref"),
        "category": primary.get("term") if hasattr(primary, "get") else "",
    }
    return {key: " ".join(str(value).split()) for key, value in told.items() if value}

"""`kind: gov_uk`: what the government of the United Kingdom publishes, from the search API of GOV.UK."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from trendwatch.collect import urls
from trendwatch.collect.sources import SourceKind
from trendwatch.collect.sources._reading import read_json, records, text_of
from trendwatch.errors import ParseError
from trendwatch.model import Doctype, Draft, Page, Request, Response, Skip

LOOK_BACK = timedelta(days=3)
"""How far before the last visit the window starts: an index of this size is not up to date everywhere at once."""
PAGE = 100
SITE = "https://www.gov.uk"
SERVICE = "GOV.UK"
FIELDS = ("title", "description", "link", "public_timestamp", "organisations", "content_store_document_type", "format")
_RULES = frozenset(
    ("regulation", "statutory_guidance", "guidance", "detailed_guide", "consultation", "open_consultation", "closed_consultation",
     "consultation_outcome", "policy_paper", "decision", "notice", "call_for_evidence", "open_call_for_evidence", "statutory_instrument")
)  # fmt: skip
_NEWS = frozenset(("press_release", "news_story", "government_response", "world_news_story", "speech", "written_statement"))


@dataclass(frozen=True, kw_only=True)
class GovUk(SourceKind):
    """Publications of the British government and its regulators, from GOV.UK's search. A page that is updated comes again."""

    windowed: ClassVar[bool] = True

    search: tuple[str, ...] = field(default=(), metadata={"help": 'Words to search for, one request each; "…" is a phrase.'})
    organisations: tuple[str, ...] = field(
        default=(),
        metadata={"help": "Short names as in gov.uk/government/organisations/NAME: ofcom, information-commissioner-s-office."},
    )
    types: tuple[str, ...] = field(
        default=(),
        metadata={"help": "Sorts of documents: guidance, open_consultation, press_release, policy_paper …; empty is all."},
    )
    url: str = field(default="https://www.gov.uk/api/search.json", metadata={"help": "Address of the search API."})
    most: int = field(default=500, metadata={"help": "Documents read in one visit at most, for each search."})

    def start(self, since: datetime | None) -> Sequence[Request]:
        """One request a search, newest first. The first visit reads one page, later ones all since three days before the last."""
        window = [("filter_public_timestamp", f"from:{since - LOOK_BACK:%Y-%m-%d}")] if since else []
        limits = [
            *(("filter_organisations", name) for name in self.organisations),
            *(("filter_content_store_document_type", name) for name in self.types),
        ]
        shown = [("order", "-public_timestamp"), ("count", str(min(PAGE, self.most))), *(("fields", name) for name in FIELDS)]
        asked = [[*([("q", text)] if text else []), *limits, *window, *shown] for text in self.search or ("",)]
        return tuple(self._ask(pairs) for pairs in asked)

    def parse(self, response: Response) -> Page:
        """The documents, and the request for the next page while there are more."""
        answer = read_json(response, SERVICE)
        if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
            said = text_of(answer.get("error")) or text_of(answer.get("message")) if isinstance(answer, dict) else ""
            raise ParseError(f"{SERVICE} answered without documents{': ' + said[:200] if said else ''}.")
        found = records(answer["results"])
        asked = parse_qsl(urlsplit(response.request.url).query)
        start = int(dict(asked).get("start", "0"))
        given = answer.get("total")
        total = given if isinstance(given, int) else 0
        read = start + len(found)
        windowed = any(key == "filter_public_timestamp" for key, _ in asked)
        more = bool(found) and windowed and read < min(total, self.most)
        lost = total - read if windowed and found and not more else 0
        following = [*((k, v) for k, v in asked if k != "start"), ("start", str(read))]
        return Page(
            drafts=tuple(_draft(document) for document in found),
            requests=(self._ask(following),) if more else (),
            skipped=(Skip(what=f"{lost} documents", reason=f"beyond the {self.most} read in one visit (most)"),)
            if lost > 0
            else (),
            home=SITE,
        )

    def _ask(self, pairs: Sequence[tuple[str, str]]) -> Request:
        return Request(url=f"{self.url}?{urlencode(pairs)}", conditional=False)


def _draft(document: Mapping[str, Any]) -> Draft:
    link = text_of(document.get("link")) or text_of(document.get("_id"))
    sort = text_of(document.get("content_store_document_type")) or text_of(document.get("format"))
    given = document.get("organisations")
    names = [text_of(o.get("title")) or text_of(o.get("slug")) for o in records(given)]
    return Draft(
        uid=link,
        url=urls.joined(SITE, link) if link else "",
        title=html.escape(text_of(document.get("title")), quote=False),
        html=html.escape(text_of(document.get("description")), quote=False),
        published=text_of(document.get("public_timestamp")) or None,
        authors=tuple(filter(None, names)),
        labels=(sort.replace("_", " "),) if sort else (),
        language="en",
        about={"type": sort} if sort else {},
        doctype=_doctype(sort),
    )


def _doctype(sort: str) -> Doctype | None:
    return "regulation" if sort in _RULES else "news" if sort in _NEWS else None

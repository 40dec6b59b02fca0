"""`kind: federal_register`: documents of the United States' Federal Register."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from trendwatch.collect import urls
from trendwatch.collect.sources import SourceKind
from trendwatch.collect.sources._reading import read_json, records, text_of, values
from trendwatch.errors import ParseError
from trendwatch.model import Draft, Page, Request, Response, Skip

LOOK_BACK = timedelta(days=7)
"""How far before the last visit the window starts: answers are cached for a day, and a correction bears its old date."""
PAGE = 100
_PAGED = re.compile(r"publication_date(?:\]|%5D)|[?&]page=", re.IGNORECASE)
"""Requests that read on: those with a window of time, and those for a later page already."""
SERVICE = "The Federal Register"
FIELDS = (
    "title", "type", "subtype", "abstract", "action", "dates", "document_number", "html_url", "pdf_url", "publication_date",
    "agencies", "effective_on", "comments_close_on", "comment_url", "docket_ids", "regulation_id_numbers", "citation",
    "significant", "topics",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FederalRegister(SourceKind):
    """Rules, proposed rules, notices and presidential documents of the Federal Register, with the dates on which they bind."""

    windowed: ClassVar[bool] = True

    search: tuple[str, ...] = field(
        default=(),
        metadata={"help": 'Words to search for, one request each: words are ANDed, "…" is a phrase, | is OR, - excludes.'},
    )
    agencies: tuple[str, ...] = field(
        default=(), metadata={"help": "Short names as in federalregister.gov/agencies/NAME: federal-trade-commission."}
    )
    types: tuple[str, ...] = field(default=(), metadata={"help": "RULE, PRORULE, NOTICE or PRESDOCU; empty is all."})
    url: str = field(
        default="https://www.federalregister.gov/api/v1/documents.json", metadata={"help": "Address of the documents API."}
    )
    most: int = field(default=1000, metadata={"help": "Documents read in one visit at most, for each search."})

    def start(self, since: datetime | None) -> Sequence[Request]:
        """One request a search, newest first. The first visit reads one page, later ones all since seven days before the last."""
        window = [("conditions[publication_date][gte]", f"{since - LOOK_BACK:%Y-%m-%d}")] if since else []
        limits = [*(("conditions[agencies][]", a) for a in self.agencies), *(("conditions[type][]", t) for t in self.types)]
        paging = [("per_page", str(min(PAGE, self.most))), ("order", "newest"), *(("fields[]", name) for name in FIELDS)]
        asked = [[*([("conditions[term]", t)] if t else []), *limits, *window, *paging] for t in self.search or ("",)]
        return tuple(self._ask(f"{self.url}?{urlencode(pairs)}") for pairs in asked)

    def parse(self, response: Response) -> Page:
        """The documents, and the request for the next page. No `results` at all means that nothing matched."""
        answer = read_json(response, SERVICE)
        if not isinstance(answer, dict) or "errors" in answer:
            said = text_of(answer.get("errors")) or str(answer.get("errors")) if isinstance(answer, dict) else "no object"
            raise ParseError(f"{SERVICE} refused the query: {said[:200]}.")
        if "results" not in answer and "count" not in answer:
            raise ParseError(f"{SERVICE} answered with JSON that holds no documents.")
        found = records(answer.get("results"))
        requests, skipped = self._next(response, text_of(answer.get("next_page_url")), read=bool(found))
        return Page(
            drafts=tuple(_draft(document) for document in found),
            requests=requests,
            skipped=skipped,
            title=text_of(answer.get("description")),
        )

    def _next(self, response: Response, url: str, *, read: bool) -> tuple[tuple[Request, ...], tuple[Skip, ...]]:
        """The next page, when it lies on the same host, is another one, and the first visit's single page is not enough."""
        here = response.request.url
        if not url or not read or not _PAGED.search(here):
            return (), ()
        if urls.parts(url).netloc != urlsplit(response.url).netloc or url == here:
            return (), (Skip(what=url[:200], reason="the next page is on another host or is this one"),)
        if _page(url) > -(-self.most // PAGE):
            return (), (Skip(what=f"page {_page(url)} and on", reason=f"beyond the {self.most} read in one visit (most)"),)
        return (self._ask(url),), ()

    def _ask(self, url: str) -> Request:
        return Request(url=url, conditional=False)


def _page(url: str) -> int:
    number = parse_qs(urlsplit(url).query).get("page", ["1"])[0]
    return int(number) if number.isdecimal() and len(number) < 10 else 10**9  # noqa: PLR2004 - more digits are no page


def _draft(document: Mapping[str, Any]) -> Draft:
    number = text_of(document.get("document_number"))
    return Draft(
        uid=number,
        url=text_of(document.get("html_url")) or text_of(document.get("pdf_url")),
        title=html.escape(text_of(document.get("title")), quote=False),
        html=html.escape(text_of(document.get("abstract")), quote=False),
        published=text_of(document.get("publication_date")) or None,
        authors=_agencies(document),
        labels=tuple(filter(None, map(text_of, values(document.get("topics"))))),
        language="en",
        identifiers=(f"fr:{number}",) if number else (),
        dates=_dates(document),
        about=_about(document),
        doctype="regulation",
    )


def _agencies(document: Mapping[str, Any]) -> tuple[str, ...]:
    given = document.get("agencies")
    listed = given if isinstance(given, list) else []
    names = [text_of(a.get("name")) or text_of(a.get("raw_name")) if isinstance(a, dict) else text_of(a) for a in listed]
    return tuple(dict.fromkeys(filter(None, names)))


def _dates(document: Mapping[str, Any]) -> dict[str, date]:
    found = {}
    for name, key in (("effective", "effective_on"), ("comments_close", "comments_close_on")):
        try:
            found[name] = date.fromisoformat(text_of(document.get(key)))
        except ValueError:
            continue  # null more often than not
    return found


def _about(document: Mapping[str, Any]) -> dict[str, str]:
    listed = {key: values(document.get(key)) for key in ("docket_ids", "regulation_id_numbers")}
    told = {
        "agencies": "; ".join(_agencies(document)),
        "dockets": "; ".join(filter(None, map(text_of, listed["docket_ids"]))),
        "rin": "; ".join(filter(None, map(text_of, listed["regulation_id_numbers"]))),
        "significant": "yes" if document.get("significant") is True else "",
    }
    plain = ("type", "subtype", "action", "dates", "citation", "comment_url", "pdf_url")
    return {k: v for k, v in (told | {key: text_of(document.get(key)) for key in plain}).items() if v}

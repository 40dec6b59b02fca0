"""`kind: github_advisories`: security advisories on packages, from GitHub's reviewed database."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from trendwatch.collect.sources import SourceKind, _github
from trendwatch.collect.sources._mail import marked_up
from trendwatch.collect.sources._reading import records, text_of
from trendwatch.model import Draft, Page, Request, Response, Skip

LOOK_BACK = timedelta(days=2)
"""How far before the last visit the window starts: it counts days."""
PAGE = 100
_SEVERITIES = ("unknown", "low", "medium", "high", "critical")


@dataclass(frozen=True, kw_only=True)
class GithubAdvisories(SourceKind):
    """Weaknesses found in packages that AI products are made of, each with its CVE, severity and the version that mends it.

    A token in TRENDWATCH_GITHUB_TOKEN, which needs no rights at all, raises the limit from 60 requests an hour to 5,000.
    """

    windowed: ClassVar[bool] = True
    teasers: ClassVar[bool] = False

    packages: tuple[str, ...] = field(
        default=(), metadata={"help": "Names of packages: torch, transformers, vllm, langchain; empty is all of the ecosystem."}
    )
    ecosystem: str = field(default="pip", metadata={"help": "Where the packages come from: pip, npm, go, maven, rust …"})
    severity: str = field(default="", metadata={"help": "The least severity: low, medium, high or critical; empty is any."})
    url: str = field(default=f"{_github.API}/advisories", metadata={"help": "Address of the advisories API."})
    most: int = field(default=300, metadata={"help": "Advisories read in one visit at most."})

    def __post_init__(self) -> None:
        if self.severity and self.severity not in _SEVERITIES[1:]:
            raise ValueError(f"severity must be one of {', '.join(_SEVERITIES[1:])}")

    def start(self, since: datetime | None) -> Sequence[Request]:
        """Those changed last. The first visit reads one page, later ones all since two days before the last."""
        asked = {"type": "reviewed", "ecosystem": self.ecosystem}
        asked |= {"affects": ",".join(self.packages)} if self.packages else {}
        asked |= {"updated": f">={since - LOOK_BACK:%Y-%m-%d}"} if since else {}
        asked |= {"sort": "updated", "direction": "desc", "per_page": str(min(PAGE, self.most))}
        return (_github.ask(f"{self.url}?{urlencode(asked)}", conditional=False),)

    def parse(self, response: Response) -> Page:
        """The advisories, and the request for the next page while there are more. Milder ones are named among the skipped."""
        found = records(_github.read(response, list))
        least = _SEVERITIES.index(self.severity) if self.severity else 0
        mild = [a for a in found if _rank(a) < least]
        requests, skipped = self._next(response, read=bool(found))
        return Page(
            drafts=tuple(_draft(advisory) for advisory in found if advisory not in mild),
            requests=requests,
            skipped=(
                *skipped,
                *(Skip(what=text_of(a.get("summary")), reason=f"is less severe than {self.severity}") for a in mild),
            ),
            home="https://github.com/advisories",
        )

    def _next(self, response: Response, *, read: bool) -> tuple[tuple[Request, ...], tuple[Skip, ...]]:
        """The next page. The API's pages have no numbers: the fragment, which no server sees, counts what was asked before."""
        address = _github.next_page(response)
        asked = urlsplit(response.request.url)
        if not address or not read or "updated" not in parse_qs(asked.query):
            return (), ()
        page = int(asked.fragment or "1")
        if page * PAGE >= self.most:
            return (), (Skip(what="older advisories", reason=f"beyond the {self.most} read in one visit (most)"),)
        return (_github.ask(f"{address.partition('#')[0]}#{page + 1}", conditional=False),), ()


def _rank(advisory: Mapping[str, Any]) -> int:
    told = text_of(advisory.get("severity"))
    return _SEVERITIES.index(told) if told in _SEVERITIES else 0


def _draft(advisory: Mapping[str, Any]) -> Draft:
    ghsa, cve = text_of(advisory.get("ghsa_id")), text_of(advisory.get("cve_id"))
    listed = [(text_of(i.get("type")).lower(), text_of(i.get("value"))) for i in records(advisory.get("identifiers"))]
    named = dict.fromkeys([("ghsa", ghsa), ("cve", cve), *listed])
    return Draft(
        uid=ghsa,
        url=text_of(advisory.get("html_url")) or (f"https://github.com/advisories/{ghsa}" if ghsa else ""),
        title=html.escape(text_of(advisory.get("summary")), quote=False),
        html=marked_up(text_of(advisory.get("description"))),
        published=text_of(advisory.get("published_at")) or None,
        updated=text_of(advisory.get("updated_at")) or None,
        labels=tuple(filter(None, (text_of(c.get("name")) for c in records(advisory.get("cwes"))))),
        language="en",
        identifiers=tuple(f"{scheme}:{value}" for scheme, value in named if scheme in ("ghsa", "cve") and value),
        about=_about(advisory),
        doctype="incident",
    )


def _about(advisory: Mapping[str, Any]) -> dict[str, str]:
    weak = records(advisory.get("vulnerabilities"))
    packages = [(w.get("package") or {}, w) for w in weak if isinstance(w.get("package") or {}, dict)]
    ranges = [f"{text_of(p.get('name'))} {text_of(w.get('vulnerable_version_range'))}".strip() for p, w in packages]
    mended = [
        f"{text_of(p.get('name'))} {text_of(w.get('first_patched_version'))}"
        for p, w in packages
        if w.get("first_patched_version")
    ]
    score = advisory.get("cvss")
    told = {
        "severity": text_of(advisory.get("severity")),
        "cvss": text_of(score.get("score")) if isinstance(score, dict) else "",
        "affects": "; ".join(dict.fromkeys(filter(None, ranges))),
        "mended_in": "; ".join(dict.fromkeys(mended)),
        "withdrawn": text_of(advisory.get("withdrawn_at")),
        "code": text_of(advisory.get("source_code_location")),
    }
    return {key: value for key, value in told.items() if value}

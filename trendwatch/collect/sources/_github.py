"""What the kinds that ask GitHub's REST API share: headers, token, pages, errors."""

from __future__ import annotations

import re
from types import UnionType
from typing import Any
from urllib.parse import urlsplit

from trendwatch.collect import urls
from trendwatch.collect.sources._reading import read_json, text_of
from trendwatch.errors import ParseError
from trendwatch.model import Credential, Request, Response

API = "https://api.github.com"
PACE = "github-api"
GAP_S = 1.0
"""Between two requests, counted over all sources that ask the API, as its guidelines ask."""
TOKEN = Credential(variable="TRENDWATCH_GITHUB_TOKEN", prefix="Bearer ")
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_NEXT = re.compile(r'<([^<>]{1,2000})>\s*;\s*rel="next"')


def ask(url: str, *, conditional: bool = True) -> Request:
    """A GET of the API. The token is optional: without it the API answers 60 requests an hour, with it 5,000."""
    return Request(url=url, headers=HEADERS, pace=PACE, gap_s=GAP_S, conditional=conditional, credential=TOKEN)


def read(response: Response, shape: type | UnionType) -> Any:
    """The answer as JSON of a shape. Raises ParseError with GitHub's own words when it is another."""
    answer = read_json(response, "GitHub")
    if isinstance(answer, shape) and not (
        isinstance(answer, dict) and set(answer) <= {"message", "documentation_url", "status", "errors"}
    ):
        return answer
    said = text_of(answer.get("message")) if isinstance(answer, dict) else ""
    if "rate limit" in said.lower():
        raise ParseError(
            "GitHub answers no more requests this hour; a token in TRENDWATCH_GITHUB_TOKEN raises the limit to 5,000."
        )
    raise ParseError(f"GitHub answered with something else than was asked for{': ' + said[:200] if said else ''}.")


def next_page(response: Response) -> str:
    """The address of the next page, when the answer names one on the same host; else ""."""
    found = _NEXT.search(response.headers.get("link", ""))
    if not found:
        return ""
    here, there = urlsplit(response.request.url), urls.parts(found[1])
    return found[1] if (here.scheme, here.netloc) == (there.scheme, there.netloc) and found[1] != response.request.url else ""

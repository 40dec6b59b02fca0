"""What one GET brought, and what a later one may send back."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

from trendwatch.collect.body import Answer
from trendwatch.model import Request, Response, Validators

_HEADER = re.compile(r"[\x21-\x7e\x80-\xff](?:[\x20-\x7e\x80-\xff\t]*[\x21-\x7e\x80-\xff])?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one GET brought. `response` is None for a 304, a 204, or a body identical to the last one, byte for byte."""

    response: Response | None
    validators: Validators | None
    url: str  # where the answer came from
    moved_to: str = ""  # where permanent redirects alone led, "" when there were none
    bytes: int = 0  # received, as they travelled
    requests: int = 0
    status: int = 0
    retry_after_s: float | None = None
    fresh_s: float = 0.0  # how long the answer says it stays fresh


def with_body(fetched: Fetched, request: Request, answer: Answer, known: Validators | None) -> Fetched:
    """Add the response, unless its body is the last one again, and what a later request may send back."""
    fresh = Validators(
        url=request.url,
        etag=_sendable(answer.headers.get("etag", "")),
        last_modified=_sendable(answer.headers.get("last-modified", "")),
        body_hash=hashlib.sha256(answer.body).hexdigest(),
    )
    if known is not None and known.body_hash == fresh.body_hash:
        return replace(fetched, validators=fresh)
    response = Response(request=request, url=fetched.url, status=answer.status, headers=answer.headers, body=answer.body)
    return replace(fetched, response=response, validators=fresh)


def _sendable(value: str) -> str:
    """A validator as it will be sent back, byte for byte, or "" when no header may hold it."""
    return value if _HEADER.match(value) and len(value) < 1000 else ""  # noqa: PLR2004 - beyond that it is no validator

"""What an answer's status and headers say: good, moved, unchanged, wait, or an error of which sort. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from trendwatch.errors import FetchError

DAY_S = 86400.0
_SOON = {408, 425, 429}  # 4xx that mean "later"
_WALL = re.compile(
    rb"just a moment|captcha|cf-chl|challenge-platform|attention required|are you a robot|access denied|bot detection|ddos",
    re.IGNORECASE,
)
REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT_REDIRECTS = {301, 308}


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from Retry-After in any of its four forms, at most a day; None when it says nothing usable.

    A date is counted from the answer's own Date header: no clock is read, and a server whose clock is off harms nobody.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        seconds = DAY_S if len(text) > 8 else float(text)  # noqa: PLR2004 - nine digits are thirty years
        return min(seconds, DAY_S) if seconds > 0 else None
    return _until(text, headers)


def freshness(headers: Mapping[str, str]) -> float:
    """Seconds for which the answer says it stays fresh (Cache-Control, else Expires), 0 to a day."""
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return 0.0
    found = re.search(r"max-age\s*=\s*\"?(\d{1,12})", control)
    if found:
        return min(float(found[1]), DAY_S)
    return _until(headers.get("expires", ""), headers) or 0.0


def quota(headers: Mapping[str, str]) -> float:
    """Seconds until more may be asked, when an API says that nothing remains (X-RateLimit-* or RateLimit-*); else 0."""
    for prefix in ("x-ratelimit-", "ratelimit-"):
        left, reset = headers.get(prefix + "remaining", "").strip(), headers.get(prefix + "reset", "").strip()
        if left == "0" and reset.isascii() and reset.isdigit() and len(reset) < 12:  # noqa: PLR2004 - an epoch has ten digits
            now = _date(headers.get("date", ""))
            wait = float(reset) if float(reset) <= DAY_S else float(reset) - now.timestamp() if now else 0.0
            return min(max(wait, 0.0), DAY_S)
    return 0.0


def _until(text: str, headers: Mapping[str, str]) -> float | None:
    then, now = _date(text), _date(headers.get("date", ""))
    if then is None or now is None or then <= now:
        return None
    return min((then - now).total_seconds(), DAY_S)


def _date(text: str) -> datetime | None:
    """An HTTP date in any of its three forms; None for anything else."""
    if not 8 < len(text) < 64:  # noqa: PLR2004 - all three forms lie well within
        return None
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def trouble(status: int, headers: Mapping[str, str], body: bytes) -> FetchError | None:
    """The error that a final status means, None for a usable answer. `body` is the beginning of an error page."""
    if 200 <= status < 300 and status != 206:  # noqa: PLR2004 - 206 is a part, and none was asked for
        return None
    if 400 <= status < 500 and status not in _SOON and not _spent(status, headers):  # noqa: PLR2004 - the client's fault
        return FetchError(f"HTTP {status}: {_meaning(status, headers, body)}", outcome="permanent", status=status)
    wait = retry_after(headers) or quota(headers) or None
    if status in REDIRECTS:
        return FetchError(f"HTTP {status} without an address to go to", status=status)
    return FetchError(f"HTTP {status}: {_meaning(status, headers, body)}", status=status, retry_after_s=wait)


def _spent(status: int, headers: Mapping[str, str]) -> bool:
    """Whether a 403 means "later": so GitHub says that its limit of requests is used up."""
    return status == 403 and (headers.get("x-ratelimit-remaining", "").strip() == "0" or retry_after(headers) is not None)  # noqa: PLR2004 - forbidden


def _said(headers: Mapping[str, str], body: bytes) -> str:
    """What an API says is wrong, as " (…)": the message of a JSON object, one short line. "" for anything else."""
    if "json" not in headers.get("content-type", "") or not body.lstrip().startswith(b"{"):
        return ""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    words = next(
        (told[k] for k in ("message", "error", "detail", "title") if isinstance(told.get(k), str) and told[k].strip()), ""
    )
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())[:200]
    return f" ({line})" if line else ""


def _meaning(status: int, headers: Mapping[str, str], body: bytes) -> str:
    wall = headers.get("cf-mitigated", "") == "challenge" or (status in (401, 403, 429, 503) and _WALL.search(body))
    if wall:
        return "blocked by a bot wall"
    if _spent(status, headers):
        return f"no more requests for now, the limit is used up; a key or token raises it{_said(headers, body)}"
    words = {
        206: "a part of the answer, which was not asked for",
        401: "a login is asked for",
        402: "payment is asked for",
        403: "forbidden",
        404: "not found",
        410: "gone for good",
        429: "too many requests",
    }
    meant = words.get(status) or ("the server failed" if status >= 500 else "not a usable answer")  # noqa: PLR2004 - 5xx
    return meant + _said(headers, body)

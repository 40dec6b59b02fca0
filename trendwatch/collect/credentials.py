"""Secrets that requests need: put in at the last moment, and taken out again of whatever comes back to be kept or told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import quote, urlsplit, urlunsplit

from trendwatch.collect.fetched import Fetched
from trendwatch.errors import FetchError
from trendwatch.model import Request

NONE: Mapping[str, str] = MappingProxyType({})
HIDDEN = "***"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A request with its secret in place, which no one else sees. `value` is "" where there is none."""

    request: Request
    value: str = field(default="", repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)

    def hide(self, text: str) -> str:
        """Text without the secret: a server may repeat it in a redirect, an error may quote the address."""
        return text.replace(self.value, HIDDEN).replace(quote(self.value, safe=""), HIDDEN) if self.value else text

    def hidden(self, fetched: Fetched) -> Fetched:
        """What was fetched, as if no secret had been sent."""
        if not self.value:
            return fetched
        response = fetched.response and replace(fetched.response, url=self.hide(fetched.response.url))
        return replace(fetched, response=response, url=self.hide(fetched.url), moved_to=self.hide(fetched.moved_to))


@contextmanager
def kept_secret(request: Request, secrets: Mapping[str, str]) -> Iterator[Secret]:
    """The request with what its credential names. Raises FetchError ("policy") when a secret is required and missing; errors
    that pass through lose the secret.
    """
    secret = _put_in(request, secrets)
    try:
        yield secret
    except FetchError as error:
        if secret.value and str(error) != secret.hide(str(error)):
            told = FetchError(
                secret.hide(str(error)), outcome=error.outcome, status=error.status, retry_after_s=error.retry_after_s
            )
            raise told from None
        raise


def _put_in(request: Request, secrets: Mapping[str, str]) -> Secret:
    wanted = request.credential
    value = secrets.get(wanted.variable, "") if wanted else ""
    if wanted is None or not value:
        if wanted and wanted.required:
            raise FetchError(f"needs a secret: set {wanted.variable} in the environment", outcome="policy")
        return Secret(request=request)
    if not value.isprintable() or (wanted.place == "header" and not value.isascii()):
        raise FetchError(f"{wanted.variable} in the environment holds characters that no request may hold", outcome="policy")
    if wanted.place == "query":
        return Secret(request=replace(request, url=_with_query(request.url, wanted.name, value)), value=value)
    if wanted.place == "header":
        return Secret(request=request, value=value, headers={wanted.name: wanted.prefix + value})
    return Secret(request=request, value=value)


def _with_query(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, f"{quote(name, safe='')}={quote(value, safe='')}")))
    return urlunsplit(parts._replace(query=query))

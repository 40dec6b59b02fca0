"""Take an answer off the wire: status, headers and, where it is wanted, the body, within its cap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import httpcore2

from trendwatch.collect import answers
from trendwatch.collect.decode import Decoder
from trendwatch.errors import FetchError

ERROR_PAGE = 16 * 1024  # bytes of an error page that are read, to tell a bot wall


@dataclass(slots=True)
class Answer:
    """One hop's answer."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    left: bool = False  # some of the body was left on the wire


async def receive(stream: httpcore2.Response, cap: int, count: Callable[[int], None], *, whole: bool = True) -> Answer:
    """Take status, headers and, where it is wanted, the body: never a redirect's, only the beginning of an error's.

    With `whole` false, the first `cap` bytes are enough and what follows is left on the wire.
    """
    headers: dict[str, str] = {}
    for name, value in stream.headers:
        headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    answer = Answer(stream.status, headers)
    if answer.status in answers.REDIRECTS:
        return answer
    if not 200 <= answer.status < 300 and answer.status != 304:  # noqa: PLR2004 - success, not modified
        with suppress(TimeoutError, httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException):
            answer.left = True
            answer.body, answer.left = await _beginning(stream)
        return answer
    length = headers.get("content-length", "")
    if length.isdigit() and (len(length) > 15 or int(length) > cap) and whole and answer.status != 304:  # noqa: PLR2004 - not modified
        raise FetchError(f"the answer announces more than {cap:,} bytes", outcome="policy", status=answer.status)
    decoder = Decoder(headers.get("content-encoding", ""), cap if whole else cap * 4)
    try:
        async for chunk in stream.aiter_stream():
            decoder.feed(chunk)
            if not whole and decoder.received >= cap:
                answer.left = True
                break
    finally:
        count(decoder.received)
    answer.body = decoder.finish() if whole else decoder.so_far()[:cap]
    return answer


async def _beginning(stream: httpcore2.Response) -> tuple[bytes, bool]:
    """The first bytes of a body, and whether more were left."""
    async with asyncio.timeout(2):
        body = b""
        async for chunk in stream.aiter_stream():
            body += chunk
            if len(body) >= ERROR_PAGE:
                return body[:ERROR_PAGE], True
    return body, False

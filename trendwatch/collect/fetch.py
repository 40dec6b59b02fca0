"""Polite HTTP: one GET, from the guard's word to a body within its caps, or a FetchError that says how to count it.

Redirects are followed by hand, each hop judged like a first URL, and no redirect's body is read. One deadline covers all that a
request does on the wire, tries and hops included; waiting for its turn does not count. Only an answer that was read whole
brings validators, and they are the server's bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpcore2
import stamina
import stamina.instrumentation

from trendwatch.collect import answers, credentials, guard, wire
from trendwatch.collect.body import Answer, receive
from trendwatch.collect.fetched import Fetched, with_body
from trendwatch.collect.guard import Address, Guard
from trendwatch.collect.pace import Pace, domain_of, queue_of
from trendwatch.collect.robots import MOST_BYTES, PRODUCT, Robots
from trendwatch.errors import FetchError
from trendwatch.model import Network, Request, Validators

HOPS = 5
TRIES = 3
OFFLINE_AFTER = 6  # hosts that cannot be looked up or reached, with none that can, before the rest is spared the wait
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, application/json;q=0.9,"
    " text/html;q=0.8, */*;q=0.5"
)
PUBLIC_HEADERS = {"accept", "accept-language"}  # of a kind's own headers, those that may follow to another origin


@dataclass(slots=True)
class _Trip:
    """The way of one GET: what it has left and what it cost."""

    left_s: float
    cap: int
    bytes: int = 0
    requests: int = 0
    whole: bool = True  # False: the beginning, up to the cap, will do
    moved_to: str = ""
    temporary: bool = False  # a temporary redirect was on the way

    def count(self, received: int) -> None:
        """Add bytes that came over the wire."""
        self.bytes += received


class _AgainError(Exception):
    """A failure that a second try may cure."""


async def always() -> None:
    """There is room for one more answer."""


class Fetcher:
    """Fetches for one run. An async context manager; `get` may be called from many tasks.

    `room` returns when one more answer may be asked for: answers that nobody has read yet take memory. Whoever fetches after
    another fetcher hands on its `pace`, or hosts are asked as if for the first time. `waits` is how long one waits for a byte.
    """

    def __init__(
        self,
        network: Network,
        *,
        validators: Mapping[str, Validators],
        version: str,
        secrets: Mapping[str, str] = credentials.NONE,
        proxies: Mapping[str, str] | None = None,
        ca_file: str = "",
        room: Callable[[], Awaitable[object]] = always,
        pace: Pace | None = None,
        waits: wire.Waits = wire.WAITS,
    ) -> None:
        self._network = network
        self._validators = validators
        self._secrets = secrets
        self._room = room
        self._guard = Guard(network.allow)
        self._pace = pace or Pace()
        self._pace.adjust(network.host_gap_s, network.at_once)
        self._waits = waits
        self._wire = wire.Wire(self._guard, at_once=network.at_once, proxies=proxies, ca_file=ca_file)
        self._robots = Robots(self._robots_txt)
        self._agent = user_agent(version, network.contact)
        self._last: dict[str, httpcore2.URL] = {}  # asked of a domain that grants one connection at a time
        self._unreached: set[str] = set()
        self._reached = False
        stamina.instrumentation.set_on_retry_hooks([])  # a retry is no news for the user's terminal

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._robots.close()
        await self._wire.close()

    async def get(self, request: Request, *, robots: bool = False) -> Fetched:
        """Ask once. Raises FetchError; its `retry_after_s` is what the server asked for."""
        with credentials.kept_secret(request, self._secrets) as secret:
            if request.url.startswith(("imap:", "imaps:")):
                return await self._mails(request, secret)
            return secret.hidden(await self._get(request, secret, robots=robots))

    async def _mails(self, request: Request, secret: credentials.Secret) -> Fetched:
        from trendwatch.collect import imap  # noqa: PLC0415 - few read mail

        async with self._pace.turn(urlsplit(request.url).hostname or "", request.gap_s):
            trust = self._wire.trust() if request.url.startswith("imaps:") else None
            mails = await imap.get(request, guard=self._guard, network=self._network, secret=secret.value, trust=trust)
        fetched = Fetched(response=None, validators=None, url=request.url, bytes=len(mails.body), requests=1, status=200)
        answer = Answer(mails.status, dict(mails.headers), mails.body)
        return with_body(fetched, request, answer, self._validators.get(request.url))

    async def _get(self, request: Request, secret: credentials.Secret, *, robots: bool) -> Fetched:
        trip = _Trip(left_s=self._network.total_timeout_s, cap=self._network.max_bytes)
        known = self._validators.get(request.url)
        headers = self._headers(request, known if request.conditional else None) | secret.headers
        address, answer = await self._follow(secret.request, headers, trip, robots=robots)
        fetched = Fetched(
            response=None,
            validators=None,
            url=address.url,
            moved_to=trip.moved_to,
            bytes=trip.bytes,
            requests=trip.requests,
            status=answer.status,
            fresh_s=answers.freshness(answer.headers),
        )
        return fetched if answer.status in (204, 205, 304) else with_body(fetched, request, answer, known)

    # ---- one GET: hops and tries

    async def _follow(self, request: Request, headers: dict[str, str], trip: _Trip, *, robots: bool) -> tuple[Address, Answer]:
        address = guard.split(request.url)
        for _ in range(HOPS + 1):
            self._guard.check(address)
            self._spare(address)
            if robots:
                await self._ask_robots(address, request)
            answer = await self._retried(address, headers, request, trip)
            if answer.status not in answers.REDIRECTS or not answer.headers.get("location"):
                error = answers.trouble(answer.status, answer.headers, answer.body) if answer.status != 304 else None  # noqa: PLR2004 - not modified
                if error is not None:
                    self._close(address, request, error)
                    raise error
                self._pace.close(queue_of(address, request)[0], answers.quota(answer.headers))
                return address, answer
            after = guard.split(guard.target(address.url, answer.headers["location"]))
            trip.temporary |= answer.status not in answers.PERMANENT_REDIRECTS
            trip.moved_to = trip.moved_to if trip.temporary else after.url
            if after.origin != address.origin:
                headers = {k: v for k, v in headers.items() if k.lower() in self._own or k.lower() in PUBLIC_HEADERS}
            address = after
        raise FetchError(f"more than {HOPS} redirects", outcome="policy", status=answer.status)

    async def _retried(self, address: Address, headers: Mapping[str, str], request: Request, trip: _Trip) -> Answer:
        """A broken connection or a gateway's hiccup is tried again, twice at most, within the deadline."""
        answer = Answer(0, {})
        try:
            async for attempt in stamina.retry_context(
                on=_AgainError, attempts=TRIES, timeout=None, wait_initial=0.25, wait_max=2.0, wait_jitter=0.5
            ):
                with attempt:
                    answer = await self._turn(address, headers, request, trip)
                    _check_hiccup(answer, last=attempt.num == TRIES or trip.left_s < 1)
        except _AgainError as error:
            raise error.__cause__ if isinstance(error.__cause__, FetchError) else FetchError("the request failed") from error
        return answer

    async def _turn(self, address: Address, headers: Mapping[str, str], request: Request, trip: _Trip) -> Answer:
        """One request on the wire, when its queue lets it."""
        clock = asyncio.get_running_loop().time
        async with self._pace.turn(*queue_of(address, request)):
            await self._room()
            started = clock()
            trip.requests += 1
            try:
                async with asyncio.timeout(trip.left_s):
                    answer = await self._send(address, headers, trip)
            except TimeoutError as error:
                raise FetchError(f"no whole answer within {self._network.total_timeout_s:g} s") from error
            finally:
                trip.left_s = max(0.0, trip.left_s - (clock() - started))
        self._reached = True
        return answer

    async def _send(self, address: Address, headers: Mapping[str, str], trip: _Trip) -> Answer:
        url = httpcore2.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.target)
        limits = self._waits.limits(self._network.connect_timeout_s, trip.left_s)
        raw = [(k.encode("ascii"), v.encode("latin-1")) for k, v in headers.items()]
        try:
            pool = await self._wire.pool(address)
            await self._leave(domain_of(address.host), pool, url)
            return await _exchange(pool, url, raw, limits, trip)
        except FetchError as error:
            self._note(address, error)
            raise
        except httpcore2.TimeoutException as error:
            raise wire.explain(error) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.ProxyError, OSError, *wire.BREACHES) as error:
            told = wire.explain(error)
            self._note(address, told)
            broke = isinstance(error, httpcore2.ReadError | httpcore2.WriteError | httpcore2.RemoteProtocolError)
            if broke and trip.left_s > 0 and not str(error).startswith("Receive buffer"):
                raise _AgainError from told
            raise told from error

    async def _leave(self, domain: str, pool: httpcore2.AsyncConnectionPool, url: httpcore2.URL) -> None:
        """Of a domain's hosts only one is connected to: the connection to the one before is not kept."""
        before = self._last.get(domain)
        if before is not None and before.origin != url.origin:
            await wire.drop(pool, before)
        if domain:
            self._last[domain] = url

    # ---- what surrounds it

    def _headers(self, request: Request, known: Validators | None) -> dict[str, str]:
        headers = {"User-Agent": self._agent, "Accept": ACCEPT, "Accept-Encoding": "gzip, deflate"}
        given = {k.lower() for k in request.headers}
        headers = {k: v for k, v in headers.items() if k.lower() not in given or k != "Accept"}
        headers |= {k: v for k, v in request.headers.items() if k.lower() not in ("user-agent", "accept-encoding", "host")}
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        if known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        return headers

    _own = frozenset({"user-agent", "accept-encoding", "if-none-match", "if-modified-since"})

    async def _ask_robots(self, address: Address, request: Request) -> None:
        queue, _ = queue_of(address, request)
        rules = await self._robots.of(address.origin)
        self._pace.check(queue)  # that answer may have closed it, for all who waited for it
        rules.check(address.url)
        if rules.delay_s:
            self._pace.slow(queue, rules.delay_s)

    async def _robots_txt(self, url: str) -> bytes:
        request = Request(url=url, headers={"Accept": "text/plain, */*;q=0.5"})
        trip = _Trip(left_s=min(10.0, self._network.total_timeout_s), cap=MOST_BYTES, whole=False)
        _, answer = await self._follow(request, self._headers(request, None), trip, robots=False)
        return answer.body

    def _close(self, address: Address, request: Request, error: FetchError) -> None:
        if error.retry_after_s and error.status in (403, 429, 503):  # a 403 that says when is a limit used up
            self._pace.close(queue_of(address, request)[0], error.retry_after_s)

    def _note(self, address: Address, error: FetchError) -> None:
        if str(error).startswith((wire.NO_RESOLVER, wire.NO_NAME, wire.NO_ROUTE)):
            self._unreached.add(address.host)

    def _spare(self, address: Address) -> None:
        """With no network at all, a hundred sources need not wait for a hundred time-outs."""
        if not self._reached and len(self._unreached) >= OFFLINE_AFTER and not self._guard.allows(address):
            raise FetchError(f"{wire.NO_RESOLVER}: {address.host} was not tried, as no host before it could be reached")


async def _exchange(
    pool: httpcore2.AsyncConnectionPool,
    url: httpcore2.URL,
    headers: list[tuple[bytes, bytes]],
    limits: dict[str, float],
    trip: _Trip,
) -> Answer:
    """One question and its answer. A connection on which some of a body was left is closed: HTTP/2 would go on with it in its way."""
    left = True
    try:
        async with pool.stream("GET", url, headers=headers, extensions={"timeout": limits}) as stream:
            limits["read"] = limits["write"]  # looked up again for the body: from here on a pause is a stall
            answer = await receive(stream, trip.cap, trip.count, whole=trip.whole)
        left = answer.left
        return answer
    finally:
        if left:
            await wire.drop(pool, url)


def _check_hiccup(answer: Answer, *, last: bool) -> None:
    if answer.status in (500, 502, 504) and not last and not answer.headers.get("retry-after"):
        raise _AgainError


def user_agent(version: str, contact: str) -> str:
    """Who asks, and whom to write to when it disturbs."""
    clean = "".join(c for c in contact if 32 <= ord(c) < 127 and c not in "()\\")  # noqa: PLR2004 - printable ASCII
    return f"{PRODUCT}/{version}" + (f" (+{clean})" if clean else "")

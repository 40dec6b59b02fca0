"""The sockets: a connection pool that connects only where the guard agrees, directly or through the environment's proxy.

httpcore2 (the engine of httpx2) is used bare: its bodies are raw, its redirects are ours to follow, nothing is decoded,
no cookie is kept and nothing is read from .netrc. A name is resolved here, once for each connection, and the connection goes to
the address that was judged.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import urllib.request
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import h2.exceptions
import httpcore2
import httpx2
from httpcore2 import AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream

from trendwatch.collect.guard import Address, Guard, refused, split
from trendwatch.errors import FetchError

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]

NO_NAME = "the name was not found"
NO_RESOLVER = "names cannot be looked up"
NO_ROUTE = "the network is unreachable"
_UNREACHABLE = {101, 51, 10051, 113, 65, 10065}  # ENETUNREACH and EHOSTUNREACH on Linux, macOS and Windows
BREACHES = (h2.exceptions.H2Error, ValueError, LookupError)
"""What httpcore2 lets through of a server that breaks the rules of HTTP/2 in the middle of an answer, or gives a status that is no
number: any of them would end the crawl."""
_TRIES = 4  # addresses of one name that are tried


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds without a byte after which a server is given up: one that stalls would hold its slot until the request's whole time
    is over. Before its answer a slow API may think, and was seen to do so for ten; an answer that has begun has no such reason.
    """

    first_s: float = 25.0
    between_s: float = 15.0

    def limits(self, connect_s: float, left_s: float) -> dict[str, float]:
        """The time-outs of a request as httpcore2 takes them, within what is left of its time."""
        between_s = min(self.between_s, left_s)
        return {"connect": connect_s, "read": min(self.first_s, left_s), "write": between_s, "pool": left_s}


WAITS = Waits()


class Names:
    """Looks names up in threads of its own: a resolver that hangs holds up nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(16, thread_name_prefix="names")

    async def find(self, host: str, port: int, *, absolute: bool) -> list[str]:
        """The addresses of a name, v6 and v4 in the system's order. Raises FetchError (transient)."""
        loop = asyncio.get_running_loop()
        name = host + "." if absolute and not host[-1:].isdigit() and ":" not in host else host
        try:
            found = await loop.run_in_executor(self._threads, _look_up, name, port)
        except socket.gaierror as error:
            what = NO_RESOLVER if error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL) else NO_NAME
            raise FetchError(f"{what}: {host}") from error
        except (UnicodeError, OSError) as error:
            raise FetchError(f"{NO_NAME}: {host} ({error})") from error
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def close(self) -> None:
        """Wait for nobody: a look-up that hangs ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(name: str, port: int) -> list[tuple[Any, ...]]:
    return list(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))


class GuardedBackend(AsyncNetworkBackend):
    """Connects to the addresses that the guard agrees to. One bad address among a name's answers refuses the name."""

    def __init__(self, guard: Guard, names: Names) -> None:
        self._guard = guard
        self._names = names
        self._plain = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature of httpcore2
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> AsyncNetworkStream:
        """See httpcore2. Raises FetchError: policy for an address that is not public, transient for a name not found."""
        listed = f"{host}:{port}" in self._guard.allow
        literal = ":" in host or host.replace(".", "").isdigit()
        found = [host] if literal else await self._names.find(host, port, absolute=not listed)
        for ip in found:
            self._guard.check_address(ip, host, port)
        share = None if timeout is None else timeout / min(len(found), 2)
        failure: Exception | None = None
        for ip in found[:_TRIES]:
            try:
                return await self._plain.connect_tcp(ip, port, share, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure or FetchError(f"{NO_NAME}: {host}")

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - the signature of httpcore2
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the signature of httpcore2
        socket_options: Iterable[SocketOption] | None = None,  # noqa: ARG002 - the signature of httpcore2
    ) -> AsyncNetworkStream:
        """Never."""
        raise refused("a socket in the file system is not asked")

    async def sleep(self, seconds: float) -> None:
        """See httpcore2."""
        await self._plain.sleep(seconds)


class Wire:
    """The pools of one run. `proxies` maps "http" and "https" to proxy URLs; None takes the environment's."""

    def __init__(self, guard: Guard, *, at_once: int, proxies: Mapping[str, str] | None = None, ca_file: str = "") -> None:
        self._guard = guard
        self._names = Names()
        self._at_once = at_once
        self._trust: ssl.SSLContext | None = None
        self._ca_file = ca_file
        self._proxies = dict(urllib.request.getproxies() if proxies is None else proxies)
        self._pools: dict[str, httpcore2.AsyncConnectionPool] = {}

    async def pool(self, address: Address) -> httpcore2.AsyncConnectionPool:
        """The pool that reaches an address: direct, or through the proxy that the environment names for it.

        What the user listed under network: allow: is always asked directly. Where a proxy does the looking up, the name is
        looked up here too when it can be, so that a proxy is no way around the guard.
        """
        proxy = self._proxy(address)
        if not proxy:
            return self._pools.setdefault("", self._pools.get("") or self._direct())
        if ":" not in address.host:
            try:
                found = await self._names.find(address.host, address.port, absolute=True)
            except FetchError:
                found = []  # behind a proxy there often is no resolver for the outside
            for ip in found:
                self._guard.check_address(ip, address.host, address.port)
        return self._pools.setdefault(proxy, self._pools.get(proxy) or self._proxied(proxy))

    def _proxy(self, address: Address) -> str:
        named = self._proxies.get(address.scheme) or self._proxies.get("all") or ""
        if not named or self._guard.allows(address):
            return ""
        listed: dict[str, str] = {"no": self._proxies.get("no", "")}
        bypassed = urllib.request.proxy_bypass_environment(address.host, listed)  # type: ignore[attr-defined] # not in typeshed
        return "" if bypassed else named

    def _direct(self) -> httpcore2.AsyncConnectionPool:
        return httpcore2.AsyncConnectionPool(
            ssl_context=self.trust(),
            max_connections=self._at_once + 8,
            max_keepalive_connections=self._at_once,
            keepalive_expiry=15.0,
            http2=True,
            network_backend=GuardedBackend(self._guard, self._names),
        )

    def _proxied(self, url: str) -> httpcore2.AsyncConnectionPool:
        """A proxy is the operator's own choice, so its address may be private: its exact host and port, nothing else."""
        parsed = httpx2.URL(url if "://" in url else f"http://{url}")
        if parsed.scheme not in ("http", "https"):
            raise refused(f"only http and https proxies work, not {parsed.scheme}")
        place = split(f"{parsed.scheme}://{parsed.netloc.decode('ascii')}/")
        user, password = parsed.username, parsed.password
        return httpcore2.AsyncHTTPProxy(
            proxy_url=httpcore2.URL(scheme=place.scheme, host=place.host, port=place.port, target=b"/"),
            proxy_auth=(user, password) if user or password else None,
            ssl_context=self.trust(),
            proxy_ssl_context=self.trust() if place.scheme == "https" else None,
            max_connections=self._at_once + 8,
            max_keepalive_connections=self._at_once,
            keepalive_expiry=15.0,
            http2=True,
            network_backend=GuardedBackend(Guard([place.place]), self._names),
        )

    def trust(self) -> ssl.SSLContext:
        """Whom TLS trusts: the system's authorities (SSL_CERT_FILE counts), or one file of them. Made once: it is slow."""
        if self._trust is None:
            known = ssl.create_default_context(cafile=self._ca_file) if self._ca_file else None
            self._trust = known or httpx2.create_ssl_context()
        return self._trust

    async def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            await pool.aclose()
        self._names.close()


async def drop(pool: httpcore2.AsyncConnectionPool, url: httpcore2.URL) -> None:
    """Close the connections to a URL's origin: over HTTP/2 they would be used again, with what was left unread in their way."""
    for connection in pool.connections:
        if connection.can_handle_request(url.origin):
            await connection.aclose()


def explain(error: Exception) -> FetchError:
    """A failure of the wire in our words. `FetchError`s that the guard raised inside are handed on by their callers."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _UNREACHABLE:
            return FetchError(f"{NO_ROUTE} ({os.strerror(cause.errno or 0)})")
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchError(f"the server's certificate is not valid: {cause.verify_message}")
        cause = cause.__cause__ or cause.__context__
    words = {
        httpcore2.ConnectTimeout: "no connection in time",
        httpcore2.ReadTimeout: "no answer in time",
        httpcore2.TimeoutException: "no answer in time",
        httpcore2.ConnectError: "no connection",
        httpcore2.RemoteProtocolError: "the answer breaks the rules of HTTP",
        httpcore2.ProxyError: "the proxy refused",
        httpcore2.NetworkError: "the connection broke",
        **dict.fromkeys(BREACHES, "the answer breaks the rules of HTTP"),
    }
    what = next((text for kind, text in words.items() if isinstance(error, kind)), "the request failed")
    return FetchError(f"{what}: {''.join(c if c.isprintable() else ' ' for c in str(error))[:200]}".removesuffix(": "))

"""Undo gzip and deflate while reading, never holding more than the cap.

A few kilobytes can decode to gigabytes, so the output is taken in steps of 64 KiB and counted. Brotli and zstd are not offered:
their decoders hand out what one input chunk decodes to in one piece, which is where measured clients lose their memory.
"""

from __future__ import annotations

import zlib

from trendwatch.errors import FetchError

STEP = 64 * 1024
_GZIP = b"\x1f\x8b"
_NOT_OFFERED = {"br", "zstd", "compress", "x-compress", "dcb", "dcz"}


class Decoder:
    """One body: `feed` what arrives, `finish` at its end; `body` grows up to `cap` bytes.

    Raises FetchError: policy for too much or for stacked or unoffered codings, transient for data that is damaged.
    """

    def __init__(self, coding: str, cap: int) -> None:
        self._cap = cap
        self._coding = _single(coding)
        self._unzip = self._new() if self._coding else None
        self._members = 0
        self._junk = False  # all that follows the last member is ignored
        self.received = 0  # bytes on the wire
        self._parts: list[bytes] = []
        self._length = 0

    def _new(self) -> zlib._Decompress:
        return zlib.decompressobj(16 + zlib.MAX_WBITS if self._coding == "gzip" else zlib.MAX_WBITS)

    def feed(self, data: bytes) -> None:
        """Take what the wire brought."""
        self.received += len(data)
        if self.received > self._cap:
            raise self._too_much()
        if self._coding:
            self._inflate(data)
        else:
            self._keep(data)

    def finish(self) -> bytes:
        """The whole body. Raises FetchError (transient) when a compressed one was cut short."""
        if self._unzip is not None and self.received and not self._junk:
            self._drain()
        if self._unzip is not None and self.received and not self._unzip.eof and not self._junk:
            raise FetchError(f"the {self._coding} body is cut short")
        return self.so_far()

    def so_far(self) -> bytes:
        """What was decoded until now."""
        return b"".join(self._parts)

    def _drain(self) -> None:
        """Take what is still to come: all input may have been swallowed before all output was given."""
        while self._unzip is not None and not self._unzip.eof:
            try:
                more = self._unzip.decompress(b"", STEP)
            except zlib.error as error:
                raise FetchError(f"the body is damaged {self._coding}: {error}") from error
            if not more:
                return
            self._keep(more)

    def _keep(self, data: bytes) -> None:
        self._length += len(data)
        if self._length > self._cap:
            raise self._too_much()
        self._parts.append(data)

    def _too_much(self) -> FetchError:
        return FetchError(f"the answer is larger than {self._cap:,} bytes", outcome="policy")

    def _inflate(self, data: bytes) -> None:
        while data and not self._junk:
            assert self._unzip is not None  # noqa: S101 - a coding has a decompressor
            if self._unzip.eof and not self._next_member(data):
                return
            try:
                self._keep(self._unzip.decompress(data, STEP))
            except zlib.error as error:
                if not self._try_raw(data):
                    raise FetchError(f"the body is not the {self._coding} it claims to be: {error}") from error
            data = self._unzip.unused_data if self._unzip.eof else self._unzip.unconsumed_tail

    def _next_member(self, data: bytes) -> bool:
        """A gzip file may hold several members; anything else after its end is junk and ignored."""
        if self._coding == "gzip" and _GZIP.startswith(data[:2]):
            self._unzip = self._new()
            return True
        self._junk = True
        return False

    def _try_raw(self, data: bytes) -> bool:
        """Some servers send "deflate" without the zlib header; only the first chunk can tell."""
        if self._coding != "deflate" or self._length or self.received != len(data):
            return False
        self._unzip = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            self._keep(self._unzip.decompress(data, STEP))
        except zlib.error:
            return False
        return True


def _single(coding: str) -> str:
    """The one coding of a Content-Encoding header: "", "gzip" or "deflate"."""
    names = [n for n in (p.strip().lower() for p in coding.split(",")) if n and n != "identity"]
    if len(names) > 1:
        raise FetchError(f"the body is coded {len(names)} times over", outcome="policy")
    name = {"x-gzip": "gzip"}.get(names[0], names[0]) if names else ""
    if name in _NOT_OFFERED:
        raise FetchError(f"the body came in {name}, which was not offered", outcome="policy")
    if name not in ("", "gzip", "deflate"):
        raise FetchError(f"the body came in an unknown coding: {name[:40]!a}")
    return name

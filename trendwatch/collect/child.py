"""Read hostile answers in children that can be killed: each has a limit on CPU time, on memory and on the clock.

The children are warm (one serves many answers, one after another) and speak length-prefixed pickles over pipes. They start when
first needed, so a crawl that found nothing new starts none. They get no secrets in their environment, end when their parent
does, and are replaced after a large meal. A child is bounded, not a sandbox: it may do what its user may do.
"""

from __future__ import annotations

import asyncio
import io
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, BinaryIO, Self

from trendwatch.collect.reading import Normalise, Reading, read
from trendwatch.errors import ParseError
from trendwatch.model import Response, Source

CPU_S = 8
WALL_S = 45.0  # on a busy machine a child waits long for its CPU; nothing it does waits for anything else
START_S = 60.0
MEMORY = 1024 * 1024 * 1024  # address space beyond what a fresh child has
FAT = 350 * 1024 * 1024  # a child that holds more after its work is replaced
MOST_ANSWER = 128 * 1024 * 1024
WAITING = 4  # jobs for each child that may wait for it
_SIZE = 8

_START = "from trendwatch.collect.child import serve; serve()"


def dumps(value: Any) -> bytes:
    """Pickle, read-only mappings included."""
    out = io.BytesIO()
    pickler = pickle.Pickler(out, protocol=5)
    pickler.dispatch_table = {MappingProxyType: lambda m: (_read_only, (dict(m),))}
    pickler.dump(value)
    return out.getvalue()


def _read_only(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


# ---- the parent's side


class Child:
    """One process. `work` must not be called again before it has returned."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.fat = False

    @classmethod
    async def start(cls) -> Self:
        """A fresh process that imports what its parent imports."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("TRENDWATCH_")}
        env |= {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-c", _START),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=1024 * 1024,
            env=env,
        )
        child = cls(process)
        try:
            async with asyncio.timeout(START_S):
                await child._send(dumps(sys.path))
                await child._receive()  # its imports are done: what follows is reading
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            await child.end()
            raise ParseError("no child process could be started to read the answer in") from error
        except BaseException:
            await child.end()
            raise
        return child

    async def _receive(self) -> Any:
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 - asked for in start
        size = int.from_bytes(await stdout.readexactly(_SIZE), "big")
        if size > MOST_ANSWER:
            raise ParseError("what was read is too large to keep")
        return _load(await stdout.readexactly(size))

    async def _send(self, data: bytes) -> None:
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - asked for above
        stdin.write(len(data).to_bytes(_SIZE, "big"))
        stdin.write(data)
        await stdin.drain()

    async def work(self, job: bytes, wall_s: float) -> Any:
        """Do a job. Raises ParseError; the child is then dead or said so itself."""
        try:
            async with asyncio.timeout(wall_s):
                await self._send(job)
                what, holds = await self._receive()
        except TimeoutError as error:
            raise ParseError(f"reading took longer than {wall_s:g} s") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise ParseError(await self._epitaph()) from error
        self.fat = holds > FAT
        if isinstance(what, str):
            raise _ToldError(what)
        return what

    async def _epitaph(self) -> str:
        try:
            async with asyncio.timeout(2):
                code = await self._process.wait()
        except TimeoutError:
            return "reading broke off"
        if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU:
            return f"reading took more than {CPU_S} s of computing"
        return f"reading broke off ({signal.Signals(-code).name if code < 0 else f'status {code}'})"

    async def end(self) -> None:
        """Kill it if it lives."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        # asyncio closes the pipes of a dead process one turn later; a loop that ends at once would warn of them
        self._process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001 - no public way


class _ToldError(ParseError):
    """The child itself said what is wrong with the answer, and is well."""


class Readers:
    """A pool of children. An async context manager; `read` and `work` may be called from many tasks."""

    def __init__(self, normalise: Normalise | None = None, *, size: int = 0, wall_s: float = WALL_S) -> None:
        self._normalise = normalise
        size = size or max(1, min(4, os.cpu_count() or 1))
        self._free = asyncio.Semaphore(size)
        self._jobs, self._most = 0, size * (1 + WAITING)
        self._room = asyncio.Event()
        self._room.set()
        self._idle: list[Child] = []
        self._wall_s = wall_s

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(c.end() for c in self._idle))

    async def room(self) -> None:
        """Wait while more answers wait to be read than the children have in hand: what is not asked for yet takes no memory."""
        await self._room.wait()

    async def read(self, source: Source, response: Response, seen_at: datetime) -> Reading:
        """See trendwatch.collect.reading.read. Raises ParseError, also when a limit ended it."""
        more = () if self._normalise is None else (self._normalise,)
        found: Reading = await self.work(read, source, response, seen_at, *more)
        return found

    async def work(self, function: Callable[..., object], *given: Any) -> Any:
        """What a function of a module returns, called in a child; no text, which is how a child tells of a failure. Raises ParseError."""
        self._count(1)
        try:
            return await self._work((function, *given))
        finally:
            self._count(-1)

    def _count(self, jobs: int) -> None:
        self._jobs += jobs
        if self._jobs < self._most:
            self._room.set()
        else:
            self._room.clear()

    async def _work(self, told: tuple[Any, ...]) -> Any:
        async with self._free:
            job = dumps(told)
            child = self._idle.pop() if self._idle else await Child.start()
            well = False
            try:
                found = await child.work(job, self._wall_s)
                well = not child.fat
            except _ToldError as error:
                well = not child.fat
                raise ParseError(str(error)) from error
            finally:
                if well:
                    self._idle.append(child)
                else:
                    await child.end()
            return found


# ---- the child's side


def serve() -> None:
    """What a child does: take a job, do it, answer; until its parent is gone."""
    jobs, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)  # a parser that prints must not garble the replies
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end ends us
    path = _take(jobs)
    sys.path[:] = path if path is not None else sys.path
    _limit_memory()
    _give(replies, "ready")
    while (job := _take(jobs)) is not None:
        _limit_cpu()
        _give(replies, (_answer(job), _size()))


def _take(jobs: BinaryIO) -> Any:
    size = jobs.read(_SIZE)
    data = jobs.read(int.from_bytes(size, "big")) if len(size) == _SIZE else b""
    return _load(data) if data else None


def _give(replies: BinaryIO, value: Any) -> None:
    data = dumps(value)
    replies.write(len(data).to_bytes(_SIZE, "big") + data)
    replies.flush()


def _load(data: bytes) -> Any:
    return pickle.loads(data)  # noqa: S301 - from our own parent or child


def _answer(job: tuple[Any, ...]) -> Any:
    """What the job's function returns, or a sentence on why there is none. A bug in a kind costs its source this visit, not the run."""
    try:
        return job[0](*job[1:])
    except ParseError as error:
        return str(error)
    except MemoryError:
        return "reading took too much memory"
    except RecursionError:
        return "the answer is nested too deeply"
    except Exception as error:  # noqa: BLE001 - whatever a hostile answer provokes is told, by name
        return f"the reader failed: {type(error).__name__}: {error}"[:300]


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415 - Unix only

        resource.setrlimit(resource.RLIMIT_AS, (_pages(0) + MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass  # no such limit on this system: the clock still bounds a child


def _limit_cpu() -> None:
    try:
        import resource  # noqa: PLC0415 - Unix only

        resource.setrlimit(
            resource.RLIMIT_CPU, (int(time.process_time()) + 1 + CPU_S, resource.getrlimit(resource.RLIMIT_CPU)[1])
        )
    except (ImportError, OSError, ValueError):
        pass  # as above


def _size() -> int:
    """Bytes of memory this process holds now: the system's peak value is no use, a child begins with its parent's."""
    try:
        return _pages(1)
    except (OSError, ValueError):
        return 0  # not Linux: children live as long as the crawl


def _pages(field: int) -> int:
    """A field of /proc/self/statm in bytes: 0 is address space, 1 resident."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[field]) * os.sysconf("SC_PAGE_SIZE")

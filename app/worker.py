"""The worker processes that read pages, where a hostile page can be killed without harm to the daemon.

Each worker is spawned, dies with its parent, holds a memory cap and is replaced after a number of pages. It
does not know the store: bytes go in, plain values come out, and whatever happens costs one page.
"""

import asyncio
import ctypes
import gc
import importlib
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from app.failpoint import Failpoint, pass_by
from app.reading import Matcher, Outcome, PageJob, Reading, read_page
from config.sections import WorkerSettings

log = structlog.get_logger(__name__)
T = TypeVar("T")

_PR_SET_PDEATHSIG = 1
_START = 30.0
"""Seconds that workers may need to start, beside what the pages before this one may take."""

_TRIES = 2
"""A worker that died may have been its machine's victim, not its page's: the page gets one more try."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """What binds a worker: whose child it is, and how much address space it may take."""

    parent: int
    memory_limit: int


def confine(confinement: Confinement) -> None:
    """Bind this process: it dies with its parent, and an allocation over the cap fails."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != confinement.parent:  # it died before the line above: nobody would end us
        os._exit(1)
    if confinement.memory_limit:
        resource.setrlimit(resource.RLIMIT_AS, (confinement.memory_limit, confinement.memory_limit))


# A worker process holds one matcher for its life; there is no other way to hand it to the calls.
_matcher: list[Matcher] = []


def _enter(confinement: Confinement, load: Callable[[], Matcher] | None) -> None:
    confine(confinement)
    _matcher[:] = [load()] if load else []
    with suppress(ImportError):
        importlib.import_module("extractors.article")  # before the first page's time is counted
    gc.freeze()  # what is loaded for good need not be looked through at each collection


def _read(job: PageJob) -> Reading:
    pass_by(Failpoint.WORKER_READING)
    return read_page(job, _matcher[0])


def load_engine(claims: Sequence[str]) -> Matcher:
    """Load the matcher inside a worker, from the same arguments as the daemon's."""
    from matchers.engine import Engine

    return Engine.load(claims)


class PageReader:
    """Reads pages in worker processes; `await read(job)` always answers a Reading, whatever the page does.

    Without a matcher to load it can only `run` functions, under the same limits. Its first call must come
    from the main thread: a worker dies with the thread that spawned it.
    """

    def __init__(self, load: Callable[[], Matcher] | None, settings: WorkerSettings) -> None:
        self._load = load
        self._settings = settings
        self._pool = self._new_pool()
        self._waiting = 0

    async def read(self, job: PageJob) -> Reading:
        for _ in range(_TRIES):
            try:
                return await self.run(_read, job)
            except (ProcessExpired, BrokenProcessPool) as error:
                log.warning("worker died", url=job.url, error=str(error))
                reading = Reading(Outcome.WORKER_DIED, error=f"the worker died: {error}")
            except TimeoutError:
                limit = self._settings.time_limit
                return Reading(Outcome.TOO_SLOW, error=f"not read within {limit:g} s (worker.time_limit)")
            except MemoryError:
                return Reading(Outcome.TOO_LARGE, error="needs more memory than worker.memory_limit")
            except Exception as error:
                log.exception("page not read", url=job.url)
                return Reading(Outcome.FAULT, error=f"{type(error).__name__}: {error}")
        return reading

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """Run any picklable function under the same limits, such as the parsing of a large feed."""
        if not self._pool.active:  # a worker that dies idle breaks the whole pool of pebble
            await self._replace(self._pool)
        pool, limit = self._pool, self._settings.time_limit
        future = pool.schedule(function, args=args, timeout=limit)
        self._waiting += 1
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), _START + limit * self._waiting)
        except TimeoutError as error:
            if not future.cancelled():  # the page's own time was over
                raise
            await self._replace(pool)  # killed while it held the queue's lock, a worker stops all others
            raise BrokenProcessPool("the workers stopped answering") from error
        finally:
            self._waiting -= 1

    def stop(self) -> None:
        """End all workers at once; what they were reading stays pending in the frontier."""
        _end(self._pool)

    async def _replace(self, broken: ProcessPool) -> None:
        if broken is not self._pool:  # another page's wait was over first
            return
        log.warning("workers replaced")
        self._pool = self._new_pool()
        await asyncio.to_thread(_end, broken)

    def _new_pool(self) -> ProcessPool:
        confinement = Confinement(os.getpid(), self._settings.memory_limit)
        return ProcessPool(
            max_workers=self._settings.processes,
            max_tasks=self._settings.max_tasks,
            initializer=partial(_enter, confinement, self._load),
            context=multiprocessing.get_context("spawn"),
        )


def _end(pool: ProcessPool) -> None:
    """End a pool without waiting for what its workers do: a page that hangs hears no polite signal."""
    pool.stop()  # type: ignore[no-untyped-call]
    for worker in multiprocessing.active_children():
        worker.kill()
    pool.join()

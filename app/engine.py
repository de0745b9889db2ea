"""Who crawls which host when: the seam behind which one process could become many machines.

An engine learns from the store which hosts are due and has each crawled by one `crawl_host` call at a time.
It knows neither pages nor claims; what is due is decided by the store's rows and the clock alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

log = structlog.get_logger(__name__)

CrawlHost = Callable[[str], Awaitable[object]]
DueHosts = Callable[[int], Sequence[str]]
"""The hosts with something due, the longest overdue first, at most so many."""

_ROUNDS = 200
"""How often a drain may come back to one host, should a host stay due for ever."""


class Engine(Protocol):
    """Serves crawls until told to stop."""

    async def serve(self, crawl_host: CrawlHost, stop: asyncio.Event) -> None: ...

    async def drain(self, crawl_host: CrawlHost, stop: asyncio.Event) -> None:
        """Serve until nothing is due any more."""


class LocalEngine:
    """One process: a tick reads what is due and starts it, never twice the same host, never too many."""

    def __init__(
        self,
        scheduler: BaseScheduler,
        due_hosts: DueHosts,
        *,
        tick: float,
        max_hosts: int,
        grace: float,
    ) -> None:
        self._scheduler = scheduler
        self._due_hosts = due_hosts
        self._tick = tick
        self._max_hosts = max_hosts
        self._grace = grace
        self._running: dict[str, asyncio.Task[None]] = {}

    async def serve(self, crawl_host: CrawlHost, stop: asyncio.Event) -> None:
        async def tick() -> None:
            self._start_due(crawl_host)

        self._scheduler.add_job(tick, "interval", seconds=self._tick, id="tick", name="tick")
        await tick()
        await stop.wait()
        self._scheduler.remove_job("tick")
        await self._end()

    async def drain(self, crawl_host: CrawlHost, stop: asyncio.Event) -> None:
        visits: dict[str, int] = {}
        stopped = asyncio.ensure_future(stop.wait())
        while not stop.is_set():
            for host in self._start_due(crawl_host, skip=_worn(visits)):
                visits[host] = visits.get(host, 0) + 1
            if not self._running:
                break
            await asyncio.wait([stopped, *self._running.values()], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        await self._end()

    def _start_due(self, crawl_host: CrawlHost, skip: frozenset[str] = frozenset()) -> list[str]:
        room = self._max_hosts - len(self._running)
        if room <= 0:
            return []
        due = self._due_hosts(self._max_hosts + len(skip) + len(self._running))
        started = [host for host in due if host not in self._running and host not in skip][:room]
        for host in started:
            task = asyncio.ensure_future(self._crawl(crawl_host, host))
            self._running[host] = task
        return started

    async def _crawl(self, crawl_host: CrawlHost, host: str) -> None:
        try:
            await crawl_host(host)
        except asyncio.CancelledError:
            log.info("crawl cut short", host=host)
        except Exception:  # one host's fault must not end the watch over the others
            log.exception("crawl failed", host=host)
        finally:
            self._running.pop(host, None)

    async def _end(self) -> None:
        """Give running crawls a few seconds; what they leave is still due in the frontier."""
        running = list(self._running.values())
        if not running:
            return
        _, late = await asyncio.wait(running, timeout=self._grace)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1)


def _worn(visits: dict[str, int]) -> frozenset[str]:
    return frozenset(host for host, count in visits.items() if count >= _ROUNDS)

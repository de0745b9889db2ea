"""Who crawls which host when: the seam behind which one process could become many machines.

An engine learns from the store which hosts are due and has each crawled by one `crawl_host` call at a time.
It knows neither pages nor claims; what is due is decided by the store's rows and the clock alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog
from apscheduler.schedulers.base import BaseScheduler

from app.clock import system_now
from store.errors import StoreError

log = structlog.get_logger(__name__)

CrawlHost = Callable[[str], Awaitable[int]]
"""Crawls what is due at a host; answers how much was fetched."""

DueHosts = Callable[[int], Sequence[str]]
"""The hosts with something due, the longest overdue first, at most so many."""

_ROUNDS = 200
"""How often a drain comes back to one host, should it stay due for ever."""


class Engine(Protocol):
    """Serves crawls until told to stop."""

    async def serve(self, crawl_host: CrawlHost, stop: asyncio.Event) -> None: ...

    async def drain(self, crawl_host: CrawlHost, stop: asyncio.Event) -> None:
        """Serve until nothing is due any more."""


class LocalEngine:
    """One process: a tick reads what is due and starts it, never one host twice, never too many.

    Where more hosts wait than are visited at once, visits that ended make room before the next tick.
    `free_hosts` leaves out hosts that want to be left alone for now, which a drain still has to wait for.
    """

    def __init__(
        self,
        scheduler: BaseScheduler,
        *,
        due_hosts: DueHosts,
        free_hosts: DueHosts,
        tick: float,
        max_hosts: int,
        grace: float,
    ) -> None:
        self._scheduler = scheduler
        self._due_hosts = due_hosts
        self._free_hosts = free_hosts
        self._tick = tick
        self._max_hosts = max_hosts
        self._grace = grace
        self._running: dict[str, asyncio.Task[int]] = {}
        self._are_waiting = False

    async def serve(self, crawl_host: CrawlHost, stop: asyncio.Event) -> None:
        async def tick() -> None:
            self._start(self._free_hosts(self._max_hosts), crawl_on)

        async def crawl_on(host: str) -> int:
            fetched = await crawl_host(host)
            has_room = len(self._running) <= self._max_hosts // 2 + 1
            if fetched and has_room and self._are_waiting and not stop.is_set():
                self._are_waiting = False  # who gave nothing waits for the tick, lest a fault spins
                self._scheduler.modify_job("tick", next_run_time=system_now())
            return fetched

        self._scheduler.add_job(tick, "interval", seconds=self._tick, id="tick", name="tick")
        await tick()
        await stop.wait()
        self._scheduler.remove_job("tick")
        await self._end()

    async def drain(self, crawl_host: CrawlHost, stop: asyncio.Event) -> None:
        left: dict[str, int] = {}  # visits that each host may still have
        stopped = asyncio.ensure_future(stop.wait())
        while not stop.is_set():
            due = self._due_hosts(self._max_hosts + len(left))
            self._start([host for host in due if left.setdefault(host, _ROUNDS) > 0], crawl_host)
            if not self._running:
                break
            running = dict(self._running)
            await asyncio.wait([stopped, *running.values()], return_when=asyncio.FIRST_COMPLETED)
            for host, task in running.items():
                if task.done():  # a host that gave nothing is not asked again at once
                    left[host] = left[host] - 1 if _fetched(task) else 0
        stopped.cancel()
        await self._end()

    def _start(self, hosts: Sequence[str], crawl_host: CrawlHost) -> None:
        room = max(self._max_hosts - len(self._running), 0)
        self._are_waiting = len(hosts) > room or len(hosts) == self._max_hosts
        for host in [one for one in hosts if one not in self._running][:room]:
            self._running[host] = asyncio.ensure_future(self._crawl(crawl_host, host))

    async def _crawl(self, crawl_host: CrawlHost, host: str) -> int:
        try:
            return await crawl_host(host)
        except StoreError as error:  # a full disk, a locked database: what is due stays due
            log.error("crawl failed", host=host, error=str(error))
            return 0
        except Exception:  # one host's fault must not end the watch over the others
            log.exception("crawl failed", host=host)
            return 0
        finally:
            self._running.pop(host, None)

    async def _end(self) -> None:
        """Give running crawls a few seconds; what they leave is due again when its lease is over."""
        running = list(self._running.values())
        if not running:
            return
        _, late = await asyncio.wait(running, timeout=self._grace)
        for task in late:
            task.cancel()
        if late:
            log.info("crawls cut short", crawls=len(late))
            await asyncio.wait(late, timeout=1)


def _fetched(task: asyncio.Task[int]) -> int:
    return 0 if task.cancelled() else task.result()

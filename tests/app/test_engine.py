"""One process crawls what is due: no host twice at once, never too many, and an end when it is told."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from app.engine import LocalEngine


class Hosts:
    """Hosts with so much due each, and a record of who was crawled beside whom."""

    def __init__(self, **due: int) -> None:
        self.due = due
        self.visits: list[str] = []
        self.busy: set[str] = set()
        self.most_at_once = 0
        self.hold = asyncio.Event()
        self.hold.set()

    def list_due(self, limit: int) -> Sequence[str]:
        return [host for host, count in self.due.items() if count][:limit]

    async def crawl(self, host: str) -> int:
        assert host not in self.busy
        self.visits.append(host)
        self.busy.add(host)
        self.most_at_once = max(self.most_at_once, len(self.busy))
        try:
            await asyncio.sleep(0)
            await self.hold.wait()
        finally:
            self.busy.discard(host)
        if host == "broken":
            raise RuntimeError("a fault in the crawl of one host")
        self.due[host] -= 1
        return 1


Scene = Callable[[LocalEngine, Hosts, asyncio.Event], Coroutine[Any, Any, None]]


def play(
    scene: Scene, hosts: dict[str, int], *, max_hosts: int = 16, grace: float = 5.0, tick: float = 0.01
) -> Hosts:
    async def run() -> Hosts:
        scheduler = AsyncIOScheduler(event_loop=asyncio.get_running_loop(), timezone="UTC")
        scheduler.start()
        found = Hosts(**hosts)
        engine = LocalEngine(
            scheduler,
            due_hosts=found.list_due,
            free_hosts=found.list_due,
            tick=tick,
            max_hosts=max_hosts,
            grace=grace,
        )
        await scene(engine, found, asyncio.Event())
        scheduler.shutdown(wait=False)
        return found

    return asyncio.run(run())


async def drain(engine: LocalEngine, hosts: Hosts, stop: asyncio.Event) -> None:
    await engine.drain(hosts.crawl, stop)


def test_a_drain_ends_when_nothing_is_due_any_more() -> None:
    hosts = play(drain, {"a": 3, "b": 1, "c": 2})
    assert not any(hosts.due.values())
    assert sorted(hosts.visits) == ["a", "a", "a", "b", "c", "c"]


def test_no_more_hosts_are_crawled_at_once_than_allowed() -> None:
    hosts = play(drain, {f"h{number}": 2 for number in range(20)}, max_hosts=4)
    assert hosts.most_at_once == 4
    assert not any(hosts.due.values())


def test_a_host_that_breaks_costs_no_other_and_does_not_spin() -> None:
    hosts = play(drain, {"broken": 1, "a": 2})
    assert hosts.due == {"broken": 1, "a": 0}
    assert hosts.visits.count("broken") == 1


def test_a_host_that_gives_nothing_is_not_asked_for_ever() -> None:
    async def scene(engine: LocalEngine, hosts: Hosts, stop: asyncio.Event) -> None:
        async def nothing(host: str) -> int:
            hosts.visits.append(host)
            return 0

        await engine.drain(nothing, stop)

    assert play(scene, {"idle": 1}).visits == ["idle"]


def test_serving_takes_up_what_becomes_due_at_a_tick() -> None:
    async def scene(engine: LocalEngine, hosts: Hosts, stop: asyncio.Event) -> None:
        crawled = asyncio.Event()

        async def crawl(host: str) -> int:
            done = await hosts.crawl(host)
            crawled.set()
            return done

        serving = asyncio.ensure_future(engine.serve(crawl, stop))
        await asyncio.sleep(0)
        hosts.due["late"] = 1
        await asyncio.wait_for(crawled.wait(), 5)
        stop.set()
        await asyncio.wait_for(serving, 5)

    assert play(scene, {}).visits == ["late"]


def test_hosts_that_wait_for_room_are_crawled_before_the_next_tick() -> None:
    async def scene(engine: LocalEngine, hosts: Hosts, stop: asyncio.Event) -> None:
        serving = asyncio.ensure_future(engine.serve(hosts.crawl, stop))
        while any(hosts.due.values()):
            await asyncio.sleep(0)
        stop.set()
        await asyncio.wait_for(serving, 5)

    hosts = play(scene, {f"h{number}": 1 for number in range(40)}, max_hosts=4, tick=3600)
    assert hosts.most_at_once <= 4
    assert len(hosts.visits) == 40


def test_a_crawl_that_does_not_end_is_cut_short_after_its_grace() -> None:
    async def scene(engine: LocalEngine, hosts: Hosts, stop: asyncio.Event) -> None:
        hosts.hold.clear()
        serving = asyncio.ensure_future(engine.serve(hosts.crawl, stop))
        while not hosts.busy:
            await asyncio.sleep(0)
        stop.set()
        await asyncio.wait_for(serving, 5)
        assert not hosts.busy

    assert play(scene, {"slow": 1}, grace=0.01).due == {"slow": 1}

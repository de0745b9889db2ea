"""A visit that is told to stop leaves at once, forgets nothing and leaves nothing behind."""

import asyncio
import gc
import logging
import socket
import time

import pytest
from scrapy.crawler import Crawler as ScrapyCrawler

from app.demo.site import Reply, Site
from store.queries import frontier
from store.urls import host_of
from tests.crawler.desk import Desk, article, on_loop, rss
from tests.crawler.rawsite import RawSite

Pages = dict[str, Reply | bytes | str]


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    while True:
        connection.sendall(b"<")
        time.sleep(0.02)


async def begun(desk: Desk, url: str, site: RawSite) -> "asyncio.Task[object]":
    """A visit that hangs in its first fetch after robots.txt."""
    visit = asyncio.ensure_future(desk.crawler.crawl_host(host_of(url)))
    while site.accepted < 2:
        await asyncio.sleep(0.01)
    return visit


def test_a_cancelled_visit_ends_at_once_and_its_seed_is_due_after_the_lease(desk: Desk) -> None:
    async def cancel() -> float:
        visit = await begun(desk, site.url(), site)
        started = time.perf_counter()
        visit.cancel()
        await asyncio.wait([visit])
        assert visit.cancelled()
        assert not desk.crawler._runner.crawlers
        return time.perf_counter() - started

    with RawSite(drip) as site:
        desk.watch(site.url("/rss"))
        assert on_loop(desk.loop, cancel()) < 1.5
        assert desk.crawler.due_hosts() == []
        desk.time += frontier.LEASE
        assert desk.crawler.due_hosts() == [host_of(site.url())]


def test_stopping_waits_for_its_grace_and_no_longer(desk: Desk) -> None:
    async def stop() -> float:
        visit = await begun(desk, site.url(), site)
        started = time.perf_counter()
        await desk.crawler.stop(grace=0.2)
        await asyncio.wait([visit])
        return time.perf_counter() - started

    with RawSite(drip) as site:
        desk.watch(site.url("/rss"))
        assert 0.2 <= on_loop(desk.loop, stop()) < 2


def test_a_host_is_visited_once_at_a_time(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), article()
    desk.watch(site.url("/rss"))

    async def twice() -> list[str]:
        host = host_of(site.url())
        reports = await asyncio.gather(desk.crawler.crawl_host(host), desk.crawler.crawl_host(host))
        return [report.ended for report in reports]

    assert on_loop(desk.loop, twice()) == ["nothing due", "being visited"]


def test_visits_leave_no_crawls_behind(
    desk: Desk, site: Site, pages: Pages, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="scrapy")  # a kept record of Scrapy's keeps its spider
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), article()
    desk.watch(site.url("/rss"))
    alive = []
    for _ in range(6):
        desk.crawl(site.url())
        desk.pass_time(hours=2)
        gc.collect()
        alive.append(sum(type(found) is ScrapyCrawler for found in gc.get_objects()))
    assert alive[-1] <= alive[0]

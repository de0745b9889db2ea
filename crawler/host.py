"""The crawler as the application sees it: `crawl_host(host)` does what is due there.

It builds what all visits share and starts one Scrapy crawl for each visit. Which hosts are due when, and how
many are visited at once, is the engine's business (app/engine.py).
"""

import asyncio
from datetime import timedelta
from typing import Any

import structlog
from scrapy.crawler import AsyncCrawlerRunner

from config.sections import CrawlSettings
from crawler import guard, scrapy_settings
from crawler.fetch import HostSpider, Tables
from crawler.guard import GuardedResolver
from crawler.politeness import Budget
from crawler.robots import Robots
from crawler.visit import Clock, HostReport, OnPage, Visit
from store.queries import frontier
from store.session import Store

log = structlog.get_logger()

MAX_PAGES = 50
"""Fetches of one visit, so that a host with an archive does not keep others waiting."""

MAX_IN_CROWD = 10
"""Fetches of one visit while hosts wait that are due: every feed gets its turn, and its newest pages."""

MAX_AGE = timedelta(days=7)
STOPPING = 1.0
"""Seconds that a crawl which was told to stop gets to close its connections."""


class Crawler:
    """Finds and fetches pages. It needs the asyncio reactor installed, started and running."""

    def __init__(
        self,
        store: Store,
        crawl: CrawlSettings,
        *,
        now: Clock,
        on_page: OnPage,
        max_age: timedelta = MAX_AGE,
        resolver: GuardedResolver | None = None,
    ) -> None:
        self._store = store
        self._crawl = crawl
        self._now = now
        self._on_page = on_page
        self._max_age = max_age
        self._runner = AsyncCrawlerRunner(scrapy_settings.build(crawl))
        self._visited: dict[str, asyncio.Task[None]] = {}
        self._crowded = False
        self.tables = Tables(
            Budget(crawl.host_gap),
            Robots(crawl.user_agent),
            resolver or install_resolver(crawl),
            now,
            obey_robots=crawl.obey_robots,
            retry_after=crawl.retry_after,
        )

    def due_hosts(self, limit: int = 100) -> list[str]:
        """Hosts with something due that may be asked right now and are not being visited.

        `limit` is how many are visited side by side: where more are due than that, visits are kept short.
        """
        with self._store.read() as session:
            due = frontier.due_hosts(session, self._now(), limit + len(self._visited) + 1)
        free = [host for host in due if host not in self._visited and not self.tables.budget.delay(host)]
        self._crowded = len(free) > limit - len(self._visited)
        return free[:limit]

    async def crawl_host(self, host: str) -> HostReport:
        """Poll the host's due seeds and fetch its pending links. A host is visited by one visit at a time."""
        report = HostReport(host)
        if host in self._visited:
            report.ended = "being visited"
            return report
        visit = Visit(
            store=self._store,
            crawl=self._crawl,
            on_page=self._on_page,
            now=self._now,
            report=report,
            max_age=self._max_age,
            room=lambda: MAX_IN_CROWD if self._crowded else MAX_PAGES,
        )
        await self._run(visit)
        return report

    async def _run(self, visit: Visit) -> None:
        """One Scrapy crawl. Cancelled, it leaves at once: what it had taken is due again after its lease."""
        failed: list[BaseException] = []
        crawl = self._runner.create_crawler(HostSpider)
        task = self._runner.crawl(crawl, tables=self.tables, story=_caught(visit, failed))
        self._visited[visit.report.host] = task
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            await crawl.stop_async()
            await asyncio.wait([task], timeout=STOPPING)
            raise
        finally:
            del self._visited[visit.report.host]
        if failed:
            raise failed[0]

    async def stop(self, grace: float) -> None:
        """Let running visits end for `grace` seconds, then leave the rest to the frontier."""
        tasks = list(self._visited.values())
        if tasks:
            await asyncio.wait(tasks, timeout=grace)
        for crawl in list(self._runner.crawlers):
            await crawl.stop_async()


def install_resolver(crawl: CrawlSettings) -> GuardedResolver:
    """Put the address rule under every name that Twisted looks up in this process."""
    from twisted.internet import reactor

    resolver = GuardedResolver(reactor, guard.networks(crawl.allow_private))
    resolver.install_on_reactor()
    return resolver


def _caught(visit: Visit, failed: list[BaseException]) -> Any:
    """The visit's story, with its exception kept for crawl_host: Scrapy would only log it."""

    async def story(spider: HostSpider) -> None:
        try:
            await visit.run(spider)
        except Exception as error:
            failed.append(error)

    return story

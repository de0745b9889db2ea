"""What a visit and a page cost: CPU, memory and requests, against a site in a process of its own.

    python -m bench.crawl_host [HOSTS] [PAGES]

Prints milliseconds of CPU for one empty visit, for one poll, and for one page, and what Scrapy alone needs
for the same pages. The site's own CPU is not counted. Nothing is matched or extracted here.
"""

import asyncio
import logging
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

import structlog

from bench.common import elsewhere, on_reactor

FILLER = "<p>" + "Words about nothing in particular, said at some length. " * 40 + "</p>"
PAGE = f"<!doctype html><html><head><title>T</title></head><body>{FILLER * 60}</body></html>".encode()


def serve(pipe: Connection, pages: int) -> None:
    """A site that answers a feed of `pages` entries for each address, and the same page for all others."""
    from app.demo.site import Reply, Request, Site

    def answer(request: Request) -> Reply:
        if request.path == "/rss":
            base = f"http://{request.headers['host']}"
            items = "".join(f"<item><title>T</title><link>{base}/{n}</link></item>" for n in range(pages))
            body = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()
            return Reply(body, content_type="application/rss+xml", validators=True)
        if request.path == "/robots.txt":
            return Reply(b"User-agent: *\nDisallow: /private\n", content_type="text/plain")
        return Reply(PAGE)

    with Site(answer, address="0.0.0.0") as site:
        pipe.send(site.port)
        pipe.recv()


async def measure(port: int, hosts: int, pages: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    from config.sections import CrawlSettings, PublisherSettings
    from crawler import frontier as outcomes
    from crawler.host import Crawler
    from store import migrations
    from store.queries import frontier
    from store.session import Store
    from store.values import FetchedPage

    clock = [datetime(2022, 6, 1, 12, tzinfo=UTC)]
    crawl = CrawlSettings(allow_private=("127.0.0.0/8",), host_gap=0.0)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        migrations.prepare(url)
        store = Store(url)

        async def on_page(page: FetchedPage) -> None:
            await store.run(lambda s: outcomes.settle_page(s, page, outcome="read", now=clock[0]))

        crawler = Crawler(store, crawl, now=lambda: clock[0], on_page=on_page)
        names = [f"127.0.0.{number + 1}:{port}" for number in range(hosts)]
        publishers = [
            PublisherSettings(domain=f"p{n}.example", seeds=({"url": f"http://{name}/rss", "kind": "feed"},))
            for n, name in enumerate(names)
        ]
        await store.run(lambda s: frontier.sync_publishers(s, publishers, clock[0]))

        async def visits() -> int:
            reports = await asyncio.gather(*(crawler.crawl_host(name) for name in names))
            return sum(report.pages + report.unchanged for report in reports)

        fetching = []
        while (spent := await cost(visits))[1]:
            fetching.append(spent)
        empty = median([(await cost(visits))[0] / hosts for _ in range(7)])
        polling = []
        for _ in range(7):
            clock[0] += timedelta(hours=2)
            cpu, done = await cost(visits)
            assert done == hosts
            polling.append(cpu / hosts - empty)
        page = median([(cpu - hosts * empty) / done for cpu, done in fetching[1:]])
        print(f"empty visit      {1000 * empty:7.2f} ms CPU")
        print(f"poll (304)       {1000 * median(polling):7.2f} ms CPU beside the visit")
        print(f"page             {1000 * page:7.2f} ms CPU, {sum(done for _, done in fetching)} fetched")
        store.close()
    await scrapy_alone(port, hosts, pages)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory      {peak:7.0f} MB")


async def scrapy_alone(port: int, hosts: int, pages: int) -> None:
    """Plain Scrapy that downloads as many pages and looks at none."""
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerRunner

    class Plain(Spider):
        name = "plain"

        async def start(self) -> AsyncIterator[Any]:
            for host in range(hosts):
                for page in range(pages):
                    yield Request(f"http://127.0.0.{host + 1}:{port}/{page}", dont_filter=True)

        def parse(self, response: Any) -> None:
            pass

    settings = {"LOG_ENABLED": False, "LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": False}

    async def crawl() -> int:
        await AsyncCrawlerRunner(settings).crawl(Plain)
        return hosts * pages

    cpu, done = await cost(crawl)
    print(f"page, Scrapy     {1000 * cpu / done:7.2f} ms CPU")


async def cost(work: Callable[[], Coroutine[Any, Any, int]]) -> tuple[float, int]:
    """CPU seconds of this process, all threads, and how much was done."""
    begun = time.process_time()
    done = await work()
    return time.process_time() - begun, done


def main() -> None:
    hosts, pages = (int(argument) for argument in (*sys.argv[1:], "20", "100")[:2])
    with elsewhere(serve, pages) as pipe:
        port = pipe.recv()
        on_reactor(lambda: measure(port, hosts, pages))


if __name__ == "__main__":
    main()

"""What a crawl test works at: a store, a crawler and a clock that moves only when told to."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, TypeVar

from sqlmodel import select

from config.sections import CrawlSettings, PublisherSettings
from crawler import frontier as outcomes
from crawler.host import Crawler
from crawler.visit import HostReport
from store.models import Link, Seed
from store.queries import frontier
from store.session import Store
from store.urls import host_of
from store.values import FetchedPage

T = TypeVar("T")
START = datetime(2022, 6, 1, 12, 0, tzinfo=UTC)

CRAWL = CrawlSettings(
    user_agent="tocsin-test (+mailto:desk@example.org)",
    allow_private=("127.0.0.0/8",),
    host_gap=0.0,
    timeout=5.0,
    max_page_bytes=300_000,
    max_feed_bytes=3_000_000,
    max_redirects=4,
)


def on_loop(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in the reactor's thread and give what it gives."""
    future: Future[T] = asyncio.run_coroutine_threadsafe(work, loop)
    return future.result(60)


@dataclass
class Desk:
    """Pages handed on are kept, and settled as the pipeline would: read, and worth watching."""

    store: Store
    loop: asyncio.AbstractEventLoop
    new_crawler: Callable[["Desk"], Crawler]
    time: datetime = START
    pages: list[FetchedPage] = field(default_factory=list)
    watch_for: float = 0.0
    breaks: Exception | None = None

    def __post_init__(self) -> None:
        self.crawler = self.new_crawler(self)

    def now(self) -> datetime:
        return self.time

    def pass_time(self, **kwargs: float) -> None:
        self.time += timedelta(**kwargs)

    async def on_page(self, page: FetchedPage) -> None:
        if self.breaks is not None:
            raise self.breaks
        self.pages.append(page)
        await self.store.run(
            lambda s: outcomes.settle_page(s, page, outcome="read", now=self.time, watch_for=self.watch_for)
        )

    def watch(self, *urls: str, kind: str = "feed", **settings: Any) -> None:
        """Name the seeds of one publisher."""
        seeds = [{"url": url, "kind": kind, "pattern": settings.get("pattern", "")} for url in urls]
        every = settings.get("every", {"min": 60, "max": 3600})
        publisher = PublisherSettings.model_validate(
            {"domain": settings.get("domain", "example.org"), "seeds": seeds, "every": every}
        )
        with self.store.write() as session:
            frontier.sync_publishers(session, [publisher], self.time)

    def crawl(self, url: str) -> HostReport:
        return on_loop(self.loop, self.crawler.crawl_host(host_of(url)))

    def crawl_all(self) -> list[HostReport]:
        """Visit every host that is due, side by side."""

        async def visits() -> list[HostReport]:
            hosts = self.crawler.due_hosts()
            return list(await asyncio.gather(*(self.crawler.crawl_host(host) for host in hosts)))

        return on_loop(self.loop, visits())

    def seeds(self) -> list[Seed]:
        with self.store.read() as session:
            return list(session.exec(select(Seed).order_by(Seed.id)))  # type: ignore[arg-type]

    def seed(self) -> Seed:
        (seed,) = self.seeds()
        return seed

    def links(self) -> list[Link]:
        with self.store.read() as session:
            return list(session.exec(select(Link).order_by(Link.id)))  # type: ignore[arg-type]

    def link(self) -> Link:
        (link,) = self.links()
        return link


def rss(urls: Iterable[str], *, published: datetime | None = START, extra: str = "") -> str:
    """A feed as a small outlet writes it."""
    date = f"<pubDate>{format_datetime(published)}</pubDate>" if published else ""
    items = "".join(f"<item><title>Title of {u}</title><link>{u}</link>{date}</item>" for u in urls)
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{extra}{items}</channel></rss>'
    )


def article(text: str = "The ministry denied it.") -> str:
    filler = "<p>Something else of length was said about the weather that day in town.</p>" * 10
    return f"<!doctype html><html><head><title>News</title></head><body><p>{text}</p>{filler}</body></html>"

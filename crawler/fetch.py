"""One request through Scrapy, with everything it must respect: guard, budget, robots.txt, sizes, time.

The spider holds no story of its own: what is fetched, and what follows, is told in crawler/visit.py.
"""

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler as ScrapyCrawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response

from crawler import trouble
from crawler.answer import Answer, retry_after
from crawler.failure import report_of
from crawler.guard import GuardedResolver
from crawler.politeness import Budget
from crawler.robots import MAX_BYTES as ROBOTS_BYTES
from crawler.robots import Robots, Rules
from crawler.trouble import FetchFailed, NotYet, Report
from store.urls import host_of

ROBOTS_UNPACKED = 16_000_000
UNSAID_REST = 60.0
"""How long a host is left alone that says "too many requests" and not for how long."""

RESTS_HOST = {"auto": frozenset((429,)), "host": frozenset((429, 503)), "path": frozenset[int]()}
"""Which answers speak for the whole host, as `crawl.retry_after` has it."""

_PERMANENT = frozenset((301, 308))


@dataclass(frozen=True, slots=True)
class Tables:
    """What all visits of the process share."""

    budget: Budget
    robots: Robots
    resolver: GuardedResolver
    now: Callable[[], datetime]
    obey_robots: bool = True
    retry_after: str = "auto"


@dataclass(frozen=True, slots=True)
class Order:
    """What to fetch. The validators make the request conditional; a 304 is then a good answer."""

    url: str
    max_bytes: int
    etag: str = ""
    last_modified: str = ""
    for_robots: bool = False

    def headers(self) -> dict[str, str]:
        known = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in known.items() if value}


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, where it came from, and what the host's robots.txt says besides."""

    answer: Answer
    moved: bool = False
    rules: Rules = field(default_factory=Rules)

    @property
    def is_unchanged(self) -> bool:
        return self.answer.status == 304


Story = Callable[["HostSpider"], Awaitable[None]]


class HostSpider(Spider):
    """Runs one visit's story inside a Scrapy crawl, and fetches what it asks for."""

    name = "host"

    def __init__(self, *, tables: Tables, story: Story, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tables = tables
        self._story = story

    async def start(self) -> AsyncIterator[Any]:
        await self._story(self)
        return
        yield  # an asynchronous generator by its signature: the story fetches for itself

    async def fetch(self, order: Order) -> Fetched:
        """The answer to an order; raises FetchFailed, or NotYet where the host wants to be left alone."""
        meta = {"download_maxsize": order.max_bytes, "for_robots": order.for_robots}
        try:
            request = Request(order.url, headers=order.headers(), meta=meta, dont_filter=True)
            response = await self.crawler.engine.download_async(request)
        except (FetchFailed, NotYet):
            raise
        except Exception as error:
            raise FetchFailed(report_of(error, order.url)) from error
        return self._checked(order, response)

    async def fetch_robots(self, url: str) -> Answer:
        return (await self.fetch(Order(url, ROBOTS_UNPACKED, for_robots=True))).answer

    def _checked(self, order: Order, response: Response) -> Fetched:
        answer = _answer(order.url, response, self.tables.now())
        cause = trouble.of_status(answer.status)
        if cause is not None and not (answer.status == 304 and order.headers()):
            wait = retry_after(answer.header("retry-after"), answer.fetched_at)
            detail = f"{answer.final_url} answered {answer.status}"
            raise FetchFailed(Report(cause, detail, answer.status, wait))
        meta = response.request.meta if response.request is not None else {}
        reasons = meta.get("redirect_reasons", ())
        moved = bool(reasons) and all(reason in _PERMANENT for reason in reasons)
        return Fetched(answer, moved, meta.get("rules", Rules()))


def _answer(url: str, response: Response, now: datetime) -> Answer:
    headers = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    packed = response.request.meta.get("packed", b"") if response.request is not None else b""
    return Answer(url, response.url, response.status, headers, response.body, now, packed)


class RobotsMiddleware:
    """Asks the shared rules before every request, redirects included, and cuts an endless robots.txt."""

    def __init__(self, crawler: ScrapyCrawler) -> None:
        self._crawler = crawler
        self._read = 0
        crawler.signals.connect(self._bytes_received, signal=signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: ScrapyCrawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        spider = _spider(self._crawler)
        tables = spider.tables
        if request.meta.get("for_robots"):
            self._read = 0
        elif tables.obey_robots:
            rules = await tables.robots.check(request.url, spider.fetch_robots)
            request.meta["rules"] = rules
            tables.budget.stretch(host_of(request.url), rules.gap(tables.robots.agent))

    def _bytes_received(self, data: bytes, request: Request) -> None:
        if request.meta.get("for_robots"):
            self._read += len(data)
            if self._read > ROBOTS_BYTES:
                raise StopDownload(fail=False)


class PoliteHandler(HTTP11DownloadHandler):
    """The one door through which Scrapy's requests leave: each waits for its host's turn."""

    async def download_request(self, request: Request) -> Response:
        tables = _spider(self._crawler).tables
        async with tables.budget.turn(host_of(request.url)):
            try:
                response = await super().download_request(request)
            except Exception as error:
                refusal = tables.resolver.refusal(urlsplit(request.url).hostname or "")
                raise FetchFailed(report_of(refusal or error, request.url)) from error
        response = _unpacked(request, response)
        if response.status in RESTS_HOST[tables.retry_after]:
            # Any other Retry-After speaks of its URL alone, whose link or seed waits for it.
            said = retry_after(_text(response, "Retry-After"), tables.now())
            unsaid = UNSAID_REST if response.status == 429 else 0.0
            tables.budget.rest(host_of(request.url), unsaid if said is None else said)
        return response


def _unpacked(request: Request, response: Response) -> Response:
    """The response with its body out of gzip; what is too large, or no plain gzip, is left to Scrapy.

    In one call, because Scrapy's own way through Python's file of gzip takes half as long again.
    """
    request.meta["packed"] = b""
    if response.headers.get("Content-Encoding") != b"gzip":
        return response
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        body = unpacker.decompress(response.body, request.meta["download_maxsize"])
    except zlib.error:
        return response
    if not unpacker.eof or unpacker.unused_data:
        return response
    request.meta["packed"] = response.body
    headers = response.headers.copy()
    del headers["Content-Encoding"]
    return response.replace(body=body, headers=headers)


def _text(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")


def _spider(crawler: ScrapyCrawler) -> HostSpider:
    if not isinstance(crawler.spider, HostSpider):
        raise TypeError(f"{crawler.spider!r} is not a HostSpider: start visits through crawler.host.Crawler")
    return crawler.spider

"""One visit of a host: its due seeds, then its pending links, one by one until nothing is due.

The story of crawling, read top to bottom. How a request is made is in crawler/fetch.py, what an outcome
changes in crawler/frontier.py, how a seed is read in crawler/spiders/.
"""

import asyncio
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from config.sections import CrawlSettings
from crawler import frontier, sniff, spiders
from crawler.answer import Answer
from crawler.fetch import Fetched, HostSpider, Order
from crawler.frontier import Poll
from crawler.spiders.base import Context, Discovery, Entry, Found
from crawler.trouble import FetchFailed, NotYet, Report, Trouble
from store.queries import frontier as queries
from store.queries.frontier import KnownLink, LinkJob, SeedJob
from store.session import Store
from store.urls import host_of, link_key
from store.values import FetchedPage

log = structlog.get_logger()

OnPage = Callable[[FetchedPage], Awaitable[None]]
Clock = Callable[[], datetime]

MAX_PIECES = 8
"""Further answers that one poll may ask for: the newest children of a sitemap index."""

MAX_SECONDS = 60.0
"""A visit of a slow host makes room for others and comes back later."""

PAGE_TYPES = frozenset(
    ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain", "")
)

PLAIN_PAGE = (("content-type", "text/html; charset=utf-8"),)


@dataclass(slots=True)
class HostReport:
    """What a visit did, in numbers, and why it ended."""

    host: str
    polls: int = 0
    unchanged: int = 0
    new_links: int = 0
    pages: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    ended: str = "nothing due"

    def count(self, trouble: Trouble) -> None:
        self.failures[trouble] = self.failures.get(trouble, 0) + 1


@dataclass(frozen=True, slots=True)
class Visit:
    """The visit of one host. `max_age` is how old an entry may say it is and still be fetched; `room` is
    how many fetches the visit may make in all, asked before each, for others may come to wait."""

    store: Store
    crawl: CrawlSettings
    on_page: OnPage
    now: Clock
    report: HostReport
    max_age: timedelta
    room: Callable[[], int]

    async def run(self, spider: HostSpider) -> None:
        ends = time.monotonic() + MAX_SECONDS
        while self.report.pages + self.report.polls < self.room() and time.monotonic() < ends:
            work = await self.store.run(lambda s: frontier.claim(s, self.report.host, self.now()))
            if not work:
                return
            try:
                await self._do(work, spider)
            except NotYet as refusal:
                await self._leave(work, refusal)
                return
        self.report.ended = "enough for one visit"

    async def _do(self, work: SeedJob | list[LinkJob], spider: HostSpider) -> None:
        """Do the work; of a handful of links, what is done is taken off the list."""
        if isinstance(work, SeedJob):
            await self._poll(work, spider)
            return
        while work:
            await self._article(work[0], spider)
            del work[0]

    async def _leave(self, work: SeedJob | list[LinkJob], refusal: NotYet) -> None:
        """Give the work back until the host may be asked again."""
        until = self.now() + timedelta(seconds=refusal.wait)
        await self.store.run(lambda s: frontier.give_back(s, work, until))
        self.report.ended = f"asked to wait {refusal.wait:.0f} s"

    async def _poll(self, job: SeedJob, spider: HostSpider) -> None:
        self.report.polls += 1
        try:
            fetched = await spider.fetch(self._seed_order(job))
            if fetched.is_unchanged:
                await self._unchanged(job, fetched.answer)
                return
            poll = Poll(fetched.answer, await self._read(job, fetched, spider), fetched.moved)
        except FetchFailed as error:
            await self._poll_failed(job, error.report)
            return
        added = await self.store.run(
            lambda s: frontier.record_poll(s, job, poll, now=self.now(), max_age=self.max_age)
        )
        self.report.new_links += len(added.new)
        log.debug("seed read", seed=job.url, new=len(added.new), known=added.known)
        await self._carried(job, poll)

    def _seed_order(self, job: SeedJob) -> Order:
        if frontier.may_be_conditional(job, self.now()):
            return Order(job.url, self.crawl.max_feed_bytes, job.etag, job.last_modified)
        return Order(job.url, self.crawl.max_feed_bytes)

    async def _unchanged(self, job: SeedJob, answer: Answer) -> None:
        self.report.unchanged += 1
        await self.store.run(lambda s: frontier.record_unchanged(s, job, answer, now=self.now()))

    async def _poll_failed(self, job: SeedJob, report: Report) -> None:
        self.report.count(report.trouble)
        await self.store.run(lambda s: frontier.record_poll_failure(s, job, report, now=self.now()))
        log.info("seed not read", seed=job.url, cause=report.trouble, detail=report.detail)

    async def _read(self, job: SeedJob, fetched: Fetched, spider: HostSpider) -> Found:
        """What the seed holds, with the further pieces that it asks for."""
        context = Context(job.url, job.domain, job.language, job.pattern, fetched.rules.sitemaps)
        method = spiders.method(job.kind)
        found = await asyncio.to_thread(method.read, fetched.answer, context)
        if found.more:
            found = await self._with_pieces(found, method, context, spider)
        if not job.pattern:
            return found
        return found.with_entries(entry for entry in found.entries if re.search(job.pattern, entry.url))

    async def _with_pieces(
        self, found: Found, method: Discovery, context: Context, spider: HostSpider
    ) -> Found:
        """The entries of all pieces. One that fails is passed over as long as another one succeeds."""
        entries, waiting = list(found.entries), deque(found.more)
        failure: FetchFailed | None = None
        for _ in range(MAX_PIECES):
            if not waiting:
                break
            try:
                piece = await spider.fetch(Order(waiting.popleft(), self.crawl.max_feed_bytes))
                part = await asyncio.to_thread(method.read, piece.answer, context)
                entries += part.entries
                waiting += part.more
            except FetchFailed as error:
                failure = error
        if failure is not None and not entries:
            raise failure
        return found.with_entries(entries)

    async def _carried(self, job: SeedJob, poll: Poll) -> None:
        """Hand on the pages that the seed itself carried, where they are new or changed."""
        whole = {link_key(entry.url): entry for entry in poll.found.entries if entry.body is not None}
        if not whole:
            return
        with self.store.read() as session:
            known = queries.known_links(session, whole)
        for key, entry in whole.items():
            link = known.get(key)
            if link is not None and frontier.body_hash(entry.body or b"") != link.body_hash:
                await self._hand_on(_carried_page(job, entry, link, poll.answer))

    async def _article(self, job: LinkJob, spider: HostSpider) -> None:
        self.report.pages += 1
        try:
            fetched = await spider.fetch(self._page_order(job))
            answer = fetched.answer if fetched.is_unchanged else self._own(job, fetched.answer)
            if fetched.is_unchanged or (job.body_hash and frontier.body_hash(answer.body) == job.body_hash):
                await self._unchanged_page(job)
                return
            page = _page(job, answer)
        except FetchFailed as error:
            await self._page_failed(job, error.report)
            return
        try:
            await self._hand_on(page)
        except Exception:
            log.exception("page not processed", url=page.url)
            await self._page_failed(job, Report(Trouble.PROCESSING, page.url))

    def _page_order(self, job: LinkJob) -> Order:
        carrier = spiders.carrier(job.seed_kind)
        if carrier is not None:
            return Order(carrier.page_url(job.url), self.crawl.max_page_bytes)
        if job.is_recheck:
            return Order(job.url, self.crawl.max_page_bytes, job.etag, job.last_modified)
        return Order(job.url, self.crawl.max_page_bytes)

    def _own(self, job: LinkJob, answer: Answer) -> Answer:
        """The answer with the link's own page in it, where the kind of its seed carries pages."""
        carrier = spiders.carrier(job.seed_kind)
        if carrier is None:
            return answer
        body = carrier.page_body(answer, Context(job.url, host_of(job.url)))
        return replace(answer, final_url=job.url, body=body, headers=PLAIN_PAGE, packed=b"")

    async def _unchanged_page(self, job: LinkJob) -> None:
        keep_for = self.crawl.recheck_for
        await self.store.run(
            lambda s: frontier.record_unchanged_page(s, job, now=self.now(), keep_for=keep_for)
        )

    async def _page_failed(self, job: LinkJob, report: Report) -> None:
        self.report.count(report.trouble)
        again = await self.store.run(lambda s: frontier.record_page_failure(s, job, report, now=self.now()))
        log.info("page not had", url=job.url, cause=report.trouble, detail=report.detail, again=again)

    async def _hand_on(self, page: FetchedPage) -> None:
        await self.on_page(page)


def _page(job: LinkJob, answer: Answer) -> FetchedPage:
    """The answer as a page; raises FetchFailed where it can be no article."""
    if answer.media_type not in PAGE_TYPES:
        detail = f"{answer.final_url} is {answer.media_type}"
        raise FetchFailed(Report(Trouble.NOT_A_PAGE, detail, answer.status))
    if (trouble := sniff.page_trouble(answer, asked=job.url)) is not None:
        raise FetchFailed(Report(trouble, f"{answer.final_url} shows no article", answer.status))
    return FetchedPage(
        link_id=job.id,
        publisher_id=job.publisher_id,
        url=job.url,
        final_url=answer.final_url,
        status=answer.status,
        content_type=answer.content_type,
        headers=answer.headers,
        body=answer.body,
        fetched_at=answer.fetched_at,
        title_hint=job.title_hint,
        published_hint=job.published_hint,
        flaw=Trouble.PAYWALL if sniff.is_paywalled(answer.body) else "",
        first_seen=job.first_seen,
        was_kept=job.was_kept,
        packed=answer.packed,
    )


def _carried_page(job: SeedJob, entry: Entry, link: KnownLink, answer: Answer) -> FetchedPage:
    return FetchedPage(
        link_id=link.id,
        publisher_id=job.publisher_id,
        url=entry.url,
        final_url=entry.url,
        status=answer.status,
        content_type=PLAIN_PAGE[0][1],
        headers=PLAIN_PAGE,
        body=entry.body or b"",
        fetched_at=answer.fetched_at,
        title_hint=entry.title,
        published_hint=entry.published,
        first_seen=link.first_seen,
        was_kept=link.was_kept,
    )

"""robots.txt for the whole process: each fetched once a day, read off the loop, obeyed as RFC 9309 says.

No answer at all means "stay away for now", a 4xx means "no rules". It fetches nothing itself.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from crawler.answer import Answer
from crawler.trouble import FetchFailed, Report, Trouble

MAX_BYTES = 512 * 1024
"""RFC 9309, 2.5: at least 500 KiB are read; a file of 5 MB would take seconds to parse."""

KEEP = 86_400.0
RETRY_FIRST, RETRY_LONGEST = 120.0, 3600.0
REMEMBERED = 5_000
INLINE_BYTES = 8 * 1024

Fetch = Callable[[str], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What one authority allows us. `outage` is set where its robots.txt could not be had."""

    parsed: Protego | None = None
    outage: Report | None = None
    outages: int = 0
    expires: float = 0.0

    def allows(self, url: str, agent: str) -> bool:
        return self.parsed is None or bool(self.parsed.can_fetch(url, agent))

    def gap(self, agent: str) -> float:
        """The longest pause between two requests that the file asks for, in seconds."""
        if self.parsed is None:
            return 0.0
        rate = self.parsed.request_rate(agent)
        per_request = rate.seconds / rate.requests if rate is not None and rate.requests else 0.0
        return max(float(self.parsed.crawl_delay(agent) or 0.0), per_request)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        return () if self.parsed is None else tuple(self.parsed.sitemaps)


class Robots:
    """The shared table of rules, one for each scheme and authority."""

    def __init__(self, user_agent: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.agent = user_agent.split("/")[0].split()[0]
        self._clock = clock
        self._rules: dict[str, Rules] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def check(self, url: str, fetch: Fetch) -> Rules:
        """The rules that allow this URL; raises FetchFailed where they do not, or cannot be had."""
        rules = await self.rules(url, fetch)
        if rules.outage is not None and rules.parsed is None:
            raise FetchFailed(_through_robots(rules.outage))
        if not rules.allows(url, self.agent):
            raise FetchFailed(Report(Trouble.ROBOTS, f"robots.txt of {urlsplit(url).netloc} forbids {url}"))
        return rules

    async def rules(self, url: str, fetch: Fetch) -> Rules:
        where = robots_url(url)
        if (known := self._fresh(where)) is not None:
            return known
        async with self._locks.setdefault(where, asyncio.Lock()):
            rules = self._fresh(where) or await self._renew(where, fetch)
        self._locks.pop(where, None)
        return rules

    def _fresh(self, where: str) -> Rules | None:
        known = self._rules.get(where)
        return known if known is not None and known.expires > self._clock() else None

    async def _renew(self, where: str, fetch: Fetch) -> Rules:
        try:
            answer = await fetch(where)
            rules = Rules(await parse(answer), expires=self._clock() + KEEP)
        except FetchFailed as error:
            rules = self._after_failure(where, error.report)
        while len(self._rules) >= REMEMBERED and where not in self._rules:
            del self._rules[next(iter(self._rules))]
        self._rules[where] = rules
        return rules

    def _after_failure(self, where: str, report: Report) -> Rules:
        """An outage keeps the rules known so far; without any, nothing may be fetched until it ends."""
        if 400 <= report.status < 500 and report.status != 429:
            return Rules(expires=self._clock() + KEEP)
        before = self._rules.get(where, Rules())
        wait = max(min(RETRY_FIRST * 2.0**before.outages, RETRY_LONGEST), report.retry_after or 0.0)
        return Rules(before.parsed, report, before.outages + 1, self._clock() + wait)


def robots_url(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/robots.txt"


async def parse(answer: Answer) -> Protego:
    """Parse at most MAX_BYTES, cut at a line's end; off the loop unless it is quick."""
    body = answer.body
    if len(body) > MAX_BYTES:
        body = body[: body.rfind(b"\n", 0, MAX_BYTES) + 1]
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    if len(text) <= INLINE_BYTES:
        return Protego.parse(text)
    return await asyncio.to_thread(Protego.parse, text)


def _through_robots(report: Report) -> Report:
    return Report(report.trouble, f"robots.txt: {report.detail}", report.status, report.retry_after)

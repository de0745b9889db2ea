"""robots.txt as RFC 9309 has it, once for the whole process."""

import asyncio
from datetime import UTC, datetime
from time import perf_counter

import pytest

from app.demo.site import Reply, Site
from crawler.answer import Answer
from crawler.robots import KEEP, MAX_BYTES, RETRY_FIRST, Robots
from crawler.trouble import FetchFailed, Report, Trouble
from tests.crawler.desk import Desk, article, rss

Pages = dict[str, Reply | bytes | str]
URL = "https://news.example/world/1"


class Host:
    """A robots.txt that a test changes, and a clock."""

    def __init__(self) -> None:
        self.answer: bytes | Report = b""
        self.asked = 0
        self.time = 0.0
        self.robots = Robots("tocsin (+mailto:desk@example.org)", clock=lambda: self.time)

    async def fetch(self, url: str) -> Answer:
        self.asked += 1
        await asyncio.sleep(0)
        if isinstance(self.answer, Report):
            raise FetchFailed(self.answer)
        return Answer(url, url, 200, (), self.answer, datetime(2022, 6, 1, tzinfo=UTC))

    def allows(self, url: str = URL) -> bool:
        try:
            asyncio.run(self.robots.check(url, self.fetch))
        except FetchFailed:
            return False
        return True


@pytest.fixture
def host() -> Host:
    return Host()


def test_a_rule_for_us_outranks_the_one_for_everybody(host: Host) -> None:
    host.answer = b"User-agent: *\nDisallow: /\n\nUser-agent: Tocsin\nDisallow: /private\n"
    assert host.allows()
    assert not host.allows("https://news.example/private/1")


def test_a_missing_file_allows_everything(host: Host) -> None:
    host.answer = Report(Trouble.GONE, "404", 404)
    assert host.allows()


@pytest.mark.parametrize("status", [500, 503, 429, 0])
def test_no_answer_forbids_everything_until_there_is_one(host: Host, status: int) -> None:
    host.answer = Report(Trouble.SERVER_ERROR, "down", status)
    assert not host.allows()
    host.answer = b""
    assert not host.allows(), "it is not asked again at once"
    host.time += RETRY_FIRST + 1
    assert host.allows()


def test_an_outage_keeps_the_rules_that_were_known(host: Host) -> None:
    host.answer = b"User-agent: *\nDisallow: /private\n"
    assert host.allows()
    host.answer = Report(Trouble.TIMEOUT, "slow", 0)
    host.time += KEEP + 1
    assert host.allows()
    assert not host.allows("https://news.example/private/1")


def test_the_file_is_asked_for_once_a_day_by_however_many(host: Host) -> None:
    async def many() -> None:
        await asyncio.gather(*(host.robots.check(URL, host.fetch) for _ in range(50)))

    asyncio.run(many())
    assert host.asked == 1
    host.time += KEEP + 1
    asyncio.run(many())
    assert host.asked == 2


def test_each_scheme_and_port_has_rules_of_its_own(host: Host) -> None:
    for url in ("https://news.example/", "http://news.example/", "https://news.example:8443/"):
        host.allows(url)
    assert host.asked == 3


def test_the_cause_of_an_outage_is_told_as_it_is(host: Host) -> None:
    host.answer = Report(Trouble.DNS, "no such host")
    with pytest.raises(FetchFailed) as failure:
        asyncio.run(host.robots.check(URL, host.fetch))
    assert failure.value.report.trouble is Trouble.DNS


@pytest.mark.parametrize(
    "text", [b"Crawl-delay: 7", b"Request-rate: 1/7", b"Crawl-delay: 2\nRequest-rate: 2/14"]
)
def test_the_longest_pause_that_is_asked_for_counts(host: Host, text: bytes) -> None:
    host.answer = b"User-agent: *\n" + text + b"\n"
    rules = asyncio.run(host.robots.check(URL, host.fetch))
    assert rules.gap("tocsin") == 7.0


def test_a_huge_file_is_read_to_the_limit_and_quickly(host: Host) -> None:
    host.answer = b"User-agent: *\nDisallow: /private\n" + b"Disallow: /x/y/z/*.html$\n" * 200_000
    started = perf_counter()
    assert not host.allows("https://news.example/private/1")
    assert len(host.answer) > 9 * MAX_BYTES
    assert perf_counter() - started < 3


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00garbage", b"<html>soft 404</html>", b"\xef\xbb\xbfUser-agent: *\n"]
)
def test_what_is_no_robots_file_forbids_nothing(host: Host, body: bytes) -> None:
    host.answer = body
    assert host.allows()


def test_the_server_is_asked_once_over_many_crawls(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/robots.txt"] = "User-agent: *\nAllow: /\n"
    pages["/rss"] = rss([site.url("/a")])
    pages["/a"] = article()
    desk.watch(site.url("/rss"))
    for _ in range(5):
        desk.crawl(site.url())
        desk.pass_time(hours=2)
    assert site.hits("/rss") == 5
    assert site.hits("/robots.txt") == 1


def test_a_forbidden_page_is_not_asked_for(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/robots.txt"] = "User-agent: *\nDisallow: /b\n"
    pages["/rss"] = rss([site.url("/a"), site.url("/b")])
    pages["/a"] = Reply(status=301, headers={"Location": "/b"})
    pages["/b"] = article()
    desk.watch(site.url("/rss"))
    report = desk.crawl(site.url())
    assert site.hits("/b") == 0
    assert report.failures == {"robots": 2}


def test_an_endless_robots_file_does_not_hold_the_crawl_up(desk: Desk, site: Site, pages: Pages) -> None:
    rules = b"User-agent: *\nDisallow: /b\n" + b"# nothing\n" * 500_000
    pages["/robots.txt"] = rules
    pages["/rss"] = rss([site.url("/a"), site.url("/b")])
    pages["/a"] = pages["/b"] = article()
    desk.watch(site.url("/rss"))
    report = desk.crawl(site.url())
    assert (report.pages, report.failures) == (2, {"robots": 1})


def test_a_broken_robots_file_stops_the_host_and_names_it(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/robots.txt"] = Reply(status=500)
    pages["/rss"] = rss([site.url("/a")])
    desk.watch(site.url("/rss"))
    report = desk.crawl(site.url())
    assert site.hits("/rss") == 0
    assert report.failures == {"server-error": 1}
    assert "robots.txt" in desk.seed().last_error

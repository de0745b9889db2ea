"""The budget of a host, and what its server sees of it."""

import asyncio
from contextlib import ExitStack, suppress
from datetime import timedelta
from itertools import pairwise
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.site import Reply, Site
from crawler.guard import GuardedResolver
from crawler.host import Crawler
from crawler.politeness import Budget
from crawler.trouble import NotYet
from tests.crawler.desk import CRAWL, Desk, article, on_loop, rss
from tests.crawler.watchful import Watchful

Pages = dict[str, Reply | bytes | str]
GAP = 0.15


@given(st.lists(st.floats(0, 5), min_size=2, max_size=30), st.floats(0, 3))
def test_two_turns_of_a_host_are_never_nearer_than_its_gap(pauses: list[float], gap: float) -> None:
    budget, now, turns = Budget(gap), 0.0, []
    for pause in pauses:
        now += pause
        turns.append(now + budget.reserve("a.example", now))
    assert all(late - early >= gap - 1e-9 for early, late in pairwise(turns))


def test_hosts_do_not_wait_for_each_other() -> None:
    budget = Budget(60.0)
    budget.reserve("a.example", 0.0)
    assert budget.reserve("b.example", 0.0) == 0.0
    assert budget.reserve("a.example", 1.0) == 59.0


def test_the_gap_counts_from_the_end_of_a_request() -> None:
    budget = Budget(2.0)
    budget.reserve("a.example", 0.0)
    budget.finish("a.example", 10.0)
    assert budget.wait("a.example", 10.5) == 1.5


def test_a_crawl_delay_stretches_the_gap_and_never_shortens_ours() -> None:
    budget = Budget(1.0)
    budget.slow_down("slow.example", 10.0, 0.0)
    budget.slow_down("quick.example", 0.1, 0.0)
    for host in ("slow.example", "quick.example"):
        budget.finish(host, 0.0)
    assert (budget.wait("slow.example", 0.0), budget.wait("quick.example", 0.0)) == (10.0, 1.0)


def test_a_long_wait_is_refused_instead_of_slept(loop: asyncio.AbstractEventLoop) -> None:
    budget = Budget(1.0, patience=5.0, clock=lambda: 0.0)
    budget.rest("a.example", 600.0)

    async def ask() -> None:
        async with budget.turn("a.example"):
            raise AssertionError

    with pytest.raises(NotYet) as refusal:
        on_loop(loop, ask())
    assert refusal.value.wait == 600.0


@pytest.fixture
def polite(desk: Desk) -> Desk:
    """A desk whose crawler keeps a gap."""
    crawl = CRAWL.model_copy(update={"host_gap": GAP})
    desk.crawler = Crawler(
        desk.store, crawl, now=desk.now, on_page=desk.on_page, resolver=desk.crawler.tables.resolver
    )
    return desk


def gaps(site: Site) -> list[float]:
    times = [request.arrived for request in site.requests]
    return [late - early for early, late in pairwise(times)]


def test_the_server_sees_one_request_at_a_time_with_the_gap_between(
    polite: Desk, site: Site, pages: Pages
) -> None:
    names = ("/a", "/b", "/c", "/d")
    pages["/rss"] = rss([site.url(name) for name in names])
    pages.update({name: Reply(article(name).encode(), delay=0.02) for name in names})
    pages["/b"] = Reply(status=302, headers={"Location": "/c"})
    polite.watch(site.url("/rss"))
    polite.crawl(site.url())
    assert site.busiest == 1
    assert len(site.requests) == 7
    assert min(gaps(site)) >= GAP


def test_two_visits_at_once_share_one_budget(polite: Desk, site: Site, pages: Pages) -> None:
    pages["/there"] = article()
    with Site(site.answer, address="127.0.0.3") as other:
        pages["/rss"] = rss([other.url("/x")])
        pages["/x"] = Reply(status=302, headers={"Location": site.url("/there")})
        pages["/feed"] = rss([site.url(f"/{number}") for number in range(3)])
        pages.update({f"/{number}": article(str(number)) for number in range(3)})
        polite.watch(site.url("/feed"), other.url("/rss"))

        polite.crawl_all()
    assert site.hits("/there") == 1
    assert site.busiest == 1
    assert min(gaps(site)) >= GAP


def test_a_crawl_delay_is_kept_as_the_server_counts(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/robots.txt"] = "User-agent: *\nCrawl-delay: 0.3\n"
    pages["/rss"] = rss([site.url("/a"), site.url("/b")])
    pages["/a"] = pages["/b"] = article()
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    assert len(site.requests) == 4
    assert min(gaps(site)) >= 0.3


def test_too_many_requests_rest_the_whole_host(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = rss([site.url("/a"), site.url("/b")])
    pages["/a"] = Reply(status=429, headers={"Retry-After": "120"})
    pages["/b"] = article()
    desk.watch(site.url("/rss"))
    report = desk.crawl(site.url())
    assert report.failures == {"rate-limited": 1}
    assert site.hits("/b") == 0
    assert report.ended == "asked to wait 120 s"
    assert desk.crawler.due_hosts() == []
    assert all(link.next_try >= desk.now() + timedelta(seconds=119) for link in desk.links())


def test_a_path_that_is_unavailable_for_a_while_rests_alone(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = rss([site.url("/a"), site.url("/b")])
    pages["/a"] = Reply(status=503, headers={"Retry-After": "7200"})
    pages["/b"] = article()
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    first, second = desk.links()
    assert first.next_try == desk.now() + timedelta(seconds=7200)
    assert second.outcome == "read"


@pytest.mark.parametrize(
    ("scope", "status", "rests"),
    [
        ("auto", 429, True),
        ("auto", 503, False),
        ("host", 429, True),
        ("host", 503, True),
        ("path", 429, False),
        ("path", 503, False),
    ],
)
def test_whom_a_retry_after_holds_for_is_a_setting(
    desk: Desk, site: Site, pages: Pages, resolver: GuardedResolver, scope: str, status: int, rests: bool
) -> None:
    crawl = CRAWL.model_copy(update={"retry_after": scope})
    desk.crawler = Crawler(desk.store, crawl, now=desk.now, on_page=desk.on_page, resolver=resolver)
    pages["/rss"] = rss([site.url("/a"), site.url("/b")])
    pages["/a"], pages["/b"] = Reply(status=status, headers={"Retry-After": "120"}), article()
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    assert site.hits("/b") == (0 if rests else 1)
    assert desk.links()[0].next_try >= desk.now() + timedelta(seconds=119)


@pytest.mark.parametrize(("scope", "rests"), [("host", False), ("auto", True), ("path", False)])
def test_what_says_no_time_rests_the_host_only_for_too_many_requests(
    desk: Desk, site: Site, pages: Pages, resolver: GuardedResolver, scope: str, rests: bool
) -> None:
    crawl = CRAWL.model_copy(update={"retry_after": scope})
    desk.crawler = Crawler(desk.store, crawl, now=desk.now, on_page=desk.on_page, resolver=resolver)
    pages["/rss"] = rss([site.url("/a"), site.url("/b")])
    pages["/a"], pages["/b"] = Reply(status=429 if rests else 503), article()
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    assert site.hits("/b") == (0 if rests else 1)


def test_a_seed_is_not_polled_before_its_retry_after(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = Reply(status=503, headers={"Retry-After": "9000"})
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    assert desk.seed().next_check == desk.now() + timedelta(seconds=9000)


def test_the_ledgers_of_many_servers_show_no_impolite_request(polite: Desk) -> None:
    """Each server keeps its own account; bench/politeness.py asks 200 of them, and more than once."""
    with ExitStack() as opened:
        servers = [Watchful(number) for number in range(12)]
        for server in servers:
            opened.enter_context(server.site)
        polite.watch(*(server.site.url("/rss") for server in servers))
        polite.crawl_all()
        assert [offence for server in servers for offence in server.offences(GAP)] == []
        assert [sorted(server.site.paths()) for server in servers] == [
            sorted(server.allowed) for server in servers
        ]


def test_a_server_that_watches_notices_what_is_impolite() -> None:
    server = Watchful(4)
    with server.site as site:
        for path in ("/c", "/private/e"):
            with suppress(HTTPError):
                urlopen(site.url(path)).close()  # noqa: S310  our own site
    told = "\n".join(server.offences(60.0))
    assert "/private/e is forbidden" in told
    assert "/private/e came 0." in told
    assert "/private/e did not wait for the Retry-After of /c" in told

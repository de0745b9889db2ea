"""What is remembered between two visits: links once, validators with distrust, leases that end."""

from datetime import timedelta
from itertools import pairwise

from app.demo.site import Reply, Site
from crawler import frontier as outcomes
from crawler.host import Crawler
from store.queries import frontier
from store.queries.publishers import sync_publishers
from store.urls import host_of
from store.values import LinkState
from tests.crawler.desk import CRAWL, START, Desk, article, rss

Pages = dict[str, Reply | bytes | str]


def poll_again(desk: Desk, site: Site, **after: float) -> None:
    desk.pass_time(**(after or {"hours": 2}))
    desk.crawl(site.url())


def asked_with(site: Site, path: str) -> list[str]:
    """The If-None-Match of each request for a path; empty for an unconditional one."""
    return [r.headers.get("if-none-match", "") for r in site.requests if r.path == path]


def test_an_unchanged_feed_costs_a_304(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), article()
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    for _ in range(3):
        poll_again(desk, site)
    assert [bool(etag) for etag in asked_with(site, "/rss")] == [False, True, True, True]
    seed = desk.seed()
    assert (seed.polls, seed.polls_unchanged, seed.last_status) == (4, 3, 304)
    assert site.hits("/a") == 1


def test_once_a_day_the_whole_feed_is_asked_for(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), article()
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    poll_again(desk, site, hours=25)
    assert asked_with(site, "/rss") == ["", ""]


def test_validators_are_kept_after_a_good_reading_alone(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = Reply(b"<rss", content_type="application/rss+xml", validators=True)
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    poll_again(desk, site)
    assert asked_with(site, "/rss") == ["", ""]


def test_a_failure_makes_the_next_request_unconditional(desk: Desk, site: Site, pages: Pages) -> None:
    good = rss([site.url("/a")])
    pages["/rss"], pages["/a"] = good, article()
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    pages["/rss"] = Reply(status=500)
    poll_again(desk, site)
    pages["/rss"] = good
    poll_again(desk, site)
    assert asked_with(site, "/rss")[-1] == ""


def test_a_server_whose_validators_lie_is_found_out_and_not_believed_again(
    desk: Desk, site: Site, pages: Pages
) -> None:
    def constant(name: str) -> Reply:
        body = rss([site.url(name)]).encode()
        return Reply(body, content_type="application/rss+xml", headers={"ETag": '"same"'}, validators=True)

    pages["/rss"], pages["/a"], pages["/b"] = constant("/a"), article(), article("Another.")
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    pages["/rss"] = constant("/b")
    poll_again(desk, site)
    assert site.hits("/b") == 0, "the lie hides the new article at first"
    poll_again(desk, site, hours=23)
    assert site.hits("/b") == 1
    poll_again(desk, site)
    assert desk.seed().distrusted
    assert asked_with(site, "/rss") == ["", '"same"', "", ""]


def test_a_feed_that_only_stamps_the_time_anew_is_no_liar(desk: Desk, site: Site, pages: Pages) -> None:
    for hour in (1, 2):
        body = rss([site.url("/a")], extra=f"<lastBuildDate>{hour}</lastBuildDate>").encode()
        pages["/rss"] = Reply(body, content_type="application/xml", headers={"ETag": '"same"'})
        pages["/a"] = article()
        desk.watch(site.url("/rss"))
        desk.crawl(site.url())
        desk.pass_time(hours=25)
    assert not desk.seed().distrusted


def test_a_link_is_fetched_once_however_many_name_it(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = rss([site.url("/a"), site.url("/a?utm_source=rss"), site.url("/a#top")])
    pages["/other"] = rss([site.url("/a/")])
    pages["/a"] = article()
    desk.watch(site.url("/rss"), site.url("/other"))
    desk.crawl(site.url())
    assert [path for path in site.paths() if path.startswith("/a")] == ["/a"]


def test_a_restart_forgets_nothing(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = rss([site.url("/a"), site.url("/b")])
    pages["/a"], pages["/b"] = article(), Reply(status=500)
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    before = (desk.seeds(), desk.links())
    desk.crawler = desk.new_crawler(desk)
    desk.watch(site.url("/rss"))
    assert (desk.seeds(), desk.links()) == before
    desk.crawl(site.url())
    assert (site.hits("/rss"), site.hits("/a"), site.hits("/b")) == (1, 1, 1), "nothing was due"
    poll_again(desk, site)
    assert asked_with(site, "/rss")[-1] != ""
    assert site.hits("/a") == 1


def test_what_a_killed_process_had_taken_is_due_again_after_its_lease(
    desk: Desk, site: Site, pages: Pages
) -> None:
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), article()
    desk.watch(site.url("/rss"))
    with desk.store.write() as session:
        taken = outcomes.claim(session, site.url().split("/")[2], desk.now())
        assert taken
        assert not outcomes.claim(session, site.url().split("/")[2], desk.now())
    desk.time += frontier.LEASE
    assert desk.crawl(site.url()).pages == 1


def test_a_page_that_was_fetched_and_not_processed_is_fetched_again(
    desk: Desk, site: Site, pages: Pages
) -> None:
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), article()
    desk.watch(site.url("/rss"))

    async def lost(page: object) -> None:
        """The process dies before the pipeline commits."""

    desk.crawler = Crawler(
        desk.store, CRAWL, now=desk.now, on_page=lost, resolver=desk.crawler.tables.resolver
    )
    desk.crawl(site.url())
    assert desk.link().state is LinkState.PENDING
    desk.crawler = desk.new_crawler(desk)
    desk.time += frontier.LEASE
    desk.crawl(site.url())
    assert site.hits("/a") == 2
    assert desk.link().state is LinkState.DONE


def test_a_link_to_another_host_waits_for_a_visit_of_that_host(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/x"] = article()
    with Site(site.answer, address="127.0.0.2") as other:
        pages["/rss"] = rss([other.url("/x")])
        desk.watch(site.url("/rss"))
        desk.crawl(site.url())
        assert other.requests == []
        assert desk.crawler.due_hosts() == [f"127.0.0.2:{other.port}"]
        desk.crawl(other.url())
        assert other.hits("/x") == 1


def test_old_entries_are_known_and_not_fetched(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = rss([site.url("/a")], published=START - timedelta(days=8))
    desk.watch(site.url("/rss"))
    report = desk.crawl(site.url())
    assert (report.new_links, report.pages) == (1, 0)
    assert desk.link().outcome == "too-old"


def test_an_archive_without_dates_is_fetched_in_part(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = rss([site.url(f"/{n}") for n in range(300)], published=None)
    pages["/robots.txt"] = "User-agent: *\nDisallow: /1\nDisallow: /2\nDisallow: /3\n"
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    skipped = [link for link in desk.links() if link.outcome == "backlog"]
    assert len(skipped) == 300 - outcomes.MAX_NEW_UNDATED


def test_new_articles_go_before_a_backlog(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = rss([site.url(f"/old{n}") for n in range(120)])
    pages.update({f"/old{n}": article(str(n)) for n in range(120)})
    desk.watch(site.url("/rss"))
    assert desk.crawl(site.url()).ended == "enough for one visit"
    pages["/rss"], pages["/new"] = rss([site.url("/new")]), article("New.")
    poll_again(desk, site)
    asked = site.paths()
    assert asked[asked.index("/rss", 2) + 1] == "/new"


def test_edits_are_looked_for_with_conditional_requests_at_growing_gaps(
    desk: Desk, site: Site, pages: Pages
) -> None:
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), article("It is so.")
    desk.watch(site.url("/rss"), every={"min": 10**6, "max": 10**6})
    desk.watch_for = 48 * 3600.0
    desk.crawl(site.url())
    looks = [desk.time]
    while (again := desk.link().recheck_at) is not None:
        desk.time = again
        desk.crawl(site.url())
        looks.append(again)
        if len(looks) == 3:
            pages["/a"] = article("It is not so.")
    assert [bool(etag) for etag in asked_with(site, "/a")] == [False, True, True, True, True, True, True]
    assert len(desk.pages) == 2
    assert b"It is not so." in desk.pages[1].body
    assert desk.link().rechecks == 6
    gaps = [late - early for early, late in pairwise(looks)]
    assert gaps == sorted(gaps)
    assert looks[-1] - looks[0] == timedelta(hours=48)


def test_a_page_that_vanishes_later_stays_read(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), article()
    desk.watch(site.url("/rss"))
    desk.watch_for = 48 * 3600.0
    desk.crawl(site.url())
    pages["/a"] = Reply(status=404)
    poll_again(desk, site)
    assert (desk.link().state, desk.link().outcome, desk.link().recheck_at) == (LinkState.DONE, "read", None)


def test_a_publisher_that_is_named_no_more_is_asked_no_more(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), Reply(status=500)
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    with desk.store.write() as session:
        sync_publishers(session, [], desk.now())
    desk.pass_time(days=3)
    assert desk.crawler.due_hosts() == []
    desk.watch(site.url("/rss"))
    assert desk.crawler.due_hosts() != []


def test_what_a_seed_has_learned_outlives_a_new_reading_of_the_configuration(
    desk: Desk, site: Site, pages: Pages
) -> None:
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), article()
    desk.watch(site.url("/rss"), kind="auto")
    desk.crawl(site.url())
    assert desk.seed().kind == "feed"
    learned = desk.seed()
    desk.watch(site.url("/rss"), kind="auto")
    assert desk.seed() == learned


def test_a_pattern_narrows_any_kind_of_seed(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = rss([site.url("/sport/a"), site.url("/world/b")])
    pages["/world/b"] = article()
    desk.watch(site.url("/rss"), pattern="/world/")
    desk.crawl(site.url())
    assert [link.url for link in desk.links()] == [site.url("/world/b")]


def test_hosts_of_due_seeds_come_before_hosts_with_a_backlog(desk: Desk, site: Site, pages: Pages) -> None:
    with Site(site.answer, address="127.0.0.2") as other:
        pages["/rss"] = rss([site.url(f"/{n}") for n in range(60)])
        pages["/feed"] = rss([])
        pages.update({f"/{n}": article(str(n)) for n in range(60)})
        desk.watch(site.url("/rss"))
        desk.crawl(site.url())
        desk.pass_time(minutes=1)
        desk.watch(site.url("/rss"), other.url("/feed"))
        assert desk.crawler.due_hosts() == [host_of(other.url()), host_of(site.url())]

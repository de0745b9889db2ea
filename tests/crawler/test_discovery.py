"""The discovery methods on real visits: what one seed leads to."""

import json

from sqlmodel import select

from app.demo.site import Reply, Site
from store.models import Publisher
from store.queries.publishers import sync_publishers
from store.values import LinkState, SeedKind
from tests.crawler.desk import START, Desk, article, rss
from tests.crawler.test_spiders import node, post, urlset

Pages = dict[str, Reply | bytes | str]


def test_a_publisher_given_by_its_home_page_alone_works(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/robots.txt"] = f"User-agent: *\nSitemap: {site.url('/news.xml')}\n"
    pages["/"] = (
        '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head>'
        '<body><a href="/2022/06/01/by-page">A headline</a></body></html>'
    )
    pages["/rss"] = rss([site.url("/2022/06/01/by-feed")])
    pages["/news.xml"] = urlset(node(site.url("/2022/06/01/by-map"), "<lastmod>2022-06-01</lastmod>"))
    names = ["/2022/06/01/by-page", "/2022/06/01/by-feed", "/2022/06/01/by-map"]
    pages.update({name: article(name) for name in names})
    desk.watch(site.url("/"), kind="auto")
    desk.crawl(site.url())
    assert [seed.kind for seed in desk.seeds()] == [SeedKind.SECTION, SeedKind.FEED, SeedKind.SITEMAP]
    assert {seed.parent_id for seed in desk.seeds()} == {None, 1}
    assert {page.url for page in desk.pages} == {site.url(name) for name in names}


def test_found_seeds_go_with_the_one_that_named_them(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/"] = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), article()
    desk.watch(site.url("/"), kind="auto")
    desk.crawl(site.url())
    assert [seed.enabled for seed in desk.seeds()] == [True, True]
    desk.watch(site.url("/"), kind="auto")
    assert [seed.enabled for seed in desk.seeds()] == [True, True]
    with desk.store.write() as session:
        sync_publishers(session, [], desk.now())
    assert [seed.enabled for seed in desk.seeds()] == [False, False]


def test_an_index_is_read_to_its_newest_children_though_one_is_broken(
    desk: Desk, site: Site, pages: Pages
) -> None:
    children = "".join(
        f"<sitemap><loc>{site.url(f'/s{n}.xml')}</loc><lastmod>2022-05-0{n}</lastmod></sitemap>"
        for n in (1, 2, 3)
    )
    pages["/map.xml"] = f"<sitemapindex>{children}</sitemapindex>"
    pages["/s3.xml"] = Reply(status=500)
    pages["/s2.xml"] = urlset(node(site.url("/a"), "<lastmod>2022-06-01</lastmod>"))
    pages["/s1.xml"] = urlset(node(site.url("/b"), "<lastmod>2022-06-01</lastmod>"))
    pages["/a"], pages["/b"] = article("A"), article("B")
    desk.watch(site.url("/map.xml"), kind="sitemap")
    report = desk.crawl(site.url())
    assert (report.new_links, report.failures) == (2, {})
    desk.pass_time(hours=2)
    desk.crawl(site.url())
    assert site.hits("/s2.xml") == 2, "an unchanged index says nothing of its children"


def test_posts_of_a_channel_are_handed_on_without_a_request_of_their_own(
    desk: Desk, site: Site, pages: Pages
) -> None:
    def channel(*texts: str) -> str:
        posts = (post(number, text, START) for number, text in enumerate(texts, 1))
        return f"<html><div class=tgme_channel_info></div>{''.join(posts)}</html>"

    pages["/s/ministry"] = channel("It is so.", "Other news.")
    desk.watch(site.url("/s/ministry"), kind="telegram")
    desk.crawl(site.url())
    assert {page.url for page in desk.pages} == {"https://t.me/ministry/1", "https://t.me/ministry/2"}
    assert {link.state for link in desk.links()} == {LinkState.DONE}
    assert set(site.paths()) == {"/robots.txt", "/s/ministry"}
    pages["/s/ministry"] = channel("It is not so.", "Other news.", "A third one.")
    desk.pass_time(hours=2)
    desk.crawl(site.url())
    later = desk.pages[2:]
    assert [page.url for page in later] == ["https://t.me/ministry/3", "https://t.me/ministry/1"]
    assert b"It is not so." in later[1].body


def test_a_search_finds_outlets_that_nobody_listed(desk: Desk, site: Site, pages: Pages) -> None:
    found = [
        {"url": "https://www.listed.example/a-1", "title": "One", "seendate": "20220601T113000Z"},
        {"url": "https://unknown.example/b-2", "title": "Two", "seendate": "20220601T114500Z"},
        {"url": "https://news.unknown.example/c-3", "title": "Three", "seendate": "20220601T114500Z"},
    ]
    pages["/api"] = Reply(json.dumps({"articles": found}).encode(), content_type="application/json")
    desk.watch(site.url("/api"), kind="search", domain="listed.example")
    desk.crawl(site.url())
    with desk.store.read() as session:
        owners = {publisher.id: publisher.domain for publisher in session.exec(select(Publisher))}
    assert [(link.url[8:].partition("/")[0], owners[link.publisher_id]) for link in desk.links()] == [
        ("www.listed.example", "listed.example"),
        ("unknown.example", "unknown.example"),
        ("news.unknown.example", "unknown.example"),
    ]
    assert desk.crawler.due_hosts() == ["news.unknown.example", "unknown.example", "www.listed.example"]
    desk.watch(site.url("/api"), kind="search", domain="listed.example")
    assert len(desk.crawler.due_hosts()) == 3, "what was found is not forgotten at the next start"


def test_a_search_that_finds_nothing_is_well(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/api"] = Reply(b"{}", content_type="application/json")
    desk.watch(site.url("/api"), kind="search")
    assert desk.crawl(site.url()).failures == {}

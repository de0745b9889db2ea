"""A visit from end to end: a real site, a real store, Scrapy in between."""

import gzip

from app.demo.site import Reply, Site
from tests.crawler.desk import Desk, article, rss

Pages = dict[str, Reply | bytes | str]


def test_a_feed_leads_to_the_pages_that_it_names(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = rss([site.url("/a"), site.url("/b")])
    pages["/a"], pages["/b"] = article("One."), article("Two.")
    desk.watch(site.url("/rss"))
    report = desk.crawl(site.url())
    assert (report.polls, report.new_links, report.pages, report.failures) == (1, 2, 2, {})
    assert [page.url for page in desk.pages] == [site.url("/a"), site.url("/b")]
    assert desk.pages[0].body == article("One.").encode()
    assert desk.pages[0].title_hint == f"Title of {site.url('/a')}"


def test_a_page_in_gzip_is_unpacked_and_kept_as_it_came(desk: Desk, site: Site, pages: Pages) -> None:
    body = article("One.").encode()
    packed = gzip.compress(body)
    zipped = {"Content-Encoding": "gzip"}
    pages["/rss"] = rss([site.url(f"/{number}") for number in range(3)])
    pages["/0"] = Reply(packed, headers=zipped)
    pages["/1"] = Reply(gzip.compress(body[:50]) + gzip.compress(body[50:]), headers=zipped)
    pages["/2"] = article("One.")
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    assert [(page.body, page.packed) for page in desk.pages] == [(body, packed), (body, b""), (body, b"")]


def test_a_visit_is_short_while_other_hosts_wait(desk: Desk, site: Site, pages: Pages) -> None:
    """With more arriving than can be read, every feed gets its turn."""
    with Site(site.answer, address="127.0.0.2") as other:
        pages.update({f"/{number}": article(str(number)) for number in range(40)})
        pages["/rss"] = rss([site.url(f"/{number}") for number in range(40)])
        desk.watch(site.url("/rss"), other.url("/rss"))
        assert len(desk.crawler.due_hosts(1)) == 1
        crowded = desk.crawl(site.url())
        assert len(desk.crawler.due_hosts(2)) == 2
        alone = desk.crawl(site.url())
    assert crowded.pages < 15
    assert crowded.ended == "enough for one visit"
    assert crowded.pages + alone.pages == 40

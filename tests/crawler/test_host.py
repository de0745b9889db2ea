"""A visit from end to end: a real site, a real store, Scrapy in between."""

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

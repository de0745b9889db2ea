"""The discovery methods on real visits: what one seed leads to."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from app.demo.site import Reply, Site
from app.wiring import Wiring
from config.errors import ConfigError
from config.settings import Settings
from crawler import spiders
from store.models import Publisher
from store.queries.publishers import sync_publishers
from store.values import LinkState
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
    assert [seed.kind for seed in desk.seeds()] == ["section", "feed", "sitemap"]
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


FOO = '''
"""Lists of addresses, one on each line, as some ministries keep them."""

from crawler.spiders.base import Entry, Found

KIND = "foo"


def read(answer, context):
    return Found(tuple(Entry(line) for line in answer.body.decode().split()[1:]), kind=KIND)


def recognises(answer):
    return answer.body.startswith(b"#foo")
'''


@pytest.fixture
def foo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One file put into the folder of discovery methods, and nothing else."""
    (tmp_path / "foo.py").write_text(FOO, encoding="utf-8")
    monkeypatch.setattr(spiders, "__path__", [*spiders.__path__, str(tmp_path)])
    spiders.kinds.cache_clear()
    yield
    sys.modules.pop("crawler.spiders.foo", None)
    spiders.kinds.cache_clear()


@pytest.mark.parametrize("kind", ["foo", "auto"])
def test_a_file_is_all_that_a_discovery_method_needs(
    desk: Desk, site: Site, pages: Pages, foo: None, kind: str
) -> None:
    pages["/list"], pages["/a"] = f"#foo\n{site.url('/a')}\n", article()
    seed = {"url": site.url("/list"), "kind": kind}
    settings = Settings.model_validate({"publishers": [{"domain": "example.org", "seeds": [seed]}]})
    with desk.store.write() as session:
        sync_publishers(session, Wiring(settings).publishers, desk.now())
    desk.crawl(site.url())
    assert [seed.kind for seed in desk.seeds()] == ["foo"]
    assert [page.url for page in desk.pages] == [site.url("/a")]


def test_a_kind_without_a_file_is_named_with_the_nearest() -> None:
    seeds = ["https://example.org/a", {"url": "https://example.org/b", "kind": "sitmap"}]
    settings = Settings.model_validate({"publishers": [{"domain": "example.org", "seeds": seeds}]})
    with pytest.raises(
        ConfigError, match=r"publishers\[0\].seeds\[1\].kind: unknown kind sitmap; did you mean 'sit"
    ):
        _ = Wiring(settings).publishers


def test_a_seed_whose_method_is_gone_is_found_out_anew(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), article()
    desk.watch(site.url("/rss"), kind="gone")
    desk.crawl(site.url())
    assert [seed.kind for seed in desk.seeds()] == ["feed"]

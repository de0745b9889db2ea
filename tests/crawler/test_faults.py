"""What the web does to a crawler: each fault costs one poll or one page, and is called by its name."""

import gzip
import re
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from app.demo.site import Reply, Site
from crawler.host import Crawler
from store.values import LinkState
from tests.crawler.desk import CRAWL, Desk, article, rss
from tests.crawler.rawsite import RawSite, reset

Pages = dict[str, Reply | bytes | str]
MEGABYTE = 1_000_000


def impatient(desk: Desk, timeout: float) -> Desk:
    crawl = CRAWL.model_copy(update={"timeout": timeout})
    desk.crawler = Crawler(
        desk.store, crawl, now=desk.now, on_page=desk.on_page, resolver=desk.crawler.tables.resolver
    )
    return desk


def cause(desk: Desk, url: str) -> str:
    """Poll one seed and say what was wrong with it."""
    desk.watch(url)
    report = desk.crawl(url)
    assert report.polls == 1
    assert desk.seed().failures == 1
    assert desk.seed().next_check > desk.now()
    (named,) = report.failures
    assert desk.seed().last_error.startswith(f"{named}: ")
    return named


def test_a_name_that_does_not_resolve(desk: Desk) -> None:
    assert cause(desk, "http://no-such-host.invalid/rss") == "dns"


def test_a_port_where_nobody_listens(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert cause(desk, f"http://127.0.0.1:{port}/rss") == "refused"


def test_a_certificate_that_nobody_signed(desk: Desk, tmp_path: Path) -> None:
    certificate = trustme.CA().issue_cert("127.0.0.1")
    with certificate.private_key_and_cert_chain_pem.tempfile(dir=str(tmp_path)) as pem:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        with RawSite(lambda connection: None, tls=context) as site:
            assert cause(desk, f"https://127.0.0.1:{site.port}/rss") == "tls"


def test_a_certificate_of_a_trusted_authority_passes(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def answer(connection: socket.socket) -> None:
        body = rss(["https://127.0.0.1/a"]).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)

    with RawSite(answer, tls=context) as site:
        desk.watch(f"https://127.0.0.1:{site.port}/rss")
        report = desk.crawl(f"https://127.0.0.1:{site.port}/")
    assert (report.failures, report.new_links) == ({}, 1)


def test_a_connection_reset_half_way(desk: Desk) -> None:
    def cut(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>")
        reset(connection)

    with RawSite(cut) as site:
        assert cause(desk, site.url("/rss")) == "reset"


def test_a_body_that_ends_too_soon(desk: Desk) -> None:
    def cut(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>")

    with RawSite(cut) as site:
        assert cause(desk, site.url("/rss")) == "reset"


def test_an_answer_that_is_not_http(desk: Desk) -> None:
    with RawSite(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n" * 3)) as site:
        assert cause(desk, site.url("/rss")) == "reset"


def test_a_server_that_never_answers(desk: Desk) -> None:
    def hang(connection: socket.socket) -> None:
        connection.recv(1)

    with RawSite(hang) as site:
        assert cause(impatient(desk, 0.3), site.url("/rss")) == "timeout"


def test_a_slow_drip_is_bounded_by_the_whole_time(desk: Desk) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
        while True:
            connection.sendall(b"<")
            time.sleep(0.05)

    with RawSite(drip) as site:
        assert cause(impatient(desk, 0.4), site.url("/rss")) == "timeout"


def test_an_endless_redirect(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = Reply(status=302, headers={"Location": "/rss"})
    assert cause(desk, site.url("/rss")) == "redirects"
    assert site.hits("/rss") == CRAWL.max_redirects + 1


def test_a_redirect_out_of_the_web(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = Reply(status=302, headers={"Location": "file:///etc/passwd"})
    assert cause(desk, site.url("/rss")) == "http-error"


def test_a_gzip_bomb(desk: Desk, site: Site, pages: Pages) -> None:
    bomb = gzip.compress(b"<rss>" + b" " * (200 * MEGABYTE))
    pages["/rss"] = Reply(bomb, headers={"Content-Encoding": "gzip"}, content_type="application/xml")
    assert cause(desk, site.url("/rss")) == "too-large"


def test_a_body_that_is_not_packed_as_it_says(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = Reply(rss([]).encode(), headers={"Content-Encoding": "gzip"})
    assert cause(desk, site.url("/rss")) == "unreadable"


def test_a_body_larger_than_it_may_be(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = Reply(b"<rss>" + b" " * (4 * MEGABYTE), content_type="application/xml")
    assert cause(desk, site.url("/rss")) == "too-large"


def test_an_endless_body(desk: Desk) -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"<item/>" * 10_000)

    with RawSite(pour) as site:
        assert cause(desk, site.url("/rss")) == "too-large"


@pytest.mark.parametrize(
    ("status", "named"),
    [(401, "forbidden"), (403, "forbidden"), (404, "gone"), (410, "gone"), (418, "http-error"),
     (429, "rate-limited"), (451, "forbidden"), (500, "server-error"), (503, "server-error")],
)  # fmt: skip
def test_a_status_that_means_no(desk: Desk, site: Site, pages: Pages, status: int, named: str) -> None:
    pages["/rss"] = Reply(status=status)
    assert cause(desk, site.url("/rss")) == named


@pytest.mark.parametrize(
    ("body", "content_type", "named"),
    [
        (article(), "text/html", "html-instead-of-feed"),
        (article(), "application/rss+xml", "html-instead-of-feed"),
        ("", "application/rss+xml", "empty-feed"),
        (rss([]), "application/rss+xml", "empty-feed"),
        ("%PDF-1.7 nothing", "application/pdf", "unreadable"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": 7}', "application/json", "unreadable"),
        ("<html><script src=app.js></script><div id=root></div></html>", "text/html", "js-shell"),
        (
            "<html><body><p>Before you continue, accept our cookies</p></body></html>",
            "text/html",
            "consent-wall",
        ),
    ],
)
def test_something_else_where_a_feed_was(
    desk: Desk, site: Site, pages: Pages, body: str, content_type: str, named: str
) -> None:
    pages["/rss"] = Reply(body.encode(), content_type=content_type)
    assert cause(desk, site.url("/rss")) == named


def test_a_feed_that_now_leads_to_the_front_page(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss/all"] = Reply(status=301, headers={"Location": "/"})
    pages["/"] = article()
    assert cause(desk, site.url("/rss/all")) == "moved"


def test_an_entity_bomb_in_a_feed_is_harmless(desk: Desk, site: Site, pages: Pages) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">{entities}]>' + rss(
        [site.url("/a")]
    ).removeprefix('<?xml version="1.0"?>').replace("Title of", "&l11; Title of")
    pages["/rss"], pages["/a"] = Reply(bomb.encode(), content_type="application/rss+xml"), article()
    desk.watch(site.url("/rss"))
    report = desk.crawl(site.url())
    assert report.polls == 1


def test_a_feed_that_makes_up_new_identifiers_at_every_poll_brings_nothing_twice(
    desk: Desk, site: Site, pages: Pages
) -> None:
    pages["/a"] = article()
    desk.watch(site.url("/rss"))
    for poll in range(3):
        churned = rss([site.url("/a")]).replace("<link>", f"<guid>urn:made-up:{poll}</guid><link>")
        assert f"made-up:{poll}" in churned
        pages["/rss"] = churned
        desk.crawl(site.url())
        desk.pass_time(hours=2)
    assert (site.hits("/rss"), site.hits("/a"), len(desk.pages)) == (3, 1, 1)


@pytest.mark.parametrize("dated", ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_an_entry_of_an_impossible_day_is_news_of_today(
    desk: Desk, site: Site, pages: Pages, dated: str
) -> None:
    whole = rss([site.url("/a")])
    pages["/rss"] = re.sub(r"<pubDate>.*?</pubDate>", "", whole).replace(
        "<link>", f"<pubDate>{dated}</pubDate><link>"
    )
    pages["/a"] = article()
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    assert [(page.url, page.published_hint) for page in desk.pages] == [(site.url("/a"), None)]
    assert desk.link().first_seen == desk.now()


def test_a_certificate_of_another_host(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("another.example").configure_cert(context)
    with RawSite(lambda connection: None, tls=context) as site:
        assert cause(desk, f"https://127.0.0.1:{site.port}/rss") == "tls"


def test_a_certificate_that_is_out_of_date(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    authority.issue_cert(
        "127.0.0.1", not_before=long_ago, not_after=long_ago + timedelta(days=90)
    ).configure_cert(context)
    with RawSite(lambda connection: None, tls=context) as site:
        assert cause(desk, f"https://127.0.0.1:{site.port}/rss") == "tls"


def test_a_page_on_a_host_that_does_not_resolve_waits_and_costs_its_feed_nothing(
    desk: Desk, site: Site, pages: Pages
) -> None:
    pages["/rss"], pages["/a"] = rss(["http://no-such-host.invalid/1", site.url("/a")]), article()
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    assert [page.url for page in desk.pages] == [site.url("/a")]
    assert desk.crawl("http://no-such-host.invalid/").failures == {"dns": 1}
    away = next(link for link in desk.links() if link.host == "no-such-host.invalid")
    assert (away.state, away.outcome) == (LinkState.PENDING, "dns")
    assert desk.seed().failures == 0


def test_a_failing_seed_is_asked_for_ever_and_ever_less(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = Reply(status=500)
    desk.watch(site.url("/rss"))
    waits = []
    for _ in range(40):
        desk.crawl(site.url())
        waits.append(desk.seed().next_check - desk.now())
        desk.time = desk.seed().next_check
    assert site.hits("/rss") == 40
    assert waits[0] < timedelta(minutes=10)
    assert max(waits) <= timedelta(hours=1, minutes=10)
    assert desk.seed().failures == 40
    pages["/rss"] = rss([site.url("/a")])
    pages["/a"] = article()
    desk.crawl(site.url())
    assert (desk.seed().failures, desk.seed().last_error, len(desk.pages)) == (0, "", 1)


def test_a_page_that_fails_is_tried_again_for_hours(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), Reply(status=502)
    desk.watch(site.url("/rss"))
    desk.crawl(site.url())
    assert (desk.link().state, desk.link().outcome, desk.link().tries) == (
        LinkState.PENDING,
        "server-error",
        1,
    )
    pages["/a"] = article()
    desk.pass_time(minutes=30)
    desk.crawl(site.url())
    assert (desk.link().outcome, len(desk.pages)) == ("read", 1)


def test_a_page_is_given_up_with_its_reason(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), Reply(status=403)
    desk.watch(site.url("/rss"))
    for _ in range(20):
        desk.crawl(site.url())
        desk.pass_time(hours=7)
    assert (desk.link().state, desk.link().outcome) == (LinkState.FAILED, "forbidden")
    assert site.hits("/a") == 6


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_asked_for_once(desk: Desk, site: Site, pages: Pages, status: int) -> None:
    pages["/rss"], pages["/a"] = rss([site.url("/a")]), Reply(status=status)
    desk.watch(site.url("/rss"))
    for _ in range(3):
        desk.crawl(site.url())
        desk.pass_time(hours=7)
    assert site.hits("/a") == 1
    assert desk.link().state is LinkState.FAILED


def test_a_download_where_a_page_was(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = rss([site.url("/a")])
    pages["/a"] = Reply(b"%PDF-1.7", content_type="application/pdf")
    desk.watch(site.url("/rss"))
    assert desk.crawl(site.url()).failures == {"not-a-page": 1}
    assert desk.pages == []


def test_a_page_that_cannot_be_processed_costs_one_page(desk: Desk, site: Site, pages: Pages) -> None:
    pages["/rss"] = rss([site.url("/a"), site.url("/b")])
    pages["/a"] = pages["/b"] = article()
    desk.watch(site.url("/rss"))
    desk.breaks = RuntimeError("a bug")
    report = desk.crawl(site.url())
    assert report.failures == {"processing": 2}
    desk.breaks = None
    desk.pass_time(hours=1)
    desk.crawl(site.url())
    assert len(desk.pages) == 2


def test_one_broken_host_does_not_hold_up_another(desk: Desk, site: Site, pages: Pages) -> None:
    def hang(connection: socket.socket) -> None:
        connection.recv(1)

    pages["/rss"], pages["/a"] = rss([site.url("/a")]), article()
    with RawSite(hang) as broken:
        desk.watch(broken.url("/rss"), site.url("/rss"))
        done = impatient(desk, 0.5).crawl_all()
    assert {report.pages for report in done} == {0, 1}

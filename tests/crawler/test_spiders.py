"""Every discovery method on the answers that it may be given."""

import gzip
import json
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import spiders
from crawler.answer import Answer
from crawler.spiders import auto, feed, section, sitemap, telegram
from crawler.spiders.base import Context, Found
from crawler.trouble import FetchFailed, Trouble
from tests.crawler.desk import START, rss

PAGE = "https://news.example/world/harbour-bridge-is-open-again"


def answer(
    body: str | bytes, content_type: str = "application/xml", url: str = "https://news.example/x"
) -> Answer:
    raw = body.encode() if isinstance(body, str) else body
    return Answer(url, url, 200, (("content-type", content_type),), raw, START)


def context(pattern: str = "", sitemaps: tuple[str, ...] = ()) -> Context:
    return Context("https://news.example/x", "news.example", pattern=pattern, sitemaps=sitemaps)


def urls(found: Found) -> list[str]:
    return [entry.url for entry in found.entries]


# --- the contract, for every file in the folder ------------------------------------------------


@pytest.mark.parametrize("kind", sorted(spiders.kinds()))
@given(body=st.binary(max_size=300))
def test_a_method_reads_anything_or_names_the_trouble(kind: str, body: bytes) -> None:
    found = Found()
    with suppress(FetchFailed):
        found = spiders.kinds()[kind].read(answer(body, "text/html"), context())
    assert all(entry.url.startswith(("http://", "https://")) for entry in found.entries)


@pytest.mark.parametrize("kind", sorted(spiders.kinds()))
def test_a_method_names_an_empty_answer(kind: str) -> None:
    with pytest.raises(FetchFailed):
        spiders.kinds()[kind].read(answer(b"", "text/html"), context())


# --- feeds ------------------------------------------------------------------------------------


def test_rss_gives_links_titles_and_dates() -> None:
    found = feed.read(answer(rss([PAGE])), context())
    (entry,) = found.entries
    assert (entry.url, entry.title, entry.published) == (PAGE, f"Title of {PAGE}", START)


def test_atom_gives_the_alternate_link() -> None:
    body = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>n</title><entry>
      <title type="html">A &lt;b&gt;bold&lt;/b&gt; claim</title><id>tag:1</id>
      <link rel="self" href="https://news.example/self"/><link rel="alternate" href="{PAGE}"/>
      <updated>2022-06-01T15:00:00+03:00</updated></entry></feed>"""
    (entry,) = feed.read(answer(body), context()).entries
    assert (entry.url, entry.title, entry.published) == (PAGE, "A bold claim", START)


def test_a_json_feed_is_a_feed() -> None:
    body = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [
                {"id": "1", "url": PAGE, "title": "T", "date_published": "2022-06-01T12:00:00Z"},
                {"id": "2"},
            ],
        }
    )
    (entry,) = feed.read(answer(body, "application/feed+json"), context()).entries
    assert (entry.url, entry.title, entry.published) == (PAGE, "T", START)


def test_relative_links_count_from_the_feed() -> None:
    assert urls(feed.read(answer(rss(["/world/1"])), context())) == ["https://news.example/world/1"]


def test_an_identifier_that_is_an_address_stands_in_for_a_missing_link() -> None:
    body = rss([]).replace("</channel>", f"<item><guid>{PAGE}</guid></item></channel>")
    assert urls(feed.read(answer(body), context())) == [PAGE]


@pytest.mark.parametrize(
    "date", ["Thu, 01 Jan 1970 00:00:00 GMT", "Wed, 01 Jun 2072 12:00:00 GMT", "yesterday", ""]
)
def test_an_impossible_date_is_no_date(date: str) -> None:
    body = rss([PAGE], published=None).replace("</item>", f"<pubDate>{date}</pubDate></item>")
    (entry,) = feed.read(answer(body), context()).entries
    assert entry.published is None


def test_a_feed_of_ten_thousand_entries_is_read_at_both_ends_and_quickly() -> None:
    names = [f"https://news.example/{n}" for n in range(10_000)]
    started = time.thread_time()
    found = feed.read(answer(rss(names)), context())
    assert time.thread_time() - started < 1.0
    assert urls(found)[0] == names[0]
    assert urls(found)[-1] == names[-1]
    assert len(found.entries) == feed.MAX_ENTRIES


@given(st.integers(1, 3 * feed.MAX_ENTRIES))
def test_cutting_the_middle_leaves_whole_entries(count: int) -> None:
    cut = feed.both_ends(rss([f"https://news.example/{n}" for n in range(count)]).encode())
    assert cut.count(b"<item>") == cut.count(b"</item>") == min(count, feed.MAX_ENTRIES)


def test_entries_that_share_one_guid_are_all_found_and_the_weakness_is_told() -> None:
    names = [f"https://news.example/{n}" for n in range(5)]
    body = rss(names).replace("</item>", "<guid>same</guid></item>")
    found = feed.read(answer(body), context())
    assert (urls(found), found.note) == (names, Trouble.SHARED_IDS)


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-u", "utf-16", "utf-8"])
def test_the_encoding_is_read_off_the_declaration(charset: str) -> None:
    body = rss([PAGE]).replace('version="1.0"?', f'version="1.0" encoding="{charset}"?', 1)
    raw = body.replace("Title of", "Заява міністра").encode(charset)
    (entry,) = feed.read(answer(raw, "text/xml"), context()).entries
    assert entry.title.startswith("Заява міністра")


def test_a_wrong_encoding_label_loses_no_links() -> None:
    raw = rss([PAGE]).replace("Title of", "Заява").encode("windows-1251")
    assert urls(feed.read(answer(raw, "application/rss+xml; charset=utf-8"), context())) == [PAGE]


def test_a_feed_says_how_long_it_stays_as_it_is() -> None:
    assert feed.read(answer(rss([PAGE], extra="<ttl>30</ttl>")), context()).ttl == 1800


def test_pictures_and_downloads_are_no_articles() -> None:
    names = [
        "https://news.example/a.jpg",
        "https://news.example/b.pdf",
        "mailto:a@b.example",
        "javascript:x()",
        PAGE,
    ]
    assert urls(feed.read(answer(rss(names)), context())) == [PAGE]


def test_a_broken_feed_gives_what_can_be_read() -> None:
    body = rss([PAGE]).replace("</channel></rss>", "<item><title>Half & half</title><link>")
    assert urls(feed.read(answer(body), context())) == [PAGE]


# --- sitemaps ---------------------------------------------------------------------------------


def urlset(*nodes: str) -> str:
    spaces = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
        'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {spaces}>{"".join(nodes)}</urlset>'


def node(url: str, inner: str = "") -> str:
    return f"<url><loc>{url}</loc>{inner}</url>"


def test_a_news_sitemap_gives_title_and_publication_date() -> None:
    inner = (
        "<lastmod>2022-05-01</lastmod><news:news><news:publication><news:name>N</news:name></news:publication>"
        "<news:publication_date>2022-06-01T15:00:00+03:00</news:publication_date>"
        "<news:title>It &amp; is</news:title></news:news>"
        "<image:image><image:loc>https://news.example/pic</image:loc></image:image>"
    )
    (entry,) = sitemap.read(answer(urlset(node(PAGE, inner))), context()).entries
    assert (entry.url, entry.title, entry.published) == (PAGE, "It & is", START)


def test_the_newest_entries_of_a_sitemap_come_first() -> None:
    days = [f"2022-05-{day:02}" for day in (3, 30, 14)]
    body = urlset(*(node(f"https://news.example/{day}", f"<lastmod>{day}</lastmod>") for day in days))
    assert [u[-2:] for u in urls(sitemap.read(answer(body), context()))] == ["30", "14", "03"]


def test_a_gzipped_sitemap_is_unpacked_within_bounds() -> None:
    packed = gzip.compress(urlset(node(PAGE)).encode())
    assert urls(sitemap.read(answer(packed, "application/gzip"), context())) == [PAGE]
    with pytest.raises(FetchFailed) as failure:
        sitemap.read(answer(gzip.compress(b" " * 80_000_000), "application/gzip"), context())
    assert failure.value.report.trouble is Trouble.TOO_LARGE


def test_of_an_index_the_newest_children_are_read() -> None:
    children = "".join(
        f"<sitemap><loc>https://news.example/s-{month}.xml.gz</loc><lastmod>2022-{month:02}-01</lastmod></sitemap>"
        for month in range(1, 6)
    )
    body = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{children}</sitemapindex>'
    found = sitemap.read(answer(body), context())
    assert found.entries == ()
    assert found.more == tuple(f"https://news.example/s-{month}.xml.gz" for month in (5, 4, 3))


def test_a_sitemap_of_fifty_thousand_urls_is_read_quickly_and_in_part() -> None:
    body = urlset(*(node(f"https://news.example/{n}") for n in range(50_000)))
    started = time.thread_time()
    assert len(sitemap.read(answer(body), context()).entries) == sitemap.MAX_ENTRIES
    assert time.thread_time() - started < 3


def test_an_entity_of_a_sitemap_reads_no_file() -> None:
    body = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + urlset(node("https://news.example/&f;"))
    try:
        found = sitemap.read(answer(body), context())
    except FetchFailed:
        return
    assert all("root" not in url for url in urls(found))


# --- section pages ----------------------------------------------------------------------------

LINKS = """<html><body>
<nav><a href="/world">World</a><a href="/tag/war">War</a><a href="/about-us">About</a></nav>
<a href="/2022/06/01/bridge">A bridge</a><a href="/news/minister-denies-report-of-troops">He denies</a>
<a href="/news/minister-denies-report-of-troops#c"><img></a><a href="/novyny/1234567">Number</a>
<a href="https://other.example/2022/06/01/foreign-page-of-others">Elsewhere</a>
<a href="/a/photo-of-the-day.jpg">Photo</a>
<a href="mailto:desk@news.example">Mail</a><a href="/subscribe">Subscribe</a></body></html>"""


def test_a_section_page_gives_the_links_that_look_like_articles() -> None:
    found = section.read(answer(LINKS, "text/html"), context())
    assert {url.removeprefix("https://news.example") for url in urls(found)} == {
        "/2022/06/01/bridge",
        "/news/minister-denies-report-of-troops",
        "/novyny/1234567",
    }
    assert {entry.title for entry in found.entries} == {"A bridge", "He denies", "Number"}


def test_a_pattern_decides_alone() -> None:
    found = section.read(answer(LINKS, "text/html"), context(pattern=r"/about-us$"))
    assert urls(found) == ["https://news.example/about-us"]


def test_a_section_page_in_an_old_encoding_gives_readable_titles() -> None:
    page = f'<html><a href="{PAGE}">Заява міністра</a></html>'.encode("windows-1251")
    found = section.read(answer(page, "text/html; charset=windows-1251"), context())
    assert found.entries[0].title == "Заява міністра"


def test_a_section_page_without_articles_is_named() -> None:
    with pytest.raises(FetchFailed) as failure:
        section.read(answer("<html><script>app()</script></html>", "text/html"), context())
    assert failure.value.report.trouble is Trouble.JS_SHELL


# --- Telegram ---------------------------------------------------------------------------------


def post(number: int, text: str, moment: datetime) -> str:
    return (
        f'<div class="tgme_widget_message" data-post="ministry/{number}">'
        f'<div class="tgme_widget_message_text js-message_text">{text}</div>'
        f'<a class="tgme_widget_message_date"><time datetime="{moment.isoformat()}">12:00</time></a></div>'
    )


def channel(*posts: str) -> Answer:
    title = '<div class="tgme_channel_info_header_title"><span>The Ministry</span></div>'
    head = f'<div class="tgme_channel_info">{title}</div>'
    return answer(f"<html>{head}{''.join(posts)}</html>", "text/html", "https://t.me/s/ministry")


def test_each_post_of_a_channel_is_a_page_of_its_own() -> None:
    text = "<b>No troops crossed</b><br/><br/>The ministry denies it &amp; says so.<br/>Second.<br/><br/>End."
    found = telegram.read(channel(post(7, text, START), post(8, "Only words.", START)), context())
    later, first = found.entries
    assert (first.url, first.title, first.published) == (
        "https://t.me/ministry/7",
        "No troops crossed",
        START,
    )
    assert (later.url, later.title) == ("https://t.me/ministry/8", "")
    page = (first.body or b"").decode()
    assert "<p>The ministry denies it &amp; says so. Second.</p><p>End.</p>" in page
    assert '<link rel="canonical" href="https://t.me/ministry/7">' in page
    assert f'content="{START.isoformat()}"' in page
    assert '<meta property="og:site_name" content="The Ministry">' in page
    assert page.count("No troops crossed") == 3


def test_an_edited_post_has_other_bytes_and_a_reprinted_one_the_same() -> None:
    one, same, edited = (
        telegram.read(channel(post(7, text, START)), context()).entries[0].body
        for text in ("It is so.", "It is so.", "It is not so.")
    )
    assert one == same
    assert one != edited


def test_a_post_cannot_smuggle_markup_into_its_page() -> None:
    text = "Words &lt;script&gt;x()&lt;/script&gt;<script>y()</script>"
    page = telegram.read(channel(post(7, text, START)), context()).entries[0].body or b""
    assert b"<script" not in page


def test_a_channel_without_posts_or_preview_is_named() -> None:
    for body, named in (
        (channel(), Trouble.EMPTY_FEED),
        (answer("<html><div class=tgme_page>x</div></html>", "text/html"), Trouble.MOVED),
    ):
        with pytest.raises(FetchFailed) as failure:
            telegram.read(body, context())
        assert failure.value.report.trouble is named


# --- seeds of unknown kind --------------------------------------------------------------------

HOME = """<html><head>
<link rel="alternate" type="application/rss+xml" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" title="News" href="/rss.xml">
<link rel="alternate" type="application/atom+xml" href="https://news.example/atom.xml">
<link rel="alternate" hreflang="en" href="/en/"></head>
<body><a href="/2022/06/01/bridge">A bridge</a></body></html>"""


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (rss([PAGE]), "feed"),
        (urlset(node(PAGE)), "sitemap"),
        (gzip.compress(urlset(node(PAGE)).encode()), "sitemap"),
    ],
)
def test_a_seed_becomes_what_it_turns_out_to_be(body: str | bytes, kind: str) -> None:
    assert auto.read(answer(body, "text/plain"), context()).kind == kind


def test_a_home_page_leads_to_its_feeds_and_stays_a_seed() -> None:
    found = auto.read(answer(HOME, "text/html"), context())
    assert found.kind == "section"
    assert [lead.url for lead in found.leads] == [
        "https://news.example/rss.xml",
        "https://news.example/atom.xml",
    ]
    assert urls(found) == ["https://news.example/2022/06/01/bridge"]


def test_the_sitemaps_that_robots_names_are_leads_too() -> None:
    named = ("https://news.example/sitemap.xml.gz", "https://news.example/news-sitemap.xml")
    found = auto.read(answer(HOME, "text/html"), context(sitemaps=named))
    assert [lead.url for lead in found.leads if lead.kind == "sitemap"] == list(reversed(named))


def test_a_moment_too_early_or_late_by_a_day_is_kept_out() -> None:
    for moment, kept in ((START + timedelta(hours=23), True), (START + timedelta(hours=25), False)):
        (entry,) = feed.read(answer(rss([PAGE], published=moment)), context()).entries
        assert (entry.published == moment.astimezone(UTC)) is kept

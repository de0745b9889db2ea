"""Seeds of a kind that nobody named: read as what they turn out to be.

A home page leads to the feeds that it names and the sitemaps that its robots.txt names, and stays a seed
itself: several ways to one publisher keep watch on each other.
"""

from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from crawler import spiders
from crawler.answer import Answer
from crawler.sniff import html_trouble, looks_like_html
from crawler.spiders import feed, section, sitemap
from crawler.spiders.base import Context, Found, Lead, decoded, unreadable, web_url
from crawler.trouble import Trouble

KIND = "auto"

MAX_FEEDS, MAX_SITEMAPS = 3, 2

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_ASIDE = ("comment", "/tag/", "/author/", "podcast", "replies")


def read(answer: Answer, context: Context) -> Found:
    """Read a feed, a sitemap, a channel or a home page by what it is."""
    known = spiders.of_answer(answer)
    if known is not None:
        return known.read(answer, context)
    return _home_page(answer, context) if looks_like_html(answer) else feed.read(answer, context)


def _home_page(answer: Answer, context: Context) -> Found:
    leads = (*_feeds(answer), *_sitemaps(context))
    entries = section.harvest(answer, context)
    if not leads and not entries:
        trouble = html_trouble(answer, asked=context.url) or Trouble.EMPTY_FEED
        raise unreadable(trouble, answer, "neither feed, sitemap nor links to articles on this page")
    return Found(entries, leads, kind=section.KIND)


def _feeds(answer: Answer) -> tuple[Lead, ...]:
    """The feeds that a page names in its head, the main ones before those of comments and authors."""
    urls: list[str] = []
    for link in LexborHTMLParser(decoded(answer)).css("link[rel~=alternate][href]"):
        if (link.attributes.get("type") or "").strip().lower() in _FEED_TYPES:
            url = web_url(urljoin(answer.final_url, link.attributes.get("href") or ""), answer.final_url)
            if url is not None and not any(word in url.lower() for word in _ASIDE):
                urls.append(url)
    return tuple(Lead(url, feed.KIND) for url in list(dict.fromkeys(urls))[:MAX_FEEDS])


def _sitemaps(context: Context) -> tuple[Lead, ...]:
    """The sitemaps that robots.txt names, those of news first."""
    urls = [sitemap.web_child(written, context.url) for written in context.sitemaps]
    usable = sorted((url for url in urls if url is not None), key=lambda url: not sitemap.is_news(url))
    return tuple(Lead(url, sitemap.KIND) for url in dict.fromkeys(usable[:MAX_SITEMAPS]))

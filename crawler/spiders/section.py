"""Section and home pages: the links that look like articles, by the seed's pattern or by their shape.

A link's shape is a guess: what is no article after all costs one fetch, and matches nothing.
"""

import re
from urllib.parse import urljoin, urlsplit

from courlan import is_navigation_page, is_not_crawlable
from courlan.filters import type_filter
from selectolax.lexbor import LexborHTMLParser

from crawler.answer import Answer
from crawler.sniff import html_trouble, looks_like_html
from crawler.spiders.base import Context, Entry, Found, decoded, distinct, plain, unreadable, web_url
from crawler.trouble import Trouble
from store.urls import domain_of

KIND = "section"

MAX_ENTRIES = 300

_DATED = re.compile(r"/(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2])(?:[/-]|$)")
_NUMBERED = re.compile(r"(?:^|[/_.,-])[a-z]{0,3}\d{5,}(?:[/_.,-]|$)")
_CODED = re.compile(r"(?=[a-z]*\d)[a-z0-9]{9,}")
_NAMED = re.compile(r"/(?:articles?|artikel|artykul|story|stories|statti?|novosti?)/[^/]+")
_HYPHENS = re.compile(r"[-_]")
_SHORT_WORDS = 3


def read(answer: Answer, context: Context) -> Found:
    """The articles that a page links to; raises FetchFailed that names a page without any."""
    if not looks_like_html(answer):
        raise unreadable(Trouble.UNREADABLE, answer, f"{answer.media_type or 'something'}, not a web page")
    entries = harvest(answer, context)
    if not entries:
        trouble = html_trouble(answer, asked=context.url) or Trouble.EMPTY_FEED
        raise unreadable(trouble, answer, "a page without a single link to an article")
    return Found(entries, kind=KIND)


def harvest(answer: Answer, context: Context) -> tuple[Entry, ...]:
    """The page's links to articles of the same site, in the page's order, the longest text of each kept."""
    tree = LexborHTMLParser(decoded(answer))
    base = _base(tree, answer.final_url)
    site = domain_of(answer.final_url)
    titles: dict[str, str] = {}
    for anchor in tree.css("a[href]"):
        url = _article_url(anchor.attributes.get("href") or "", base, site=site, context=context)
        if url is not None:
            title = plain(anchor.text(separator=" "))
            titles[url] = max(titles.get(url, ""), title, key=len)
    return distinct(Entry(url, title) for url, title in list(titles.items())[:MAX_ENTRIES])


def looks_like_article(url: str) -> bool:
    """Whether a URL has an article's shape: a date, a number, a code or a sentence in its path."""
    path = urlsplit(url).path.lower()
    last = path.rstrip("/").rpartition("/")[2].rpartition(".")[0] or path.rstrip("/").rpartition("/")[2]
    words = len(_HYPHENS.findall(last))
    shapes = (_DATED.search(path), _NUMBERED.search(path), _NAMED.search(path), _CODED.fullmatch(last))
    return words >= _SHORT_WORDS or any(shapes)


def _article_url(href: str, base: str, *, site: str, context: Context) -> str | None:
    url = web_url(href.partition("#")[0], base)
    if url is None or domain_of(url) != site:
        return None
    if context.pattern:
        return url if re.search(context.pattern, url) else None
    if not looks_like_article(url) or is_navigation_page(url) or is_not_crawlable(url):
        return None
    return url if type_filter(url) else None


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    return urljoin(url, node.attributes.get("href") or "") if node is not None else url

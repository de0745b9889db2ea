"""Sitemaps: plain ones, news sitemaps and index files, gzip or not.

Of an index the newest children are read, of a large sitemap the newest entries: archives hold no news.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from gzip import BadGzipFile
from io import BytesIO
from urllib.parse import urlsplit

from lxml import etree
from scrapy.utils.gz import gunzip

from crawler.answer import Answer
from crawler.sniff import html_trouble, looks_like_html
from crawler.spiders.base import Context, Entry, Found, distinct, parse_date, plain, unreadable, web_url
from crawler.trouble import FetchFailed, Trouble

KIND = "sitemap"

MAX_UNPACKED = 60_000_000
MAX_ENTRIES = 2_000
MAX_CHILDREN = 3

_GZIP = b"\x1f\x8b\x08"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def read(answer: Answer, context: Context) -> Found:
    """The newest entries of a sitemap, or the newest children of an index."""
    try:
        is_index, nodes = _parse(_unpacked(answer))
    except (etree.LxmlError, BadGzipFile, OSError, EOFError) as error:
        raise _not_a_sitemap(answer, context, str(error)) from error
    if not nodes:
        raise _not_a_sitemap(answer, context, "no <loc> in it")
    if is_index:
        return Found(more=_children(nodes, answer), kind=KIND)
    return Found(_newest(nodes, answer), kind=KIND)


def recognises(answer: Answer) -> bool:
    """Whether the answer looks like a sitemap at all, by its first bytes; gzip is packed maps alone."""
    head = answer.body[:2048]
    return b"<urlset" in head or b"<sitemapindex" in head or head.startswith(_GZIP)


def _unpacked(answer: Answer) -> bytes:
    """The body without a gzip shell; raises where it swells beyond all measure."""
    if not answer.body.startswith(_GZIP):
        return answer.body
    try:
        return gunzip(answer.body, max_size=MAX_UNPACKED)
    except ValueError as error:
        raise unreadable(Trouble.TOO_LARGE, answer, "a sitemap that unpacks beyond 60 MB") from error


def _not_a_sitemap(answer: Answer, context: Context, reason: str) -> FetchFailed:
    if looks_like_html(answer):
        trouble = html_trouble(answer, asked=context.url) or Trouble.HTML_NOT_FEED
        return unreadable(trouble, answer, "a web page where a sitemap was")
    trouble = Trouble.UNREADABLE if answer.body.strip() else Trouble.EMPTY_FEED
    return unreadable(trouble, answer, reason[:160])


def _parse(body: bytes) -> tuple[bool, list[dict[str, str]]]:
    """Whether it is an index, and of each `url` or `sitemap` node the texts by local name."""
    nodes: list[dict[str, str]] = []
    is_index = False
    for node in _nodes(body):
        is_index = is_index or _name(node) == "sitemap"
        texts = {_name(part): (part.text or "").strip() for part in _elements(node)}
        if texts.get("loc"):
            nodes.append(texts)
        node.clear()
        parent = node.getparent()
        while parent is not None and node.getprevious() is not None:
            del parent[0]  # what was read is let go, or a large sitemap fills the memory
    return is_index, nodes


def _nodes(body: bytes) -> Iterator[etree._Element]:
    parser = etree.iterparse(
        BytesIO(body.lstrip()),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    )
    for _, node in parser:
        yield node


def _elements(node: etree._Element) -> Iterator[etree._Element]:
    """Document order, deepest last: an image's own <loc> must not stand for the page's."""
    own = [part for part in node.iterchildren() if isinstance(part.tag, str)]
    for part in own:
        if _name(part) == "news":
            yield from (inner for inner in part.iterchildren() if isinstance(inner.tag, str))
    yield from own


def _name(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _newest(nodes: list[dict[str, str]], answer: Answer) -> tuple[Entry, ...]:
    """Entries with a date come first, the newest before the others; undated ones keep their order."""
    entries = [entry for node in _candidates(nodes) if (entry := _entry(node, answer)) is not None]
    entries.sort(key=lambda entry: entry.published or _LONG_AGO, reverse=True)
    return distinct(entries)


def _candidates(nodes: list[dict[str, str]]) -> list[dict[str, str]]:
    """As many nodes as are worth a closer look: the latest by date as written, else both ends."""
    if len(nodes) <= MAX_ENTRIES:
        return nodes
    dated = [node for node in nodes if _stated(node)]
    if not dated:
        return [*nodes[: MAX_ENTRIES // 2], *nodes[-MAX_ENTRIES // 2 :]]
    return sorted(dated, key=_stated, reverse=True)[:MAX_ENTRIES]


def _stated(node: dict[str, str]) -> str:
    return node.get("publication_date") or node.get("lastmod") or ""


def _entry(node: dict[str, str], answer: Answer) -> Entry | None:
    url = web_url(node["loc"], answer.final_url)
    published = parse_date(_stated(node), answer.fetched_at)
    return None if url is None else Entry(url, plain(node.get("title", "")), published)


def _children(nodes: list[dict[str, str]], answer: Answer) -> tuple[str, ...]:
    """Children that say "news" or that changed last; without dates the first and the last ones."""
    dated = sorted(
        nodes,
        key=lambda node: (
            is_news(node["loc"]),
            parse_date(node.get("lastmod"), answer.fetched_at) or _LONG_AGO,
        ),
        reverse=True,
    )
    if not any(node.get("lastmod") for node in nodes):
        dated = [*dated[: MAX_CHILDREN - 1], *dated[:-MAX_CHILDREN:-1]]
    urls = (web_child(node["loc"], answer.final_url) for node in dated)
    return tuple(dict.fromkeys(url for url in urls if url is not None))[:MAX_CHILDREN]


def is_news(url: str) -> bool:
    """Whether a sitemap's own name says that it holds news."""
    return "news" in urlsplit(url).path.lower()


def web_child(url: str, base: str) -> str | None:
    """A child's address; children end in .gz, which is no page."""
    plain_url = web_url(url.removesuffix(".gz"), base)
    return None if plain_url is None else plain_url + (".gz" if url.endswith(".gz") else "")

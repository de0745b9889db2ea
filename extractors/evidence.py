"""What a page says about itself, collected in one pass: meta tags, JSON-LD, headings, times.

Nothing is weighed here; which of several tales is believed is decided in titles, dates and metadata.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from extractors.jsonld import nodes, parsed, words
from extractors.page import Page
from extractors.text import plain_line
from store.urls import link_key

_ARTICLE_TYPES = ("Article", "Posting", "Report")
_PARTS = ("liveBlogUpdate", "comment", "review", "itemListElement", "citation", "hasPart")
_PAGE_TYPES = ("WebPage", "ItemPage")


@dataclass(frozen=True, slots=True)
class Evidence:
    """`meta` holds the contents of meta tags by lower-case name; `article` the JSON-LD node that is
    about this page's article, empty where there is none; `names` what the site calls itself."""

    url: str
    meta: dict[str, list[str]]
    article: dict[str, Any]
    nodes: tuple[dict[str, Any], ...]
    headings: tuple[HtmlElement, ...]
    times: tuple[HtmlElement, ...]
    document_title: str
    canonical: str
    lang: str

    def first(self, *keys: str) -> str:
        """The first filled meta tag of these names."""
        return next((value for key in keys for value in self.meta.get(key, ()) if value), "")


def collect(page: Page) -> Evidence:
    meta: dict[str, list[str]] = {}
    headings, times = [], []
    document_title = canonical = ""
    for element in page.tree.iter("meta", "link", "title", "h1", "time"):
        if element.tag == "meta":
            _add_meta(meta, element)
        elif element.tag == "h1":
            headings.append(element)
        elif element.tag == "time":
            times.append(element)
        elif element.tag == "link":
            if (element.get("rel") or "").lower() == "canonical":
                canonical = canonical or (element.get("href") or "").strip()
        elif not document_title and element.getparent() is not None and element.getparent().tag == "head":
            document_title = plain_line(element.text_content())
    found = tuple(node for script in page.scripts for node in nodes(parsed(script), without=_PARTS))
    return Evidence(
        url=page.url,
        meta=meta,
        article=_about_this_page(found, {link_key(u) for u in (page.url, canonical) if u}),
        nodes=found,
        headings=tuple(headings),
        times=tuple(times),
        document_title=document_title,
        canonical=canonical,
        lang=(page.tree.get("lang") or page.tree.get("xml:lang") or "").strip(),
    )


def text_of(value: Any) -> str:
    """A JSON-LD value as one line: a string, the name of a thing, or the first of a list."""
    if isinstance(value, str):
        return plain_line(words(value))
    if isinstance(value, dict):
        return text_of(value.get("name") or value.get("@value") or value.get("headline") or "")
    if isinstance(value, list):
        return next((told for told in map(text_of, value) if told), "")
    return ""


def types_of(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _add_meta(meta: dict[str, list[str]], element: HtmlElement) -> None:
    content = element.get("content")
    if not content or content.isspace():
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        if key := (element.get(attribute) or "").strip().lower():
            meta.setdefault(key, []).append(plain_line(words(content)))


def _about_this_page(found: tuple[dict[str, Any], ...], keys: set[str]) -> dict[str, Any]:
    """The article node that names this page's URL, else the first with a date and a headline."""
    ranked = [(_rank(node, keys), -place, node) for place, node in enumerate(found)]
    best = max(ranked, key=lambda entry: entry[:2], default=(0, 0, {}))
    return best[2] if best[0] > 0 else {}


def _rank(node: dict[str, Any], keys: set[str]) -> int:
    kinds = types_of(node)
    article = any(kind.endswith(_ARTICLE_TYPES) for kind in kinds)
    if not article and not any(kind in _PAGE_TYPES for kind in kinds):
        return 0
    told = bool(node.get("headline")) + bool(node.get("datePublished")) + bool(node.get("articleBody"))
    if not told:
        return 0
    return 20 * article + 10 * any(link_key(url) in keys for url in _urls(node)) + told


def _urls(node: dict[str, Any]) -> Iterator[str]:
    for key in ("url", "@id", "mainEntityOfPage"):
        value = node.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and value.startswith(("http", "//")):
            yield value

"""Who wrote an article: JSON-LD, meta tags, the byline.

Whether a name is a person or an agency is not told apart; both are bylines.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

from extractors.evidence import Evidence, text_of
from extractors.jsonld import words
from extractors.page import Page, selected
from extractors.text import plain_line

_TAGS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "cxenseparse:author",
    "byl",
)
_BYLINE = XPath(
    './/*[@itemprop="author" or @rel="author" or contains(@class, "byline")'
    ' or contains(@class, "author-name") or contains(@class, "article-author")'
    ' or contains(@class, "article__author")]'
)
_PREFIX = re.compile(
    r"^(?:by|von|de|par|di|door|av|af|od|autor(?:ka|in|zy)?|author|автор(?:ка)?|текст|аўтар)\b\s*:?\s+|^автор\s*:",
    re.I,
)
_BETWEEN = re.compile(r"\s*(?:[,;|/•·]|\s&|\b(?:and|und|et|y|e|och|og|en|oraz|i|и|та|і|й|ve)\b)\s+")
_ADDRESS = re.compile(r"\S*(?:https?:|@|www\.)\S*")
_SURNAME_FIRST = re.compile(r"^[^\W\d_]+, [^\W\d_]+$")
_MOST = 12


def authors_of(page: Page, evidence: Evidence) -> tuple[str, ...]:
    """The names as the page writes them, in its order; empty where it names nobody."""
    structured = list(_names_in(evidence.article.get("author") or evidence.article.get("creator")))
    told = structured or [name for tag in _TAGS for name in evidence.meta.get(tag, ())]
    names = _distinct(_split(told)) or _distinct(_split(_bylines(page.tree)))
    return tuple(names[:_MOST])


def _names_in(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _names_in(one)
    elif isinstance(value, dict):
        yield from _names_in(value.get("name") or [])
    elif isinstance(value, str):
        yield plain_line(words(value)) or text_of(value)


def _bylines(tree: HtmlElement) -> Iterator[str]:
    for element in selected(_BYLINE, tree)[:3]:
        yield plain_line(" ".join(element.itertext()))


def _split(told: Iterable[str]) -> Iterator[str]:
    for line in told:
        bare = _PREFIX.sub("", _ADDRESS.sub("", line)).strip(" ,;|•·-–—")
        yield from [bare] if _SURNAME_FIRST.match(bare) else _BETWEEN.split(bare)


def _distinct(names: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for name in names:
        name = name.strip(" ,;|•·-–—")
        if 2 < len(name) < 70 and not any(char.isdigit() for char in name):
            found.setdefault(name.casefold(), name)
    return list(found.values())

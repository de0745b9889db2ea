"""A page, parsed once, within bounds: what the readers of title, text and date share.

Time is not bounded here (the worker's wall clock does that), only size, the number of tags and depth.
"""

from dataclasses import dataclass, field

from lxml.etree import LxmlError, XPath
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from extractors.encoding import utf8
from extractors.errors import ExtractError, Refusal

MAX_BYTES = 12_000_000
"""Real articles stay under 3 MB; above this a page is a dump or an attack."""

MAX_TAGS = 120_000


@dataclass(frozen=True, slots=True)
class Page:
    """One parsed page. Readers must leave the tree as it is, and copy what they prune."""

    url: str
    tree: HtmlElement
    scripts: tuple[str, ...] = field(default=())


def bounded(body: bytes, *, url: str = "") -> bytes:
    """The body, where it is small enough to be read at all. Raises ExtractError."""
    if len(body) > MAX_BYTES:
        raise ExtractError(
            Refusal.TOO_LARGE, url=url, detail=f"{len(body):,} bytes, at most {MAX_BYTES:,} are read"
        )
    tags = body.count(b"<") // 2
    if tags > MAX_TAGS:
        raise ExtractError(
            Refusal.TOO_MANY_TAGS, url=url, detail=f"about {tags:,}, at most {MAX_TAGS:,} are read"
        )
    return body


def parse(body: bytes, *, url: str, content_type: str = "") -> Page:
    """Raises ExtractError where the body is no page that can be read."""
    markup = utf8(bounded(body, url=url), content_type).replace(b"\x00", b"")
    if not markup.strip():
        raise ExtractError(Refusal.NOT_HTML, url=url, detail="the body is empty")
    tree = _tree(markup, url)
    scripts = tuple(
        s.text for s in tree.iter("script") if s.text and "ld+json" in (s.get("type") or "").lower()
    )
    return Page(url=url, tree=tree, scripts=scripts)


def selected(path: XPath, tree: HtmlElement) -> list[HtmlElement]:
    """The elements that a compiled path finds."""
    found = path(tree)
    return [one for one in found if isinstance(one, HtmlElement)] if isinstance(found, list) else []


def _tree(markup: bytes, url: str) -> HtmlElement:
    # libxml2 stops at 256 levels and silently drops the rest; pages with unclosed tags get past that
    # on the second try (2,048 levels), attacks do not.
    for huge in (False, True):
        parser = HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=huge
        )
        try:
            tree = document_fromstring(markup, parser=parser)
        except (LxmlError, ValueError) as broken:
            raise ExtractError(Refusal.NOT_HTML, url=url, detail=str(broken)) from broken
        if not any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
            return tree
    raise ExtractError(Refusal.TOO_DEEP, url=url, detail="more than 2,000 tags inside one another")

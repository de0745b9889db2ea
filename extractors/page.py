"""A page, parsed once, within bounds: what the readers of title, text and date share.

Time is not bounded here (the worker's wall clock does that), only size, the number of tags and depth.
"""

import re
from dataclasses import dataclass, field

from lxml.etree import LxmlError, XPath, _Element, iterwalk
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from extractors.encoding import utf8
from extractors.errors import ExtractError, Refusal
from extractors.text import plain_line

MAX_BYTES = 8_000_000
"""Real articles stay under 3 MB; above this a page is a dump or an attack."""

MAX_TAGS = 40_000
"""Real articles have at most 10,000 elements, long live blogs 30,000."""

MAX_ATTRIBUTES = 5_000
MAX_DEPTH = 2_000

_LINE_BREAKS = frozenset(("br",))
_SAMPLE = 4_096
_CONTROLS = bytes([*range(1, 9), *range(14, 27), *range(28, 32)])
_NOTABLE_BYTES = 40_000
_NOTABLE_TAGS = 20_000
_UNCLOSED = re.compile(rb"(?:<[a-zA-Z][^<>]*+>[^<]*+){%d}" % MAX_DEPTH)


@dataclass(frozen=True, slots=True)
class Page:
    """One parsed page. Readers must leave the tree as it is, and copy what they prune."""

    url: str
    tree: HtmlElement
    scripts: tuple[str, ...] = field(default=())


def bounded(body: bytes, *, url: str = "") -> bytes:
    """The body, where it is small enough to be read at all. Raises ExtractError."""
    if len(body) > MAX_BYTES:
        told = f"{len(body):,} bytes, at most {MAX_BYTES:,} are read"
        raise ExtractError(Refusal.TOO_LARGE, url=url, detail=told)
    if _is_binary(body[:_SAMPLE]):
        raise ExtractError(Refusal.NOT_HTML, url=url, detail="the body is binary data")
    if len(body) > _NOTABLE_BYTES:
        _check_tags(body.split(b"<"), url)
        if body.count(b"<") > _NOTABLE_TAGS and _UNCLOSED.search(body):
            raise ExtractError(
                Refusal.TOO_DEEP, url=url, detail=f"more than {MAX_DEPTH:,} tags in one another"
            )
    return body


def _is_binary(sample: bytes) -> bool:
    """Control bytes that no text holds make up more than a fiftieth, or the file says that it is a PDF."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return (
        sample.startswith(b"%PDF-") or len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) / 50
    )


def _check_tags(tags: list[bytes], url: str) -> None:
    """Parsers take time that grows with the square of a tag's attributes, so those are counted first."""
    if len(tags) // 2 > MAX_TAGS:
        told = f"about {len(tags) // 2:,}, at most {MAX_TAGS:,} are read"
        raise ExtractError(Refusal.TOO_MANY_TAGS, url=url, detail=told)
    if max(map(len, tags)) <= 2 * MAX_ATTRIBUTES:
        return
    long = (tag.partition(b">")[0] for tag in tags if len(tag) > 2 * MAX_ATTRIBUTES)
    if any(len(tag.split()) > MAX_ATTRIBUTES for tag in long):
        told = f"one tag has more than {MAX_ATTRIBUTES:,} attributes"
        raise ExtractError(Refusal.TOO_MANY_TAGS, url=url, detail=told)


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


def flowed(element: _Element, breaks: frozenset[str], *, mark: str = "\n") -> str:
    """The element's text in reading order, with a mark before and after each inner element in `breaks`."""
    pieces: list[str] = []
    for event, inner in iterwalk(element, events=("start", "end")):
        if inner is not element and inner.tag in breaks:
            pieces.append(mark)
        told = inner.text if event == "start" else inner.tail if inner is not element else None
        if told:
            pieces.append(str(told))
    return "".join(pieces)


def line_of(element: HtmlElement) -> str:
    """The element's words on one line; a line break between two of them is a space."""
    if next(element.iter("br"), None) is None:
        return plain_line(element.text_content())
    return plain_line(flowed(element, _LINE_BREAKS, mark=" "))


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
    raise ExtractError(Refusal.TOO_DEEP, url=url, detail=f"more than {MAX_DEPTH:,} tags in one another")

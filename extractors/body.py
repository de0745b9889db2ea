"""The article's own words, paragraph by paragraph, without the title.

trafilatura finds where the article stands; what it leaves out (the standfirst, single paragraphs) is
put back, and what it lets through (teasers, prompts, credits) taken out. Title and dates are read elsewhere.
"""

from collections.abc import Iterator

from lxml.etree import _Element
from trafilatura import bare_extraction

from extractors.boilerplate import is_boilerplate
from extractors.page import Page
from extractors.paragraphs import completed
from extractors.pruning import prune
from extractors.text import plain_line
from extractors.titles import key

_FEW_WORDS = 250


def read_text(
    page: Page, *, titles: frozenset[str] = frozenset(), described: frozenset[str] = frozenset()
) -> str:
    """The paragraphs, one a line; empty where the page has none. The tree is used up: call this last.

    `titles` are the keys of the page's titles, which are no paragraphs.
    """
    prune(page.tree)
    lines = [line for line in _found(page) if not _is_foreign(line, titles)]
    lines = [
        line
        for line in completed(lines, page.tree, titles=titles, described=described)
        if not _is_foreign(line, titles)
    ]
    return "\n".join(_without_repeats(lines))


def _found(page: Page) -> list[str]:
    """What trafilatura takes for the article; its slower comparison only where it finds next to nothing."""
    lines: list[str] = []
    for fast in (True, False):
        found = bare_extraction(page.tree, url=page.url, include_comments=False, fast=fast)
        body = getattr(found, "body", None)
        lines = list(_lines(body)) if body is not None else []
        if sum(map(len, lines)) >= _FEW_WORDS:
            break
    return lines


def _lines(body: _Element) -> Iterator[str]:
    for block in body:
        if block.tag == "table":
            rows = (
                " | ".join(filter(None, (plain_line(" ".join(c.itertext())) for c in row))) for row in block
            )
            yield from filter(None, rows)
        elif block.tag == "list":
            for item in block:
                yield from _broken(item)
        else:
            yield from _broken(block)
        if block.tail and (line := plain_line(block.tail)):
            yield line


def _broken(block: _Element) -> Iterator[str]:
    """The block's text, a line for each of its line breaks and inner blocks."""
    pieces = [block.text or ""]
    for inner in block.iterdescendants():
        apart = inner.tag in ("lb", "p", "item", "list", "quote", "head", "row")
        pieces += [
            "\n" if apart else "",
            inner.text or "",
            "\n" if apart and inner.tag != "lb" else "",
            inner.tail or "",
        ]
    return (line for piece in "".join(pieces).split("\n") if (line := plain_line(piece)))


def _is_foreign(line: str, titles: frozenset[str]) -> bool:
    return key(line) in titles or not any(char.isalnum() for char in line) or is_boilerplate(line)


def _without_repeats(lines: list[str]) -> list[str]:
    """Long lines once: pages print the standfirst or a pull quote twice."""
    seen: set[str] = set()
    kept = []
    for line in lines:
        mark = key(line)
        if len(line) < 60 or mark not in seen:
            kept.append(line)
        seen.add(mark)
    return kept

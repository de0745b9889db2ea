"""The article's own words, paragraph by paragraph, without the title.

trafilatura finds where the article stands; what it leaves out (the standfirst, single paragraphs) is
put back, and what it lets through (teasers, prompts, credits) taken out. Title and dates are read elsewhere.
"""

from collections.abc import Iterable, Iterator

from lxml.etree import _Element
from lxml.html import HtmlElement
from trafilatura import bare_extraction

from extractors.boilerplate import is_boilerplate
from extractors.embedded import SHELL, embedded_text
from extractors.errors import ExtractError, Refusal
from extractors.page import Page, flowed
from extractors.paragraphs import completed
from extractors.pruning import prune
from extractors.text import plain_line, plain_lines
from extractors.titles import key

_FEW_WORDS = 250
_FULL_TEXT = 400
_INNER_BLOCKS = frozenset(("lb", "p", "item", "list", "quote", "head", "row"))


def read_text(
    page: Page, *, titles: frozenset[str], described: frozenset[str] = frozenset(), data: str = ""
) -> str:
    """The paragraphs, one a line; empty where the page has none. The tree is used up: call this last.

    `titles` and `described` are the keys of the page's titles, which are no paragraphs, and of its
    summaries, which are; `data` is the body that its JSON-LD tells.
    """
    scripts = _scripts(page.tree) if _is_shell(page.tree) else []
    prune(page.tree)
    lines = [line for line in _found(page) if not _is_foreign(line, titles)]
    lines = completed(lines, page.tree, titles=titles, described=described)
    text = _clean(lines, titles)
    if len(text) < _FEW_WORDS and scripts and len(hidden := _clean(_hidden(scripts), titles)) > len(text):
        text = hidden
    # Where a page shows a teaser alone, its data often holds the whole text.
    return _clean(plain_lines(data).split("\n"), titles) if _is_teaser(text, data) else text


def _clean(lines: Iterable[str], titles: frozenset[str]) -> str:
    return "\n".join(_without_repeats([line for line in lines if not _is_foreign(line, titles)]))


def _is_teaser(text: str, data: str) -> bool:
    if len(data) < _FULL_TEXT:
        return False
    # A text of one line that the data holds as well was taken from it, and lost its paragraphs.
    return len(text) < len(data) / 2 or ("\n" not in text and key(text) in key(data))


def _is_shell(tree: HtmlElement) -> bool:
    """The page shows next to nothing before its scripts have run."""
    body = tree.find(".//body")
    shown = 0
    for element in body.iter() if body is not None else ():
        own = element.text if element.tag not in ("script", "style", "noscript", "template") else None
        shown += len((own or "").strip()) + len((element.tail or "").strip())
        if shown > SHELL:
            return False
    return True


def _scripts(tree: HtmlElement) -> list[str]:
    return [script.text for script in tree.iter("script") if script.text]


def _hidden(scripts: list[str]) -> list[str]:
    return embedded_text(scripts).split("\n")


def _found(page: Page) -> list[str]:
    """What trafilatura takes for the article.

    Without its comparison with other extractors: that changed nothing on 119 real pages,
    costs a third more, and runs words together.
    """
    try:
        found = bare_extraction(page.tree, url=page.url, include_comments=False, fast=True)
    except RecursionError as error:
        raise ExtractError(Refusal.TOO_DEEP, url=page.url, detail="lists inside lists") from error
    body = getattr(found, "body", None)
    return list(_lines(body)) if body is not None else []


def _lines(body: _Element) -> Iterator[str]:
    for block in body:
        if block.tag == "table":
            yield from filter(None, map(_row, block))
        elif block.tag == "list":
            for item in block:
                yield from _broken(item)
        else:
            yield from _broken(block)
        if block.tail and (line := plain_line(block.tail)):
            yield line


def _row(row: _Element) -> str:
    cells = (plain_line(" ".join(map(str, cell.itertext()))) for cell in row)
    return " | ".join(cell for cell in cells if cell)


def _broken(block: _Element) -> Iterator[str]:
    """The block's text, a line for each of its line breaks and inner blocks."""
    return (line for piece in flowed(block, _INNER_BLOCKS).split("\n") if (line := plain_line(piece)))


def _is_foreign(line: str, titles: frozenset[str]) -> bool:
    return key(line) in titles or not any(char.isalpha() for char in line) or is_boilerplate(line)


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

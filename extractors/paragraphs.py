"""The paragraphs that belong to an article though its finder left them out.

A paragraph belongs where it stands among found ones, in a container of theirs; a standfirst where it stands
between the heading and the first found paragraph. Nothing is taken out here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from extractors.page import line_of
from extractors.titles import heading_text, key

_FOREIGN_GROUND = frozenset(
    ("nav", "footer", "aside", "figure", "form", "button", "table", "select", "dialog", "noscript")
)
_BLOCKS = frozenset(
    ("p", "div", "ul", "ol", "li", "table", "section", "article", "header", "h1", "h2", "h3", "h4", "figure")
)
_STANDFIRST = re.compile(
    r"lead|standfirst|teaser|excerpt|intro|sub-?(?:title|head|line)|dek\b|deck|summary|preamble|ingress|abstract|"
    r"description|chapo|perex|entradilla|sommario|vorspann|lid\b",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?…:»”\"'’)]$")
_LINKED = 0.7
_MOST_STANDFIRSTS = 3


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or heading of the page, in its order; `mark` is the key that spellings share."""

    element: HtmlElement
    text: str
    mark: str

    @property
    def container(self) -> tuple[Any, ...]:
        parent = self.element.getparent()
        return (
            (parent.tag, parent.get("class") or parent.get("id") or id(parent)) if parent is not None else ()
        )


def completed(
    lines: list[str], tree: HtmlElement, *, titles: frozenset[str], described: frozenset[str]
) -> list[str]:
    """The lines with the missing ones at their places.

    `titles` and `described` are the keys of the page's titles and of its summaries.
    """
    known = {key(line): place for place, line in reversed(list(enumerate(lines)))}
    blocks = list(_blocks(tree))
    long_marks = [mark for mark in known if len(mark) > 60]
    anchors = [n for n, block in enumerate(blocks) if _is_anchor(block, known, long_marks)]
    if not anchors:
        return lines
    whole = key("".join(lines))
    added: dict[int, list[str]] = {}
    for place, block in _between(blocks, anchors, known):
        if block.mark not in whole:
            added.setdefault(place, []).append(block.text)
    opening = _outermost(_standfirst(tree, blocks[anchors[0]], titles, described))
    first = [block.text for block in opening[:_MOST_STANDFIRSTS] if block.mark not in whole]
    return first + [text for n, line in enumerate(lines) for text in (line, *added.get(n, ()))]


def _is_anchor(block: Block, known: dict[str, int], long_marks: list[str]) -> bool:
    """A found paragraph, or one so long that it was found in several lines."""
    if block.mark in known:
        return len(block.mark) > 25
    return len(block.mark) > 400 and any(mark in block.mark for mark in long_marks)


def _blocks(tree: HtmlElement) -> Iterator[Block]:
    for element in tree.iter("p", "h2", "h3", "h4"):
        text = line_of(element)
        if text and (mark := key(text)):
            yield Block(element, text, mark)


def _between(blocks: list[Block], anchors: list[int], known: dict[str, int]) -> Iterator[tuple[int, Block]]:
    """Unfound blocks among found ones, each with the place of the line that it follows."""
    homes = {blocks[n].container for n in anchors}
    place = known.get(blocks[anchors[0]].mark, 0)
    for block in blocks[anchors[0] : anchors[-1]]:
        if block.mark in known:
            place = max(place, known[block.mark])
        elif block.container in homes and _is_prose(block):
            yield place, block


def _is_prose(block: Block) -> bool:
    if block.element.tag != "p":
        return len(block.text) < 200 and _linked_share(block) == 0
    return (len(block.text) > 60 or _SENTENCE_END.search(block.text) is not None) and _linked_share(
        block
    ) < _LINKED


def _linked_share(block: Block) -> float:
    return sum(len(link.text_content()) for link in block.element.iter("a")) / len(block.text)


def _standfirst(
    tree: HtmlElement, first: Block, titles: frozenset[str], described: frozenset[str]
) -> Iterator[Block]:
    """The sentences between the article's heading and its first paragraph."""
    heading = False
    for element in tree.iter("h1", "p", "h2", "h3", "div", "span", "li"):
        if element is first.element:
            return
        if element.tag == "h1":
            heading = heading or key(heading_text(element)) in titles
        elif (
            (heading or element.tag == "p")
            and (block := _sentence(element))
            and (_is_described(block, described) or (heading and _is_standfirst(block)))
        ):
            yield block


def _is_described(block: Block, described: frozenset[str]) -> bool:
    """It is the page's summary, but for a place name or a few words more."""
    return any(told in block.mark and len(told) > 0.7 * len(block.mark) for told in described)


def _sentence(element: HtmlElement) -> Block | None:
    """An element that holds one run of words, long enough for a sentence, outside of menus and pictures."""
    if any(child.tag in _BLOCKS for child in element) or not 40 <= len(text := line_of(element)) <= 700:
        return None
    if any(parent.tag in _FOREIGN_GROUND for parent in element.iterancestors()):
        return None
    return Block(element, text, key(text))


def _is_standfirst(block: Block) -> bool:
    if len(block.text.split()) < 6 or _linked_share(block) > 0.3:
        return False
    names = f"{block.element.get('class') or ''} {block.container[1] if block.container else ''}"
    named = _STANDFIRST.search(str(names)) is not None
    return named or (block.element.tag in ("p", "h2") and _SENTENCE_END.search(block.text) is not None)


def _outermost(blocks: Iterable[Block]) -> list[Block]:
    """Each sentence once: not the span inside the paragraph that is told already."""
    kept: list[Block] = []
    for block in blocks:
        if not any(block.mark in other.mark for other in kept):
            kept.append(block)
    return kept

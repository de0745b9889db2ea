"""A live blog's entries, each with its own time: from its JSON-LD, or from repeated dated blocks.

An article with a list of dated teasers beside it is no live blog: the entries must make up most of the text.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from extractors.boilerplate import is_boilerplate
from extractors.dates import Moment, moment
from extractors.evidence import Evidence, text_of, types_of
from extractors.jsonld import words
from extractors.page import line_of
from extractors.text import plain_lines
from extractors.titles import key
from store.values import Post

_FEWEST = 3
_SHORTEST = 60
_MOST = 400
_SHARE = 0.5
_TIMES = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as read off the page, before it has a place in the article's text."""

    title: str
    lines: tuple[str, ...]
    when: Moment | None
    url: str = ""

    @property
    def text(self) -> str:
        return "\n".join((self.title, *self.lines) if self.title else self.lines)


def entries_of(tree: HtmlElement, evidence: Evidence) -> list[Entry]:
    """The page's dated entries in its order; empty where it has none. The tree must be unpruned."""
    told = list(_told(evidence))
    return (told if len(told) >= _FEWEST else _shown(evidence.times))[:_MOST]


def with_posts(text: str, entries: list[Entry]) -> tuple[str, tuple[Post, ...]]:
    """The text with its entries in one piece each, behind the lines that are in none of them.

    Text and no posts where the entries do not make up most of it. Entries that the page does not show,
    older ones behind a button, were read when they were new.
    """
    shown = key(text)
    entries = [
        entry for entry in entries if any(len(m := key(line)) > 25 and m in shown for line in entry.lines)
    ]
    if sum(len(entry.text) for entry in entries) < _SHARE * len(text) or len(entries) < _FEWEST:
        return text, ()
    within = key("".join(entry.text for entry in entries))
    pieces = [line for line in text.split("\n") if key(line) not in within]
    start = sum(len(piece) + 1 for piece in pieces)
    posts = []
    for entry in entries:
        at, day = (entry.when.at, entry.when.day) if entry.when else (None, None)
        posts.append(Post(start, start + len(entry.text), at, day, entry.title, entry.url))
        pieces.append(entry.text)
        start += len(entry.text) + 1
    return "\n".join(pieces), tuple(posts)


def _told(evidence: Evidence) -> Iterator[Entry]:
    for node in evidence.nodes:
        updates = node.get("liveBlogUpdate")
        if "LiveBlogPosting" in types_of(node) and isinstance(updates, list):
            yield from filter(None, map(_from_data, updates))
            return


def _from_data(update: Any) -> Entry | None:
    if not isinstance(update, dict):
        return None
    lines = _clean(plain_lines(words(str(update.get("articleBody") or ""))).split("\n"))
    title = text_of(update.get("headline"))
    if not lines and not title:
        return None
    return Entry(title, lines, moment(text_of(update.get("datePublished"))), text_of(update.get("url")))


def _shown(times: Iterable[HtmlElement]) -> list[Entry]:
    """The entries of the likest blocks that each hold one time: the kind with the most text."""
    kinds: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    seen: set[HtmlElement] = set()
    for element in times:
        block = _block(element)
        if block is not None and block not in seen and (entry := _from_block(block, element)):
            seen.add(block)
            kinds[(str(block.tag), block.get("class") or "")].append(entry)
    likest = max(kinds.values(), key=lambda entries: sum(len(e.text) for e in entries), default=[])
    return likest if len(likest) >= _FEWEST else []


def _block(element: HtmlElement) -> HtmlElement | None:
    """The smallest block around a time that holds paragraphs, and stands among others of its kind."""
    if not element.get("datetime"):
        return None
    for parent in element.iterancestors("article", "div", "li", "section"):
        if next(parent.iter("p"), None) is not None:
            alone = sum(1 for _ in parent.iter("time")) <= _TIMES
            return parent if alone and parent.tag != "body" and _has_twins(parent) else None
    return None


def _has_twins(block: HtmlElement) -> bool:
    wanted = (block.tag, block.get("class"))
    family = block.getparent()
    twins = sum((other.tag, other.get("class")) == wanted for other in family) if family is not None else 0
    return twins >= _FEWEST


def _from_block(block: HtmlElement, time: HtmlElement) -> Entry | None:
    title = next((line_of(head) for head in block.iter("h2", "h3", "h4")), "")
    lines = _clean(line_of(part) for part in block.iter("p", "li") if not _nested(part, block))
    when = moment(time.get("datetime") or "")
    long_enough = sum(map(len, lines)) >= _SHORTEST
    return Entry(title, lines, when) if long_enough and when is not None else None


def _nested(part: HtmlElement, block: HtmlElement) -> bool:
    """Told already, as a part of a list item; or the block itself."""
    return part is block or any(parent.tag == "li" and parent is not block for parent in part.iterancestors())


def _clean(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line and not is_boilerplate(line))

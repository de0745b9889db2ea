"""What is taken out of a page's tree before its text is read: embeds, captions, links to other stories.

Each rule speaks of markup that all news pages share; none knows a publisher.
"""

from collections.abc import Iterator
from itertools import islice

from lxml.etree import XPath, strip_tags
from lxml.html import HtmlElement

from extractors.boilerplate import is_boilerplate, is_label
from extractors.page import selected
from extractors.text import plain_line

_EMBEDS = XPath(
    './/blockquote[contains(@class, "tweet") or contains(@class, "instagram-media")'
    ' or contains(@class, "tiktok-embed") or contains(@class, "fb-post") or contains(@class, "bluesky-embed")'
    ' or contains(@class, "telegram") or contains(@class, "mastodon") or contains(@class, "reddit-embed")]'
)
_CAPTIONS = XPath(
    ".//figcaption | .//*[self::p or self::div or self::span or self::dd or self::small or self::em]"
    '[contains(@class, "aption") or contains(@class, "photo-credit") or contains(@class, "image-credit")'
    ' or contains(@class, "img-credit") or contains(@class, "image-description")'
    ' or contains(@class, "lightbox")]'
)
_TAKEN_OUT = ("button", "label", "svg", "select", "input", "audio", "video", "figure", "aside")
_EMPHASIS = ("b", "i", "em", "strong", "span", "u", "font", "sub", "sup", "small", "mark", "big", "wbr")
_PARAGRAPHS = ("p", "li", "blockquote", "h1", "h2", "h3", "h4", "td", "dd")
_LINE_TAGS = ("p", "h2", "h3", "h4", "h5", "h6", "li", "div", "strong", "b", "span", "a", "em")
_LABEL_LENGTH = 60
_LINKED_LENGTH = 300
_BOX_LENGTH = 700
_CAPTION_LENGTH = 900
_MOST_LABELS = 200
_LINKED_BOX = 0.2
_LINKED_LIST = 0.8


def prune(tree: HtmlElement) -> None:
    """Takes foreign matter out of the tree, in place."""
    _keep_inline(tree)
    for element in selected(_EMBEDS, tree):
        _drop(element)
    for element in selected(_CAPTIONS, tree):
        if len(element.text_content()) <= _CAPTION_LENGTH:
            _drop(element)
    for label in list(islice(_labels(tree), _MOST_LABELS)):
        _drop(_box(label))
    for element in [e for e in tree.iter("p", "h2", "h3", "h4", "h5", "h6") if _is_one_link(e)]:
        _drop(element)
    for element in [e for e in tree.iter("ul", "ol") if _is_list_of_links(e)]:
        _drop(element)
    # Emphasis says nothing here, and words would run together where it is taken apart piece by piece.
    strip_tags(tree, *_EMPHASIS)
    for link in [a for a in tree.iter("a") if a.text and a.text.isspace() and not len(a)]:
        link.drop_tag()
    for line_break in tree.iter("br"):
        line_break.tail = f" {line_break.tail or ''}"


def _keep_inline(tree: HtmlElement) -> None:
    """A date inside a sentence is words of it, a short quotation has its marks added by the browser.

    Controls and pictures stand apart, or the words around them would run together.
    """
    for element in tree.iter("time", "q", *_TAKEN_OUT):
        if element.tag == "q":
            _mark_quotation(element)
            continue
        if element.tag == "time" and _is_inside_text(element):
            element.tag = "span"
        element.text = f" {element.text or ''}"
        if not element.tail or element.tail[0].isalnum():  # no space before a comma
            element.tail = f" {element.tail or ''}"


def _add_before(element: HtmlElement, text: str) -> None:
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        before.tail = f"{before.tail or ''}{text}"
    elif parent is not None:
        parent.text = f"{parent.text or ''}{text}"


def _mark_quotation(element: HtmlElement) -> None:
    element.text = f"“{element.text or ''}"
    if len(element):
        element[-1].tail = f"{element[-1].tail or ''}”"
    else:
        element.text += "”"
    element.tag = "span"


def _is_inside_text(element: HtmlElement) -> bool:
    """More words than these stand in the same paragraph, or right beside them."""
    block = next(element.iterancestors(*_PARAGRAPHS), None)
    if block is not None:
        return len(block.text_content().strip()) > len(element.text_content().strip())
    before, parent = element.getprevious(), element.getparent()
    leading = before.tail if before is not None else parent.text if parent is not None else None
    return bool((leading or "").strip() or (element.tail or "").strip())


def _labels(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter(_LINE_TAGS):
        text = element.text
        if text and len(text) < _LABEL_LENGTH and is_label(text) and _is_whole(element):
            yield element


def _is_whole(element: HtmlElement) -> bool:
    """The label is the line, not the beginning of a sentence."""
    return len(plain_line(element.text_content())) < _LABEL_LENGTH and not (element.tail or "").strip()


def _box(label: HtmlElement) -> HtmlElement:
    """The label with the links and teasers that it heads: the largest element that begins with it."""
    box, head = label, plain_line(label.text_content())
    for parent in label.iterancestors():
        text = plain_line(parent.text_content())
        if parent.tag in ("body", "html") or len(text) > _BOX_LENGTH or not text.startswith(head):
            break
        if _linked(parent) > _LINKED_BOX * len(text) or text == head:
            box = parent
    return box


def _linked(element: HtmlElement) -> int:
    return sum(len(plain_line(link.text_content())) for link in element.iter("a"))


def _is_list_of_links(element: HtmlElement) -> bool:
    """Two items and more, and hardly a word that is no link."""
    if len(element) < 2:
        return False
    text = plain_line(element.text_content())
    return bool(text) and _linked(element) > _LINKED_LIST * len(text)


def _is_one_link(element: HtmlElement) -> bool:
    """The whole line is one link: a pointer to another story."""
    text = plain_line(element.text_content())
    if not text or len(text) > _LINKED_LENGTH:
        return False
    links = list(element.iter("a"))
    if len(links) != 1 or not links[0].get("href"):
        return False
    return plain_line(links[0].text_content()) == text or (
        is_boilerplate(text) and len(links[0].text_content()) > 0.5 * len(text)
    )


def _drop(element: HtmlElement) -> None:
    parent = element.getparent()
    if parent is not None:
        tail, element.tail = element.tail, None
        if tail:
            _add_before(element, tail)
        parent.remove(element)

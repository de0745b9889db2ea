"""All the words of a page, fast: what decides whether reading it properly can be worth while.

Nothing is judged here. The text holds at least every word that the full extraction can yield, in the
title, the body and the JSON-LD; it also holds menus and teasers, which only cost a needless reading.
"""

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from extractors.embedded import SHELL, embedded_text
from extractors.encoding import utf8
from extractors.hidden import INLINE
from extractors.jsonld import strings
from extractors.page import bounded
from extractors.text import plain_lines

_UNPRINTED = ["script", "style"]


def page_text(html: bytes, content_type: str = "") -> str:
    """The page's words, a line for each block. Raises ExtractError for a page too large to be read."""
    markup = utf8(bounded(html), content_type)
    tree = LexborHTMLParser(markup, options=LexborDocumentOptions.WO_EVENTS)
    told = [node.attributes.get("content") or "" for node in tree.css("meta[content]")]
    data = [line for node in tree.css("script[type*=ld\\+json i]") for line in strings(node.text())]
    scripts = [node.text() for node in tree.css("script")]
    tree.strip_tags(_UNPRINTED)
    heads = [node.text(separator=" ") for node in tree.css("h1, h2")]
    roots = [root for root in (tree.root, *tree.template_fragments()) if root]
    shown = plain_lines("\n".join([*map(_visible, roots), *heads]))
    # Twice the length at which the extraction looks there: the two parsers count a little differently.
    hidden = embedded_text(scripts) if len(shown) < 2 * SHELL else ""
    return "\n".join(filter(None, (shown, plain_lines("\n".join([*told, *data])), hidden)))


def _visible(root: LexborNode) -> str:
    """The words as a reader sees them: a drop cap and the letters after it are one word.

    Only tags of blocks part words. In headings each tag may be laid out as a block: those are told
    both ways.
    """
    root.unwrap_tags(list(INLINE), delete_empty=True)
    root.merge_text_nodes()
    return root.text(separator="\n")

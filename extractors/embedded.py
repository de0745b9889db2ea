"""The article inside a page's scripts, for pages that print nothing until their scripts have run.

Read only where the page itself shows next to no text; JSON-LD is read elsewhere.
"""

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser

from extractors.errors import ExtractError
from extractors.page import bounded
from extractors.text import plain_lines

SHELL = 1_500
"""A page that shows more characters than this is no empty shell."""

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
_SIGNS = ("u003cp", "u003Cp", "<p")
_ENOUGH = 400
_LARGEST = 3_000_000


def embedded_text(scripts: Iterable[str]) -> str:
    """The paragraphs written in scripts, one a line; empty where they make no article."""
    lines: list[str] = []
    for script in scripts:
        if len(script) <= _LARGEST and any(sign in script for sign in _SIGNS):
            lines += _paragraphs(script)
    text = plain_lines("\n".join(dict.fromkeys(lines)))
    return text if len(text) >= _ENOUGH else ""


def _paragraphs(script: str) -> list[str]:
    # Twice, because frameworks write JSON inside a string of a script.
    markup = _unescaped(_unescaped(script)).encode("utf-8", "replace")
    try:
        tree = LexborHTMLParser(bounded(markup))
    except ExtractError:
        return []
    return [node.text() for node in tree.css("p, h2, h3, h4, li, blockquote")]


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else ("\n" if m[2] in "nr" else m[2]), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

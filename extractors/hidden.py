"""How a page can write a word so that a search over its bytes does not see it, told as patterns for RE2.

Nothing is parsed here. What may stand within a word is WITHIN. Where a letter is WRITTEN as a number, or
parted from the next by a tag in escaped markup, `plainly` writes it out. Between two letters may be UNSEEN
what NOBODY_SEES. A page that hides words in any other way matches HIDING, and must be parsed to be read. The
one way that is not told is a tag within a word with ">" in one of its values.
"""

import html
import re
from functools import lru_cache

INLINE = (
    *(
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
    ),
    *("kbd", "mark", "rb", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u"),
    *("var", "wbr"),
)
"""Tags that part no words."""

WITHIN = r"(?:<[^<>]*>)*"
"""Tags and comments: a drop cap has some of its own, and a templating library leaves comments."""

_TAGS = "|".join(INLINE)
_UNSEEN = (
    r"\x{ad}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}\x{2066}-\x{2069}\x{feff}\x{fffe}\x{ffff}"
    r"\x{300}-\x{36f}\x01-\x08\x0e-\x1b\x7f"
)
_TAG = r"(?:<[^<>]*>)?"
UNSEEN = rf"\pL{_TAG}[{_UNSEEN}]+{_TAG}\pL"
"""A soft hyphen or an accent by itself, within a word."""

NOBODY_SEES = "[" + _UNSEEN.replace(r"\x{300}", r"\x{300}-\x{305}\x{307}") + "]+"
"""What may go from a page: all but the breve, which makes a letter of Latin Belarusian."""

HIDING = "|".join(
    (
        r"\x00",
        r"\pL<!--[^>]*<",  # a comment that holds tags
        r"\pL<(?:script|style)[^<]*</(?:script|style)\s*>\pL",
    )
)

_LETTERS = "acute|breve|caron|cedil|circ|cy|dot|grave|lig|macr|ogon|ring|slash|strok|tilde|uml"
WRITTEN = "|".join(
    (
        rf"\pL&(?:amp;)*lt;[\\/]*(?:{_TAGS})(?:&|\s)",  # a tag in escaped markup
        r"&(?:amp;)*#0*(?:6[5-9]|[78]\d|9[07-9]|1[01]\d|12[0-2]|17[03]|186|19[2-9]|[2-9]\d\d|1[0-2]\d\d)(?:\D|$)",
        r"&(?:amp;)*#0*(?:820[3-7]|823[4-8]|8288|829[4-7]|65279|7[6-8]\d|79[0-9]|8[0-7]\d)(?:\D|$)",
        r"&(?:amp;)*#[xX]0*(?:[46][1-9a-fA-F]|[57][0-9aA]|[aAbB][aAdD]|[c-fC-F][0-9a-fA-F]|[1-5][0-9a-fA-F]{2})(?:[^0-9a-fA-F]|$)",
        r"&(?:amp;)*#[xX]0*(?:20(?:0[b-fB-F]|2[a-eA-E]|6[06-9])|(?i:feff))(?:[^0-9a-fA-F]|$)",
        rf"&(?:amp;)*(?:[a-zA-Z]{{1,2}}(?:{_LETTERS})|shy|szlig|eth|ETH|ord[fm]|zwn?j|lrm|rlm|ZeroWidthSpace)",
        r"\\u(?:00[46][1-9a-fA-F]|00[57][0-9aA]|00[c-fC-F][0-9a-fA-F]|0[1-5][0-9a-fA-F]{2})",
        r"\pL\\+u(?:00[aA][dD]|200[b-fB-F]|00(?:3[cC]|26))",
    )
)

_BACKSLASHES = re.compile(rb"\\(?<!\\\\)\\++u")
_AMPERSANDS = re.compile(rb"&(?:amp;)++")
_ESCAPE = re.compile(rb"\\u(?!002[fF])(0[0-9a-fA-F]{3}|200[b-fB-F])")
_ENTITY = re.compile(rb"&(?:#\d{2,7}+|#[xX][0-9a-fA-F]{2,6}+|(?!quot;|nbsp;)[a-zA-Z]{2,32}+);?+")


def plainly(body: bytes) -> bytes:
    """The page with its WRITTEN letters as letters; marks that are no letters may become plain with them."""
    if b"\\\\u" in body:
        body = _BACKSLASHES.sub(rb"\\u", body)
    if b"&amp;" in body:
        body = _AMPERSANDS.sub(b"&", body)
    return _ENTITY.sub(_unescaped, _ESCAPE.sub(_character, body))


def _character(escape: re.Match[bytes]) -> bytes:
    return chr(int(escape[1], 16)).encode()


def _unescaped(entity: re.Match[bytes]) -> bytes:
    return _meant(entity[0])


@lru_cache(maxsize=4096)
def _meant(entity: bytes) -> bytes:
    plain = html.unescape(entity.decode("ascii"))
    return entity if plain == "&" else plain.encode("utf-8", "replace")

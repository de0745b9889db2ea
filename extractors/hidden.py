"""How a page can write a word so that a search over its bytes does not see it, told as patterns for RE2.

Nothing is parsed here. What may stand within a word is WITHIN. Where a letter is WRITTEN as a number,
`plainly` writes it out. A page that hides words in any other way matches HIDING, and must be parsed to be
read. The one way that is not told is a tag within a word with ">" in one of its values.
"""

import html
import re

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
HIDING = "|".join(
    (
        r"\x00",
        rf"\pL{_TAG}[{_UNSEEN}]+{_TAG}\pL",  # a soft hyphen, an accent by itself
        rf"\pL&(?:amp;)*lt;[\\/]*(?:{_TAGS})(?:&|\s)",  # a tag in escaped markup
        r"\pL<!--[^>]*<",  # a comment that holds tags
        r"\pL<(?:script|style)[^<]*</(?:script|style)\s*>\pL",
    )
)

_LETTERS = "acute|breve|caron|cedil|circ|cy|dot|grave|lig|macr|ogon|ring|slash|strok|tilde|uml"
WRITTEN = "|".join(
    (
        r"&(?:amp;)*#0*(?:6[5-9]|[78]\d|9[07-9]|1[01]\d|12[0-2]|17[03]|186|19[2-9]|[2-9]\d\d|1[0-2]\d\d)\b",
        r"&(?:amp;)*#0*(?:820[3-7]|823[4-8]|8288|829[4-7]|65279|7[6-8]\d|79[0-9]|8[0-7]\d)\b",
        r"&(?:amp;)*#[xX]0*(?:[46][1-9a-fA-F]|[57][0-9aA]|[aAbB][aAdD]|[c-fC-F][0-9a-fA-F]|[1-5][0-9a-fA-F]{2})\b",
        r"&(?:amp;)*#[xX]0*(?:20(?:0[b-fB-F]|2[a-eA-E]|6[06-9])|(?i:feff))\b",
        rf"&(?:amp;)*(?:[a-zA-Z]{{1,2}}(?:{_LETTERS})|shy|szlig|eth|ETH|ord[fm]|zwn?j|lrm|rlm|ZeroWidthSpace)",
        r"\\u(?:00[46][1-9a-fA-F]|00[57][0-9aA]|00[c-fC-F][0-9a-fA-F]|0[1-5][0-9a-fA-F]{2})",
        r"\pL\\+u(?:00[aA][dD]|200[b-fB-F]|00(?:3[cC]|26))",
    )
)

_ESCAPE = re.compile(rb"\\u(0[0-9a-fA-F]{3}|200[b-fB-F])")
_ENTITY = re.compile(rb"&(?:amp;)*+(?:#\d{2,6}+|#[xX][0-9a-fA-F]{2,6}+|(?!(?:amp|lt|gt);)[a-zA-Z]{3,32}+);?+")


def plainly(body: bytes) -> bytes:
    """The page with its WRITTEN letters as letters; marks that are no letters may become plain with them."""
    while b"\\\\u" in body:
        body = body.replace(b"\\\\u", b"\\u")
    return _ENTITY.sub(_unescaped, _ESCAPE.sub(_character, body))


def _character(escape: re.Match[bytes]) -> bytes:
    return chr(int(escape[1], 16)).encode()


def _unescaped(entity: re.Match[bytes]) -> bytes:
    written = entity[0].decode("ascii").replace("amp;", "")
    plain = html.unescape(written)
    return entity[0] if plain in "<>&" else plain.encode("utf-8", "replace")

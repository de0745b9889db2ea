"""Characters made plain: what readers cannot see goes, all kinds of space become one.

Spelling is not touched: case, quotation marks and letters stay as the outlet wrote them.
"""

import unicodedata

_INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff\x7f"
) + "".join(chr(code) for code in (*range(9), *range(14, 28)))


def without_invisible(text: str) -> str:
    """Soft hyphens, zero-width characters, direction marks and controls removed."""
    # One search for each is many times faster than a class of them, and most texts hold none.
    for char in _INVISIBLE:
        if char in text:
            text = text.replace(char, "")
    return text


def plain_line(text: str) -> str:
    """One line, single spaces, composed letters."""
    return " ".join(unicodedata.normalize("NFC", without_invisible(text)).split())


def plain_lines(text: str) -> str:
    """Lines kept, empty ones dropped, single spaces, composed letters."""
    text = unicodedata.normalize("NFC", without_invisible(text))
    lines = (" ".join(line.split()) for line in text.splitlines() if not line.isspace())
    return "\n".join(line for line in lines if line)

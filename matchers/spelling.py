"""How a folded word may be written: a pattern for RE2 that finds it in text that nobody has folded.

`fold` makes one form of many spellings; here it is turned round, for the letters that pages are written in.
Letters of other blocks that fold to the same ones (mathematical, full width) are told by `dressed` instead.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from matchers.text import fold

_RARE = (
    *((0x180, 0x217), (0x21C, 0x24F), (0x2B0, 0x2B8), (0x2E0, 0x2E4), (0x460, 0x48F), (0x494, 0x52F)),
    *((0x1C80, 0x1C8F), (0x1D00, 0x1DBF), (0x1E00, 0x1E9D), (0x1E9F, 0x1EFF), (0x2071, 0x2071)),
    *((0x207F, 0x207F), (0x2090, 0x209F), (0x20A8, 0x20A8), (0x2100, 0x2115), (0x2117, 0x2121)),
    *((0x2123, 0x214F), (0x2160, 0x217F), (0x249C, 0x24E9), (0x2C60, 0x2C7F), (0x2DE0, 0x2DFF)),
    *((0x3200, 0x33FF), (0xA640, 0xA69F), (0xA720, 0xA7FF), (0xAB30, 0xAB6F), (0xFB00, 0xFB06)),
    *((0xFF21, 0xFF5A), (0x10780, 0x107BF), (0x1D400, 0x1D7FF), (0x1E030, 0x1E08F), (0x1F100, 0x1F1E5)),
)
"""The blocks in which letters in rare dress stand."""

LATIN_BELARUSIAN = r"[ŭŬ]|[uU]\x{306}"
"""A text with this letter must be transliterated to be read."""

_PLAIN = (
    *range(0x180),
    *range(0x218, 0x21C),
    *range(0x400, 0x460),
    *range(0x490, 0x494),
    0x1E9E,
    0x2116,
    0x2122,
)
_CYRILLIC = re.compile("[\u0400-\u052f]")
_STARTS = r"(?:^|[^\pL\pN]|\\[a-z]|\\u[0-9a-fA-F]{4}|&#?[0-9a-zA-Z]{2,8})"
_ENDS = r"(?:$|[^\pL\pN])"
_SPACE = r"(?:[^\pL\pN]|\\[a-z]|&#?[0-9a-zA-Z]{2,8};)+"
_LONGEST = 7
"""Letters of a word that are looked for: the rest would make a pattern larger, and hardly choosier."""


def _letters() -> tuple[dict[str, str], dict[str, str]]:
    """The characters that fold to one letter, and to two."""
    singles: dict[str, list[str]] = defaultdict(list)
    pairs: dict[str, list[str]] = defaultdict(list)
    for code in _PLAIN:
        folded = fold(chr(code))
        if folded.isalnum() and len(folded) <= 2:
            (singles if len(folded) == 1 else pairs)[folded].append(rf"\x{{{code:x}}}")
    return (
        {one: "[" + "".join(chars) + "]" for one, chars in singles.items()},
        {two: "[" + "".join(chars) + "]" for two, chars in pairs.items()},
    )


_ONE, _TWO = _letters()


@cache
def rare() -> str:
    """A pattern for RE2 of a letter in rare dress, or of what is nothing to `fold`."""
    codes = [code for first, last in _RARE for code in range(first, last + 1) if _is_worn(fold(chr(code)))]
    runs = [list(run) for _, run in groupby(enumerate(codes), lambda numbered: numbered[1] - numbered[0])]
    return "[" + "".join(f"{chr(run[0][1])}-{chr(run[-1][1])}" for run in runs) + "]"


def _is_worn(folded: str) -> bool:
    return not folded or not _ONE.keys().isdisjoint(folded)


def dressed() -> str:
    """A pattern for RE2 of letters in rare dress within words; folded, they are plain."""
    return rf"[\pL>]{rare()}|{rare()}[\pL<]"


@dataclass(frozen=True, slots=True, order=True)
class Wanted:
    """A folded word to look for; where it `starts` and `ends`, no letter stands before or after it.

    `next` are the words that must follow at once.
    """

    stem: str
    starts: bool = True
    ends: bool = False
    next: tuple["Wanted", ...] = ()


def pattern(words: Iterable[Wanted], *, within: str) -> str:
    """All the words in every plain spelling; `within` is what may stand between two letters of one."""
    found = {_shortened(word) for word in words}
    roots = {word.stem for word in found if word.starts and not _is_more(word)}
    starting = [word for word in sorted(found) if word.starts and not _has_root(word, roots)]
    anywhere = [_spelled(word, within) for word in sorted(found) if not word.starts]
    inner = "|".join(_spelled(word, within) for word in starting)
    return "|".join([f"{_STARTS}(?:{inner})", *anywhere] if inner else anywhere)


def _has_root(word: Wanted, roots: Set[str]) -> bool:
    """True where a shorter word that is looked for finds this one as well, or a word of this phrase."""
    here = any(word.stem[:size] in roots for size in range(1, len(word.stem) + _is_more(word)))
    return here or any(_has_root(replace(following, ends=True), roots) for following in word.next)


def _is_more(word: Wanted) -> bool:
    return word.ends or bool(word.next)


def _shortened(word: Wanted) -> Wanted:
    letters = [at for at, char in enumerate(word.stem, start=1) if char.isalnum()]
    if len(letters) <= _LONGEST or word.next:
        return word
    return replace(word, stem=word.stem[: letters[_LONGEST - 1]], ends=False)


def _spelled(word: Wanted, within: str) -> str:
    spelled = "".join(_pieces(word.stem, within))
    if word.ends and not word.next:
        spelled += "[ьЬ]*" + _ENDS
    for following in word.next:
        rest = "[ьЬ]*" if word.ends else r"\pL*"
        spelled += rest + within + _SPACE + within + _spelled(following, within)
    return spelled


def _pieces(stem: str, within: str) -> Iterator[str]:
    at = 0
    while at < len(stem):
        if at:
            yield f"[ьЬ]*{within}[ьЬ]*" if _CYRILLIC.match(stem[at - 1]) else within
        two = stem[at : at + 2]
        if two in _TWO:
            yield f"(?:{_ONE[two[0]]}{within}{_ONE[two[1]]}|{_TWO[two]})"
            at += 2
        elif stem[at].isalnum():
            yield _ONE.get(stem[at], re.escape(stem[at]))
            at += 1
        else:  # an apostrophe or a hyphen, however it is written
            yield r"(?:[^\pL\pN\s<>]|ʼ|&#?[0-9a-zA-Z]{2,8};)*"
            at += 1

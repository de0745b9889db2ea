"""How a folded word may be written: a pattern for RE2 that finds it in text that nobody has folded.

`fold` makes one form of many spellings; here it is turned round, for the letters that pages are written in.
Letters of other blocks that fold to the same ones (mathematical, full width) are named by ODD instead.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace

from matchers.text import fold

_RARE = (
    r"\x{180}-\x{217}\x{21c}-\x{24f}\x{2b0}-\x{2b8}\x{2e0}-\x{2e4}\x{1d00}-\x{1dbf}\x{1e00}-\x{1e9d}\x{1e9f}-\x{1eff}\x{1c80}-\x{1c8f}"
    r"\x{2071}\x{207f}\x{2090}-\x{209f}\x{20a8}\x{2100}-\x{2115}\x{2117}-\x{2121}\x{2123}-\x{214f}"
    r"\x{2160}-\x{217f}\x{249c}-\x{24e9}\x{2c60}-\x{2c7f}\x{2de0}-\x{2dff}\x{3200}-\x{33ff}\x{460}-\x{48f}"
    r"\x{494}-\x{52f}\x{a640}-\x{a69f}\x{a720}-\x{a7ff}\x{ab30}-\x{ab6f}\x{fb00}-\x{fb06}\x{ff21}-\x{ff5a}"
    r"\x{10780}-\x{107bf}\x{1d400}-\x{1d7ff}\x{1e030}-\x{1e08f}\x{1f100}-\x{1f1e5}"
)
ODD = rf"[\pL>][{_RARE}]|[{_RARE}][\pL<]|[ŭŬ]|[uU]\x{{306}}"
"""A letter in rare dress within a word, or one of Latin Belarusian: such a text must be folded to be read."""

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
    if len(word.stem) <= _LONGEST or word.next:
        return word
    return replace(word, stem=word.stem[:_LONGEST], ends=False)


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

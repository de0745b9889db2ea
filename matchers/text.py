"""Cuts a text into paragraphs, sentences and folded words, each with its place in the original.

Knows letters and punctuation, not languages: what a language adds (abbreviations, folding, quote marks)
comes from its pack. Offsets are code points into the text as given; evidence is always a plain slice of it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

MAX_CHARS = 200_000
"""Longer texts are read up to here: no news article is longer, and a hostile one must cost no more."""

SCRIPT_SAMPLE = 2000
"""How much of a text tells its script."""

MAX_SENTENCE_TOKENS = 400
"""A longer "sentence" is a table or an attack; it is cut, so that every later step stays linear."""

# Characters that may stand inside a word without being part of it: soft hyphen, zero width, marks.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u202a-\u202e\u2066-\u2069\u200e\u200f"
_WORD = re.compile(
    rf"(?:[^\W\d_]\.){{2,}}|(?:[^\W_]|[{_INVISIBLE}\u0300-\u036f])+"
    rf"(?:['’ʼ‘`\-‑](?=[^\W_])(?:[^\W_]|[{_INVISIBLE}\u0300-\u036f])+)*|[^\w\s]|_",
)
# The blocks of combining marks for Latin and Cyrillic: one pass in C instead of a question for each letter.
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_INVISIBLE_SET = re.compile(rf"[{_INVISIBLE}]")
_LETTERS = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ß": "ss",
    "ґ": "г",
    "ь": "",
    "ʼ": "'",
    "’": "'",
    "‘": "'",
    "`": "'",
    "‑": "-",
}

OPENING = '«“„‟"‚‹「'
CLOSING = '»”“‟"›」'
DASHES = frozenset("—–-−―")
_TERMINAL = frozenset(".!?…")
_DASH_SPACE = "—–-−― \u00a0"


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """The form of a word that terms are compared in: no case, accents, soft signs or invisible marks.

    й and ї fall together with и and і, ў with у, ё with е, ł with l: both sides are folded alike, and
    writers differ in exactly these letters.
    """
    if word.isascii():
        return word.lower().replace("`", "'")
    text = _INVISIBLE_SET.sub("", unicodedata.normalize("NFKC", word)).casefold()
    return _lettered(_MARKS.sub("", unicodedata.normalize("NFD", _lettered(text))))


def _lettered(text: str) -> str:
    # One search for each letter is many times faster than str.translate, and most texts hold few of them.
    for letter, plain in _LETTERS.items():
        if letter in text:
            text = text.replace(letter, plain)
    return text


class Token(NamedTuple):
    """A word or a single punctuation mark; `start` and `end` are code points into the text."""

    text: str
    fold: str
    start: int
    end: int
    is_word: bool

    @property
    def is_capital(self) -> bool:
        """True where the word begins with an upper-case letter."""
        return self.is_word and self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens of one sentence. `quoted[i]` is true where token i stands inside quotation marks."""

    tokens: tuple[Token, ...]
    start: int
    end: int
    paragraph: int
    index: int
    quoted: tuple[bool, ...]

    @property
    def is_question(self) -> bool:
        """True where the sentence itself, not a quotation in it, ends in a question mark."""
        tail = [t.text for t in self.tokens[-2:]]
        return "?" in tail and not (tail[-1] in CLOSING and len(self.tokens) > 1 and self.quoted[-2])


def transliterated(word: str, table: Mapping[str, str]) -> str:
    """`word` with the longest keys of `table` replaced first, letter case apart (for Latin Belarusian)."""
    out, i, low = [], 0, word.casefold()
    while i < len(low):
        for size in (3, 2, 1):
            if (piece := low[i : i + size]) in table:
                out.append(table[piece])
                i += size
                break
        else:
            out.append(low[i])
            i += 1
    return "".join(out)


def is_latin(text: str) -> bool:
    """True where more of the letters are Latin than Cyrillic."""
    sample = text[:SCRIPT_SAMPLE].casefold()
    cyrillic = sum("\u0400" <= c <= "\u04ff" for c in sample)
    return sum(c.isalpha() for c in sample) > 2 * cyrillic


def tokens_of(text: str, start: int, end: int, table: Mapping[str, str] | None = None) -> Iterator[Token]:
    """The tokens of `text[start:end]`, folded; `table` transliterates the words first."""
    for hit in _WORD.finditer(text, start, end):
        word = hit.group()
        is_word = word[0].isalnum() or len(word) > 1
        written = transliterated(word, table) if table and is_word else word
        yield Token(word, fold(written) if is_word else word, hit.start(), hit.end(), is_word)


def _ends_sentence(tokens: list[Token], i: int, text: str, abbreviations: frozenset[str]) -> bool:
    """True where the terminal mark at token i closes a sentence rather than an abbreviation."""
    mark, before = tokens[i], tokens[i - 1] if i else None
    if mark.text == "." and before is not None and before.end == mark.start:
        if before.fold in abbreviations or (
            len(before.text) == 1 and before.text.isalpha() and before.fold != "я"
        ):  # "I"
            return False
        if text[mark.end : mark.end + 1].isalnum():
            return False
    j = mark.end
    while j < len(text) and text[j] in CLOSING + "'’)]":
        j += 1
    if j < len(text) and not text[j].isspace():
        return False
    follow = text[j : j + 3].lstrip()
    if not follow:
        return True
    if j > mark.end and follow[0] in DASHES and text[j:].lstrip(_DASH_SPACE)[:1].islower():
        return False  # «Why should we?» – he said
    return not follow[0].islower() or follow[0] in DASHES


def _quoted(tokens: list[Token]) -> list[bool]:
    """For each token of a paragraph, whether it stands inside quotation marks."""
    inside, depth, opened = [], 0, ""
    closes = {"«": "»", "„": '“”"', "“": '”"', "‹": "›", '"': '"', "‚": "‘"}
    for token in tokens:
        mark = token.text
        if depth and mark in closes.get(opened, ""):
            depth, opened = 0, ""
            inside.append(False)
        elif not depth and mark in '«„“‹"‚' and len(mark) == 1:
            depth, opened = 1, mark
            inside.append(False)
        else:
            inside.append(bool(depth))
    return inside


_INWARD = re.compile(r"(?<![^\s(])»(?=\w)")
_OUTWARD = re.compile(r"(?<![^\s(])«(?=\w)")
_TURNED = str.maketrans("»«›‹", "«»‹›")


def _upright(text: str) -> str:
    """The text with guillemets that point inwards, as German books and weeklies set them, turned around."""
    return text.translate(_TURNED) if _INWARD.search(text) and not _OUTWARD.search(text) else text


def sentences(
    text: str,
    *,
    abbreviations: frozenset[str] = frozenset(),
    table: Mapping[str, str] | None = None,
) -> list[Sentence]:
    """The sentences of a text; every line break ends a paragraph and a sentence."""
    out: list[Sentence] = []
    paragraph = start = 0
    text = _upright(text[:MAX_CHARS])
    for line in re.finditer(r"[^\n\r\u2028\u2029\x0b\x0c]+", text):
        tokens = list(tokens_of(text, line.start(), line.end(), table))
        if not tokens:
            continue
        quoted, start = _quoted(tokens), 0
        for i in range(len(tokens)):
            mark = tokens[i]
            full = i - start >= MAX_SENTENCE_TOKENS
            if not full and not (mark.text in _TERMINAL and _ends_sentence(tokens, i, text, abbreviations)):
                continue
            stop = i + 1
            while stop < len(tokens) and (
                tokens[stop].text in _TERMINAL or tokens[stop].text in CLOSING + "'’)"
            ):
                if tokens[stop].start != tokens[stop - 1].end:
                    break
                stop += 1
            if stop > start:
                out.append(_sentence(tokens, quoted, start, stop, paragraph, len(out)))
                start = stop
        if start < len(tokens):
            out.append(_sentence(tokens, quoted, start, len(tokens), paragraph, len(out)))
        paragraph += 1
    return out


def _sentence(
    tokens: list[Token], quoted: list[bool], start: int, stop: int, paragraph: int, index: int
) -> Sentence:
    part = tuple(tokens[start:stop])
    return Sentence(part, part[0].start, part[-1].end, paragraph, index, tuple(quoted[start:stop]))

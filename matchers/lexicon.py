"""Finds the terms of a language pack and of the claims in a sentence: one pass, whatever their number.

A term is words separated by spaces. Each word is `exact`, `stem*` (up to `suffix_max` more letters),
`stem**` (any number), `*tail` (any beginning, for compounds) or `=Exact` (letter case counts); `a|b` gives
alternatives, `...` lets some words (`gap_max`) stand between, `..` only words of the same clause. Nothing
here knows what a concept means.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from config.errors import ConfigError, Finding
from matchers.text import OPENING, Token, fold

CACHE = 200_000
"""The most distinct words remembered, so that a stream of hostile words cannot fill the memory."""

GAP = 8
"""The most words that `...` skips unless a pack says otherwise."""


STOPS = {"...": frozenset(";:"), "..": frozenset(",;:—–")}
"""The gaps of a term, and the marks that none of them skips."""


class Hit(NamedTuple):
    """Concept `name` covers the tokens `start` to `end` (exclusive) of a sentence."""

    name: str
    start: int
    end: int


@dataclass(slots=True)
class _Words:
    """The word patterns of all terms, each with a number; finds the patterns that fit one token."""

    suffix_max: int
    exact: dict[str, int] = field(default_factory=dict)
    prefix: dict[str, int] = field(default_factory=dict)
    longer: dict[str, int] = field(default_factory=dict)
    tail: dict[str, int] = field(default_factory=dict)
    cased: dict[str, int] = field(default_factory=dict)
    count: int = 0

    def number(self, pattern: str) -> int:
        table, key = self._table(pattern)
        if key not in table:
            table[key] = self.count
            self.count += 1
        return table[key]

    def _table(self, pattern: str) -> tuple[dict[str, int], str]:
        if pattern.startswith("="):
            return self.cased, pattern[1:]
        if pattern.startswith("*"):
            return self.tail, fold(pattern.strip("*"))
        if pattern.endswith("**"):
            return self.longer, fold(pattern[:-2])
        if pattern.endswith("*"):
            return self.prefix, fold(pattern[:-1])
        return self.exact, fold(pattern)

    def fitting(self, token: Token) -> tuple[int, ...]:
        """The numbers of all patterns that the token fits."""
        return self._search(token.text, token.fold)

    def _search(self, text: str, folded: str) -> tuple[int, ...]:
        found = [self.exact[folded]] if folded in self.exact else []
        if text in self.cased:
            found.append(self.cased[text])
        for size in range(1, len(folded) + 1):
            head = folded[:size]
            if head in self.longer:
                found.append(self.longer[head])
            if head in self.prefix and len(folded) - size <= self.suffix_max:
                found.append(self.prefix[head])
        if self.tail:
            found += [self.tail[folded[i:]] for i in range(len(folded)) if folded[i:] in self.tail]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Phrase:
    name: str
    steps: tuple[frozenset[int], ...]
    gaps: tuple[str, ...]


_QUOTES = frozenset('«»“”„"‟')


@dataclass(frozen=True, slots=True)
class _Begin:
    """What may begin with a word: its patterns, the one-word concepts it is, and the longer phrases.

    `follow` and `gapped` are places in `phrases`: by the pattern of the next word, and for any next word.
    """

    numbers: tuple[int, ...]
    singles: tuple[str, ...]
    phrases: tuple[_Phrase, ...]
    follow: Mapping[int, tuple[int, ...]]
    gapped: tuple[int, ...]
    is_anchor: bool

    def before(self, numbers: Iterable[int]) -> Iterable[_Phrase]:
        """The phrases that may go on with a word of these patterns, in their order."""
        places = set(self.gapped)
        for number in numbers:
            places.update(self.follow.get(number, ()))
        return [self.phrases[place] for place in sorted(places)]


class Lexicon:
    """All terms of one language, compiled. `hits` is linear in the number of tokens.

    `anchors` are the concepts without which no claim is stated: `is_anchor` finds their words cheaply.
    """

    def __init__(
        self,
        terms: Mapping[str, Iterable[str]],
        *,
        suffix_max: int = 5,
        gap_max: int = GAP,
        where: str = "lexicon",
        anchors: frozenset[str] = frozenset(),
    ) -> None:
        self._words = _Words(suffix_max)
        self._gap = gap_max
        self._starts: dict[int, list[_Phrase]] = {}
        self._anchors = anchors
        self._anchoring: set[int] = set()
        self._begins: dict[str, _Begin] = {}
        self._alike: dict[tuple[int, ...], _Begin] = {}
        for name, written in terms.items():
            for term in written:
                self._add(name, term, where)

    def _add(self, name: str, term: str, where: str) -> None:
        steps: list[frozenset[int]] = []
        gaps: list[str] = []
        gap = ""
        for word in str(term).split():
            if word in STOPS:
                gap = word
                continue
            check_word(word, term, name, where)
            steps.append(frozenset(self._words.number(w) for w in word.split("|") if w))
            gaps.append(gap)
            gap = ""
        if not steps:
            raise ConfigError(Finding(where, 0, name, f"empty term {term!r}", "remove it"))
        phrase = _Phrase(name, tuple(steps), tuple(gaps))
        for number in steps[0]:
            self._starts.setdefault(number, []).append(phrase)
        if name in self._anchors:
            self._anchoring |= steps[0]

    def is_anchor(self, token: Token) -> bool:
        """True where an anchor concept may begin at the token."""
        return self._begin(token).is_anchor

    def _begin(self, token: Token) -> _Begin:
        """What may begin at the token; words of the same patterns share it."""
        found = self._begins.get(token.text)
        if found is None:
            numbers = self._words.fitting(token)
            found = self._alike.get(numbers) or self._beginning(numbers)
            if len(self._begins) < CACHE:
                self._begins[token.text] = self._alike[numbers] = found
        return found

    def _beginning(self, numbers: tuple[int, ...]) -> _Begin:
        phrases = tuple(dict.fromkeys(p for n in numbers for p in self._starts.get(n, ())))
        longer = tuple(p for p in phrases if len(p.steps) > 1)
        follow: dict[int, list[int]] = {}
        for place, phrase in enumerate(longer):
            for number in phrase.steps[1] if not phrase.gaps[1] else ():
                follow.setdefault(number, []).append(place)
        return _Begin(
            numbers,
            tuple(dict.fromkeys(p.name for p in phrases if len(p.steps) == 1)),
            longer,
            {number: tuple(places) for number, places in follow.items()},
            tuple(place for place, phrase in enumerate(longer) if phrase.gaps[1]),
            not self._anchoring.isdisjoint(numbers),
        )

    def hits(self, tokens: Sequence[Token]) -> list[Hit]:
        """Every concept in the sentence, ordered by start; of one concept only the longest at a place."""
        begins = [self._begin(t) for t in tokens]
        # A quote mark inside a phrase does not break it: «оперативне командування "Північ"».
        numbers = [None if t.text in _QUOTES else b.numbers for t, b in zip(tokens, begins, strict=True)]
        out: list[Hit] = []
        for i, begin in enumerate(begins):
            found = begin.phrases and begin.before(_after(numbers, i))
            if not found:
                out += [Hit(name, i, i + 1) for name in begin.singles]
                continue
            best = dict.fromkeys(begin.singles, i + 1)
            for phrase in found:
                end = self._match(phrase, numbers, tokens, i)
                if end > best.get(phrase.name, 0):
                    best[phrase.name] = end
            out += [Hit(name, i, end) for name, end in sorted(best.items(), key=lambda kv: -kv[1])]
        return out

    def _match(
        self, phrase: _Phrase, numbers: Sequence[tuple[int, ...] | None], tokens: Sequence[Token], at: int
    ) -> int:
        """The end of `phrase` where it begins at token `at`, or 0."""
        at += 1
        for step, gap in zip(phrase.steps[1:], phrase.gaps[1:], strict=True):
            if at < len(numbers) and numbers[at] is None:
                at += 1
            reach = min(len(numbers), at + (self._gap + 1 if gap else 1))
            for j in range(at, reach):
                if not step.isdisjoint(numbers[j] or ()):
                    at = j + 1
                    break
                if gap and tokens[j].text in STOPS[gap]:
                    return 0
            else:
                return 0
        return at


def _after(numbers: Sequence[tuple[int, ...] | None], at: int) -> tuple[int, ...]:
    """The patterns of the word after a place; one quote mark between them does not count."""
    following = [*numbers[at + 1 : at + 3], None, None]
    return following[0] or following[1] or ()


def settled(hits: Sequence[Hit], tokens: Sequence[Token], *, capital_nouns: bool) -> Iterator[Hit]:
    """The hits that hold: none inside a phrase that only looks like its concept (`neg.pseudo` for `neg`).

    Where nouns have a capital it tells noun from verb: "Berichte" are reports, "er berichte" is hearsay.
    """
    masked = [(h.name.removesuffix(".pseudo"), h.start, h.end) for h in hits if h.name.endswith(".pseudo")]
    for hit in hits:
        if any(name == hit.name and lo <= hit.start and hit.end <= hi for name, lo, hi in masked):
            continue
        if capital_nouns and _is_other_word(tokens, hit):
            continue
        yield hit


def _is_other_word(tokens: Sequence[Token], hit: Hit) -> bool:
    if hit.name == "att.noun":
        return not tokens[hit.start].is_capital
    opens = hit.start == 0 or tokens[hit.start - 1].text in OPENING + ":"
    noun = hit.name.startswith("rep.") and hit.name != "rep.confirm"  # "Bestätigung durch X" confirms too
    return noun and tokens[hit.start].is_capital and not opens


def check_word(word: str, term: str, name: str, where: str) -> None:
    """Refuses a prefix so short that it would match half the language."""
    for part in word.split("|"):
        stem = part.strip("*=")
        if "*" in part and len(fold(stem)) < 3:
            problem = f"{part!r} in {term!r} is too short for a prefix"
            remedy = "give at least three letters before the *, or list whole words"
            raise ConfigError(Finding(where, 0, name, problem, remedy))

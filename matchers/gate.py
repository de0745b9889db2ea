"""The gate: whether a page's text names all that some claim needs, before anything is parsed.

One Aho-Corasick pass over the folded text for all claims and languages, and a search for those phrases of
which the longest word was seen. The words of a claim must come from one language, as they do when it is
matched. It may let a page through that the matcher finds nothing in; it must never stop one in which the
matcher finds something.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import lru_cache, reduce
from itertools import product
from math import prod
from operator import or_
from typing import NamedTuple

import ahocorasick

from matchers.claims import Claim, Role
from matchers.lexicon import GAP
from matchers.pack import NATION_PARTS, Pack
from matchers.speakers import Directory
from matchers.spelling import Wanted
from matchers.text import MAX_CHARS, fold, transliterated
from store.values import SpeakerKind

Need = tuple[frozenset[str], ...]
"""Concept sets of which each must be met."""

_PLACED = ("force", "state", "leader", "in", "into", "from", "near", "over", "against", "obj", "at", "with")
_SHORTEST = 2
_MOST_WAYS = 32
"""Of a phrase with more alternatives than this the longest word is looked for alone."""

_LATIN_SHORT_U = ("ŭ", "Ŭ", "u\u0306", "U\u0306")
"""How the letter that tells Belarusian in Latin script is written."""

_LETTER = r"[^\W_]"
_GOES_ON = rf"(?:['‐-]?{_LETTER}){{0,100}}"


class Word(NamedTuple):
    """A stem of the automaton as the word, or the longest word of the phrase, that a concept is told by."""

    concept: str
    starts: bool
    ends: bool
    phrase: str = ""


@dataclass(slots=True)
class Seen:
    """The concepts found in a text, each with its languages, a bit each; phrases by their longest word."""

    folded: str
    concepts: dict[str, int] = field(default_factory=dict)
    phrases: dict[str, dict[str, int]] = field(default_factory=dict)
    there: dict[str, bool] = field(default_factory=dict)

    def add(self, word: Word, languages: int) -> None:
        key, found = word.concept, self.concepts
        if word.phrase:
            key, found = word.phrase, self.phrases.setdefault(word.concept, {})
        found[key] = found.get(key, 0) | languages

    def at_most(self, concept: str) -> int:
        """The concept's languages, should every phrase be there."""
        return reduce(or_, self.phrases.get(concept, {}).values(), self.concepts.get(concept, 0))

    def surely(self, concept: str) -> int:
        """The concept's languages; its phrases are searched for."""
        phrases = self.phrases.get(concept, {}).items()
        found = (languages for phrase, languages in phrases if self._is_there(phrase))
        return reduce(or_, found, self.concepts.get(concept, 0))

    def _is_there(self, phrase: str) -> bool:
        if phrase not in self.there:
            self.there[phrase] = _pattern(phrase).search(self.folded) is not None
        return self.there[phrase]


class Gate:
    """The compiled automaton. `passes` is linear in the text and independent of the number of claims."""

    def __init__(self, claims: Sequence[Claim], packs: Sequence[Pack], directory: Directory) -> None:
        self._needs = [
            [_alternatives(role) for role in frame.roles]
            for claim in claims
            for frame in claim.frames
            if not frame.after  # it opens only where another frame has stated the claim
        ]
        wanted = {
            n for frame in self._needs for role in frame for need in role for names in need for n in names
        }
        self._all = (1 << len(packs)) - 1
        self._tables = [pack.translit for pack in packs if pack.translit]
        self._automaton = ahocorasick.Automaton()
        found: dict[str, dict[Word, int]] = {}
        self._written: dict[str, set[Wanted]] = {}
        for name, languages, terms in _vocabulary(claims, packs, directory):
            if name in wanted:
                for stem, word in _words(name, terms):
                    self._written.setdefault(name, set()).update(_wanted(stem, word))
                    owners = found.setdefault(stem, {})
                    owners[word] = owners.get(word, 0) | languages
        for stem, owners in found.items():
            self._automaton.add_word(stem, (len(stem), tuple(owners.items())))
        self._empty = not found
        if found:
            self._automaton.make_automaton()

    def passes(self, text: str) -> bool:
        """True where all required roles of some frame of some claim are named in the text."""
        if self._empty:
            return False
        folded = _folded(text)
        if self._is_open(folded):
            return True
        head = text[:MAX_CHARS]
        if not any(letter in head for letter in _LATIN_SHORT_U):
            return False
        return any(self._is_open(f"{fold(transliterated(head, table))}\n{folded}") for table in self._tables)

    def _is_open(self, folded: str) -> bool:
        seen = self._seen(folded)
        return any(
            self._languages(frame, seen.at_most) and self._languages(frame, seen.surely)
            for frame in self._needs
        )

    def anchors(self) -> frozenset[Wanted]:
        """Words of which one at least stands in every text that passes: the fewest and longest that do."""
        ways: dict[frozenset[Wanted], set[int]] = {}
        for at, frame in enumerate(self._needs):
            for words in filter(None, map(self._filling, frame)):
                ways.setdefault(words, set()).add(at)
        frames = {at for at, frame in enumerate(self._needs) if all(map(self._filling, frame))}
        chosen: list[frozenset[Wanted]] = []
        while left := frames.difference(*(ways[words] for words in chosen)):
            chosen.append(min(ways, key=lambda words: _commonness(words) / (len(ways[words] & left) or 1e-9)))
        for words in sorted(chosen, key=lambda words: len(ways[words])):
            others = [ways[other] for other in chosen if other is not words]
            if frames <= set().union(*others):
                chosen.remove(words)
        return frozenset().union(*chosen)

    def _filling(self, role: Sequence[Need]) -> frozenset[Wanted]:
        """Words of which one at least fills the role; none where nothing can."""
        filling: set[Wanted] = set()
        for need in role:
            sets = [frozenset(w for n in names for w in self._written.get(n, ())) for names in need]
            if all(sets):
                filling |= min(sets, key=_commonness)
        return frozenset(filling)

    def _languages(self, frame: Sequence[Sequence[Need]], told: Callable[[str], int]) -> int:
        """The languages in which all roles of a frame are named."""
        left = self._all
        for role in frame:
            filled = 0
            for need in role:
                met = left
                for names in need:
                    met &= reduce(or_, map(told, names))
                filled |= met
            left = filled
            if not left:
                break
        return left

    def _seen(self, folded: str) -> Seen:
        seen = Seen(folded)
        size = len(folded)
        for end, (length, words) in self._automaton.iter(folded):
            start = end - length + 1
            left_free = start == 0 or not folded[start - 1].isalnum()
            right_free = end + 1 == size or not folded[end + 1].isalnum()
            for word, languages in words:
                if (left_free or not word.starts) and (right_free or not word.ends):
                    seen.add(word, languages)
        return seen


def _folded(text: str) -> str:
    return fold.__wrapped__(text[: MAX_CHARS * 2])


def _alternatives(role: Role) -> list[Need]:
    """What may fill a role, each as concept sets that must all be met."""
    out = [_need(name) for name in role.strong]
    if role.speaker:
        out.append(_need(f"state.{role.speaker}"))
    return out


def _need(name: str) -> Need:
    kind, _, nation = name.partition(".")
    if nation and kind in (*_PLACED, "people"):
        named = frozenset({f"nat.{nation}.{part}" for part in NATION_PARTS} | {f"side.{nation}"})
        return (named, frozenset({"troops", "equipment"})) if kind == "force" else (named,)
    return (frozenset({name}),)


def _vocabulary(
    claims: Sequence[Claim], packs: Sequence[Pack], directory: Directory
) -> Iterator[tuple[str, int, Sequence[str]]]:
    """Each concept with its languages, a bit each, and its terms in them."""
    bits = {pack.lang: 1 << at for at, pack in enumerate(packs)}
    for pack in packs:
        yield from ((name, bits[pack.lang], tuple(map(str, terms))) for name, terms in pack.terms.items())
    for known in directory.known:
        if known.side:
            # A person is told by the surname: the longest word may be a first name that thousands bear.
            person = known.kind is SpeakerKind.PERSON
            terms = [str(term).split()[-1] if person else str(term) for term in known.terms]
            yield f"side.{known.side.removesuffix('_opposition')}", (1 << len(packs)) - 1, terms
    for claim in claims:
        for name, by_language in claim.concepts.items():
            for language, written in by_language.items():
                yield name, bits.get(language, (1 << len(packs)) - 1), written


def _words(name: str, terms: Sequence[str]) -> Iterator[tuple[str, Word]]:
    """The stems that tell a concept: for each term its longest word, one for each alternative.

    A phrase that holds a word which tells the concept by itself is told by that.
    """
    exact = {_stem(term) for term in terms if " " not in term}
    begun = {_stem(term) for term in terms if " " not in term and term.endswith("*") and term[:1] != "*"}
    for term in terms:
        words = [word for word in term.split() if word != "..."]
        if not words or (len(words) > 1 and any(_is_told(word, exact, begun) for word in words)):
            continue
        longest = max(words, key=lambda word: min(len(_stem(part)) for part in word.split("|") if part))
        phrase = term if len(words) > 1 else ""
        for part in longest.split("|"):
            if len(stem := _stem(part)) >= _SHORTEST:
                yield stem, Word(name, not part.startswith("*"), not part.endswith("*"), phrase)


def _is_told(word: str, exact: Set[str], begun: Set[str]) -> bool:
    """Whether a word of a phrase tells the concept without the phrase."""
    if "|" in word or word.startswith("*"):
        return False
    stem = _stem(word)
    return (stem in exact and not word.endswith("*")) or any(
        stem[:size] in begun for size in range(1, len(stem) + 1)
    )


def _wanted(stem: str, word: Word) -> Iterator[Wanted]:
    """How a search over a page's bytes finds a word of the automaton; a phrase whole, where it is simple."""
    words = [[part for part in one.split("|") if part] for one in word.phrase.split()]
    is_simple = ["..."] not in words and not any(part.startswith("*") for one in words for part in one)
    if not words or not is_simple or prod(map(len, words)) > _MOST_WAYS:
        yield Wanted(stem, word.starts, word.ends)
        return
    for way in product(*words):
        first, *others = [Wanted(_stem(part), True, not part.endswith("*")) for part in way]
        yield replace(first, next=tuple(others))


def _commonness(words: Iterable[Wanted]) -> float:
    """How much of all text is likely to hold one of the words: the shorter they are, the more."""
    return sum(4.0 ** -len(word.stem + "".join(other.stem for other in word.next)) for word in words)


def _stem(part: str) -> str:
    return fold(part.strip("*="))


@lru_cache(maxsize=20_000)
def _pattern(phrase: str) -> re.Pattern[str]:
    """The words of a phrase in their order, as the lexicon reads them in folded text, or a little looser."""
    pattern, between = "", ""
    for word in phrase.split():
        if word == "...":
            between = rf"(?:\W+\w+){{0,{3 * GAP}}}?\W+"
            continue
        part = _part if pattern else _first
        pattern += f"{between}(?:{'|'.join(map(part, filter(None, word.split('|'))))})"
        between = r"\W+"
    return re.compile(rf"{pattern}(?!{_LETTER})")


def _first(part: str) -> str:
    """The beginning of a phrase: a search that can look for letters first is many times faster."""
    if part.startswith("*"):
        return rf"(?<!{_LETTER}){_part(part)}"
    stem = re.escape(_stem(part))
    return rf"{stem}(?<!{_LETTER}{stem})" + (_GOES_ON if part.endswith("*") else "")


def _part(part: str) -> str:
    before = _GOES_ON if part.startswith("*") else ""
    return before + re.escape(_stem(part)) + (_GOES_ON if part.endswith("*") else "")

"""The gate: whether a page's text names all that some claim needs, before anything is parsed.

One Aho-Corasick pass over the folded text for all claims and languages. It may let a page through that the
matcher finds nothing in; it must never stop one in which the matcher finds something.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import ahocorasick

from matchers.claims import Claim, Role
from matchers.pack import NATION_PARTS, Pack
from matchers.speakers import Directory
from matchers.text import MAX_CHARS, fold, transliterated
from store.values import SpeakerKind

Need = tuple[frozenset[str], ...]
"""Concept sets of which each must be met."""

_PLACED = ("force", "state", "leader", "in", "into", "from", "near", "over", "against", "obj", "at", "with")
_SHORTEST = 2


class Gate:
    """The compiled automaton. `passes` is linear in the text and independent of the number of claims."""

    def __init__(self, claims: Sequence[Claim], packs: Sequence[Pack], directory: Directory) -> None:
        self._needs = [
            [[_alternatives(role) for role in frame.roles] for frame in claim.frames] for claim in claims
        ]
        wanted = {
            name
            for c in self._needs
            for frame in c
            for role in frame
            for need in role
            for names in need
            for name in names
        }
        self._tables = [p.translit for p in packs if p.translit]
        self._automaton = ahocorasick.Automaton()
        found: dict[str, list[tuple[str, bool, bool]]] = {}
        for name, term in _terms(claims, packs, directory):
            if name in wanted:
                for stem, left, right in _stems(term):
                    found.setdefault(stem, []).append((name, left, right))
        for stem, owners in found.items():
            self._automaton.add_word(stem, (len(stem), tuple(sorted(set(owners)))))
        self._empty = not found
        if found:
            self._automaton.make_automaton()

    def passes(self, text: str) -> bool:
        """True where all required roles of some frame of some claim are named in the text."""
        if self._empty:
            return False
        folded = _folded(text)
        seen = self._seen(folded)
        if self._open(seen):
            return True
        if (
            self._tables
            and any(c in folded for c in "cszu")
            and "u\u0306" in unicodedata.normalize("NFD", text[:MAX_CHARS].casefold())
        ):
            for table in self._tables:
                seen |= self._seen(fold(transliterated(text[:MAX_CHARS], table)))
            return self._open(seen)
        return False

    def _open(self, seen: set[str]) -> bool:
        return any(
            all(any(all(names & seen for names in need) for need in role) for role in frame)
            for claim in self._needs
            for frame in claim
        )

    def _seen(self, folded: str) -> set[str]:
        seen: set[str] = set()
        size = len(folded)
        for end, (length, owners) in self._automaton.iter(folded):
            start = end - length + 1
            left_free = start == 0 or not folded[start - 1].isalnum()
            right_free = end + 1 == size or not folded[end + 1].isalnum()
            for name, left, right in owners:
                if (left_free or not left) and (right_free or not right):
                    seen.add(name)
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


def _terms(claims: Sequence[Claim], packs: Sequence[Pack], directory: Directory) -> Iterator[tuple[str, str]]:
    for pack in packs:
        for name, terms in pack.terms.items():
            yield from ((name, t) for t in terms)
    for known in directory.known:
        if known.side:
            # A person is told by the surname: the longest word may be a first name that thousands bear.
            person = known.kind is SpeakerKind.PERSON
            yield from ((f"side.{known.side}", t.split()[-1] if person else t) for t in known.terms)
    for claim in claims:
        by_name: Mapping[str, Mapping[str, tuple[str, ...]]] = claim.concepts
        for name, by_lang in by_name.items():
            yield from ((name, t) for terms in by_lang.values() for t in terms)


def _stems(term: str) -> Iterator[tuple[str, bool, bool]]:
    """The longest word of a term as (stem, word starts there, word ends there), one for each alternative."""
    words = [w for w in str(term).split() if w != "..."]
    if not words:
        return
    word = max(words, key=lambda w: min(len(fold(p.strip("*="))) for p in w.split("|") if p))
    for part in word.split("|"):
        stem = fold(part.strip("*="))
        if len(stem) >= _SHORTEST:
            yield stem, not part.startswith("*"), not part.endswith("*")

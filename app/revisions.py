"""What changed between two revisions of an article: sentences, words, statements. Pure; nothing is printed.

A statement belongs to the revision that brought it and stands as long as its sentence does. One whose words
changed while its voice still says so has neither appeared nor vanished.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from store.queries.history import State, Told

_SENTENCE_END = re.compile(r"(?<=[.!?…])[»”\"'’)\]]*\s+|\n+")
_WORD = re.compile(r"\s+|[^\s]+")
_ALIKE = 0.4
"""Two sentences of which less is alike are one gone and one new, not one changed."""


class Op(StrEnum):
    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a changed sentence, and what became of them."""

    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence that was removed, added or changed; `before` or `after` is empty where there is none."""

    before: str
    after: str

    def pieces(self) -> Iterator[Piece]:
        """The sentence word by word."""
        old, new = _WORD.findall(self.before), _WORD.findall(self.after)
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
            if tag == "equal":
                yield Piece(Op.KEPT, "".join(old[old_from:old_to]))
                continue
            if old_to > old_from:
                yield Piece(Op.REMOVED, "".join(old[old_from:old_to]))
            if new_to > new_from:
                yield Piece(Op.ADDED, "".join(new[new_from:new_to]))


@dataclass(frozen=True, slots=True)
class Step:
    """What one revision changed of another. `title` is None where it stayed."""

    before: int
    after: int
    fetched_before: datetime
    fetched_after: datetime
    title: Change | None
    changes: tuple[Change, ...]
    appeared: tuple[Told, ...]
    vanished: tuple[Told, ...]


def steps(states: Sequence[State]) -> list[Step]:
    """What each revision changed of the one before it."""
    return [step(states, old, new) for old, new in itertools.pairwise(states)]


def step(states: Sequence[State], old: State, new: State) -> Step:
    """What changed between two of an article's revisions, of which `states` are all."""
    before, after = _standing(states, old), _standing(states, new)
    keys_before, keys_after = set(map(_key, before)), set(map(_key, after))
    return Step(
        before=old.number,
        after=new.number,
        fetched_before=old.fetched_at,
        fetched_after=new.fetched_at,
        title=Change(old.title, new.title) if old.title != new.title else None,
        changes=tuple(changes(old.text, new.text)),
        appeared=tuple(told for told in after if _key(told) not in keys_before),
        vanished=tuple(told for told in before if _key(told) not in keys_after),
    )


def changes(before: str, after: str) -> Iterator[Change]:
    """The sentences that are not the same, in the order of the text."""
    old, new = sentences(before), sentences(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag != "equal":
            yield from _paired(old[old_from:old_to], new[new_from:new_to])


def sentences(text: str) -> list[str]:
    return [flat for sentence in _SENTENCE_END.split(text) if (flat := _flat(sentence))]


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Sentences that stood in one place: the most alike are one changed sentence."""
    left = list(old)
    for sentence in new:
        alike = [(SequenceMatcher(None, one.split(), sentence.split()).ratio(), one) for one in left]
        score, nearest = max(alike, default=(0.0, ""), key=lambda pair: pair[0])
        if score < _ALIKE:
            yield Change("", sentence)
            continue
        for gone in left[: left.index(nearest)]:
            yield Change(gone, "")
        del left[: left.index(nearest) + 1]
        yield Change(nearest, sentence)
    yield from (Change(gone, "") for gone in left)


def _standing(states: Sequence[State], at: State) -> list[Told]:
    """The statements whose sentence a revision carries: its own, and those of earlier ones."""
    words = _flat(f"{at.title}\n{at.text}")
    standing = {
        _key(told): told
        for state in states
        if state.number <= at.number
        for told in state.told
        if state.number == at.number or _flat(told.evidence) in words
    }
    return list(standing.values())


def _key(told: Told) -> tuple[str, ...]:
    return told.claim, told.speaker, told.stance, told.about


def _flat(text: str) -> str:
    return " ".join(text.split())

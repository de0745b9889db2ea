"""Speakers named by a description alone: "a railwayman at Barbarou told me", "said a captured officer".

For languages whose packs have the trait `described`: those in which the words before a verb of saying, up to
a mark or a conjunction, are its subject. Knows nothing of who the people are; a document that "says" is
whoever spoke last.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from matchers.lexicon import Hit
from matchers.saying import press
from matchers.scene import Scene
from matchers.speakers import Voice
from matchers.text import CLOSING, DASHES
from store.values import SpeakerKind

LONGEST = 10
"""The most words of a description."""

TRAIT = "described"
BEHIND = "described_behind"
"""The trait of languages without articles: only what follows a quotation and its verb is surely a subject."""
_TOLD = ("rep.say", "rep.confirm", "rep.claim", "rep.warn", "rep.believe", "deny")
_OPENERS = {"det", "indefinite", "quantity", "pro.our"}
_THINGS = {"missile", "launch", "area", "border", "mute"}


def with_described(scene: Scene, found: Sequence[Voice], text: str) -> list[Voice]:
    """The voices found, and those whom only a description names, whose own words hold no other voice."""
    if scene.pack.traits.isdisjoint((TRAIT, BEHIND)) or scene.place == "title":
        return list(found)
    kept = list(found)
    for start, end in _phrases(scene):
        head = _head_end(scene, start, end)
        if any(v.start < head and start < v.end and not v.channel for v in kept):
            continue
        kept = [v for v in kept if not (v.start < end and start < v.end)]
        kept.append(_voice(scene, start, head, end, text))
    return kept


def _voice(scene: Scene, start: int, head: int, end: int, text: str) -> Voice:
    written = scene.words(_after_article(scene, start), end, text)
    if "pro.our" in scene.covers[start] and not scene.sentence.quoted[start]:
        return replace(press(), start=start, end=end)  # "our front page on Tuesday stated that …"
    if scene.covers[head - 1] & {"att.noun", "document"}:
        return Voice("", SpeakerKind.UNNAMED, "", start, end, written, refers="pro.they")
    return Voice(written, SpeakerKind.UNNAMED, nation_in(scene, start, head), start, end, written)


def _phrases(scene: Scene) -> Iterator[tuple[int, int]]:
    for hit in scene.of(*_TOLD):
        if BEHIND in scene.pack.traits:
            found = _behind_quote(scene, hit)
        else:
            found = _before(scene, hit) or _behind(scene, hit)
        if found is not None:
            yield found


def _before(scene: Scene, verb: Hit) -> tuple[int, int] | None:
    """The subject that ends right before a verb of saying."""
    covers, j = scene.covers, verb.start
    if scene.sentence.tokens[j].fold.endswith("ing"):
        return None  # "trajectories bearing out that …"
    while j > 0 and covers[j - 1] & {"aux", "adverb"}:
        j -= 1
        if "be" in covers[j]:
            return None  # "the missiles are said to …"
    i = j - 1
    while i >= 0 and not _bounds(scene, i):
        i -= 1
        if j - i > LONGEST + 1:
            return None
    if i >= 0 and scene.sentence.tokens[i].is_word and not _opens_clause(covers[i]):
        return None
    if i > 0 and "cl.relative" in covers[i] and scene.sentence.tokens[i - 1].is_word:
        return None  # "activists who follow the movements named …": these are its object
    start = _opening(scene, i + 1, j)
    return (start, j) if start is not None and _is_somebody(scene, start, j) else None


def _behind(scene: Scene, verb: Hit) -> tuple[int, int] | None:
    """The subject that follows a verb of saying after a comma or a quotation: ", said a farmer"."""
    tokens, covers = scene.sentence.tokens, scene.covers
    if verb.start == 0 or tokens[verb.start - 1].is_word or verb.end >= len(tokens):
        return None
    j = verb.end
    while j < len(tokens) and tokens[j].is_word and not _bounds(scene, j) and j - verb.end < LONGEST:
        j += 1
    start = verb.end
    if j == start or not covers[start] & _OPENERS or not _is_somebody(scene, start, j):
        return None
    return start, j


def _behind_quote(scene: Scene, verb: Hit) -> tuple[int, int] | None:
    """The subject that follows a quotation and its verb: "«…», – сказала анестезіологиня міської лікарні"."""
    tokens, covers = scene.sentence.tokens, scene.covers
    before = [t.text for t in tokens[max(0, verb.start - 3) : verb.start]]
    if not before or tokens[verb.start - 1].is_word or not any(t in CLOSING or t in DASHES for t in before):
        return None
    start = verb.end
    while start < len(tokens) and covers[start] & {"adverb", "aux"}:
        start += 1
    end = start
    while end < len(tokens) and tokens[end].is_word and end - start < LONGEST and not _stops(covers[end]):
        end += 1
    opens = start < end and not any(n.startswith("prep.") for n in covers[start])
    named = any(tokens[i].is_capital and not _is_place(covers[i]) for i in range(start, end))
    things = _THINGS | {"att.anaphor", "att.noun", "neg", "troops"}
    return (start, end) if opens and not named and not covers[start] & things else None


def _stops(names: set[str]) -> bool:
    told = ("cl.", "rep.", "weekdays.", "months.", "pro.")
    return any(n.startswith(told) for n in names) or bool(names & {"deny", "conj", "neg", "aux", "adverb"})


def _is_place(names: set[str]) -> bool:
    return any(n.startswith("nat.") for n in names)


def _bounds(scene: Scene, i: int) -> bool:
    names = scene.covers[i]
    if not scene.sentence.tokens[i].is_word:
        return True
    return bool(names & {"aux", "deny", "conj", "neg"}) or any(
        n.startswith(("cl.", "rep.", "pro.h", "pro.s", "pro.i", "pro.th", "pro.we"))
        for n in names - {"pro.their"}
    )


def _opens_clause(names: Iterable[str]) -> bool:
    return any(n.startswith("cl.") or n == "conj" for n in names)


def _opening(scene: Scene, lo: int, end: int) -> int | None:
    """Where the subject begins: past a phrase of place or time that opens the clause."""
    covers = scene.covers
    for i in range(lo, end):
        after = i > lo and any(n.startswith("prep.") for n in covers[i - 1])
        if not after and covers[i] & _OPENERS:
            return i
        if i == lo and not any(n.startswith("prep.") for n in covers[i]):
            owned = scene.sentence.tokens[i].fold.endswith(("'s", "s'")) and end - i > 1
            if owned or _is_plural(scene, lo, end):
                return i  # "Ukraine's northern command", "regional prosecutors"
    return None


def _is_plural(scene: Scene, start: int, end: int) -> bool:
    """True for "regional prosecutors in Rivne": no article, and a noun in the plural."""
    token = scene.sentence.tokens[_head_end(scene, start, end) - 1]
    return token.fold.endswith("s") and not token.fold.endswith(("ss", "'s")) and not token.is_capital


def _head_end(scene: Scene, start: int, end: int) -> int:
    """Where what is described ends and its "of", "at", "in" begins."""
    for i in range(start + 1, end):
        if any(n.startswith("prep.") for n in scene.covers[i]) or "att.passive" in scene.covers[i]:
            return i
    return end


def _is_somebody(scene: Scene, start: int, end: int) -> bool:
    if scene.sentence.tokens[start].fold.endswith("ing"):
        return False  # "…, briefing reporters, said"
    head = _head_end(scene, start, end) - 1
    names, token = scene.covers[head], scene.sentence.tokens[head]
    timed = any(n.startswith(("months.", "weekdays.", "unit.", "time.")) for n in names)
    bare = head == start and bool(names & _OPENERS)
    return not (names & _THINGS or timed or bare or token.text.isdigit())


def _after_article(scene: Scene, start: int) -> int:
    return start + 1 if scene.sentence.tokens[start].fold in ("a", "an", "the") else start


def modified_from(scene: Scene, start: int) -> int:
    """Where the words begin that stand before a noun: "captured Russian sergeant", "Volyn officials"."""
    if TRAIT not in scene.pack.traits:
        return start
    for i in range(start - 1, max(-1, start - 6), -1):
        names = scene.covers[i]
        token = scene.sentence.tokens[i]
        verbal = names & {"fight", "launch"} or token.fold.endswith("ing")  # "briefing reporters"
        if not token.is_word or _bounds(scene, i) or verbal or names & (_OPENERS | {"skip"}):
            return i + 1
        if any(n.startswith("prep.") for n in names):
            return i + 1
    return 0 if start <= 5 else start


def placed_until(scene: Scene, end: int) -> int:
    """Where a description ends that tells whence: "residents of Horodnia", "officials in Rivne"."""
    tokens, covers = scene.sentence.tokens, scene.covers
    if (
        TRAIT not in scene.pack.traits
        or end + 1 >= len(tokens)
        or not covers[end] & {"prep.of", "prep.in", "prep.near", "prep.from"}
    ):
        return end
    j = end + 1
    while j < len(tokens) and j - end < 6 and (tokens[j].is_capital or covers[j] & {"det", "area"}):
        if any(n.startswith(("weekdays.", "months.", "cl.")) for n in covers[j]):
            break  # "told lawmakers on Tuesday that": when, not whence
        j += 1
    return j if tokens[j - 1].is_capital else end


def is_new(scene: Scene, start: int) -> bool:
    """True after an indefinite article: "a spokesman" is nobody named before."""
    first = modified_from(scene, start)
    return TRAIT in scene.pack.traits and first > 0 and "indefinite" in scene.covers[first - 1]


def nation_in(scene: Scene, start: int, end: int) -> str:
    """The nation that a description names by an adjective or a place, or nothing."""
    for i in range(start, end):
        for name in sorted(scene.covers[i]):
            if name.startswith("nat.") and name.endswith((".adj", ".name", ".places", ".capital")):
                return name.split(".")[1]
    return ""

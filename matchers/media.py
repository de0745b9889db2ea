"""A medium speaks for its owner: a ministry's Telegram channel, the account of parliament, a press service.

A platform alone says nothing: what "Twitter" says is hearsay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from matchers.lexicon import Hit
from matchers.scene import Scene
from matchers.speakers import Voice
from store.values import SpeakerKind

MEDIUM, PLATFORM, VERIFIED = "medium", "medium.platform", "medium.official"
OWNED_BY = frozenset({"prep.of", "prep.for", "medium.of", "det"})
POSSESSIVE = ("'s", "s'")
GAP = 4
"""How many words may stand between a medium and its owner: "run by the", "of the"."""


def owned(scene: Scene, found: Sequence[Voice], text: str) -> list[Voice]:
    """The voices with each medium's words given to its owner; a platform alone is hearsay."""
    if not scene.has(MEDIUM, PLATFORM):
        return list(found)
    kept = list(found)
    for start, end in _media(scene):
        rest = [v for v in kept if v.end <= start or end <= v.start]
        inside = [v for v in kept if v not in rest]
        if any(v.known or v.start < start or end < v.end for v in inside):
            continue  # a press service that the directory knows by name, "users of Telegram"
        owner = _owner(scene, rest, start, end)
        if owner is not None:
            lo, hi = min(start, owner.start), max(end, owner.end)
            whole = replace(owner, start=lo, end=hi, written=scene.words(lo, hi, text))
            kept = [v for v in rest if v is not owner and (v.end <= lo or hi <= v.start)] + [whole]
        elif _holds(scene, PLATFORM, start, end) and not _is_owned(scene, start):
            kept = rest if _is_beside(scene, rest, start, end) else [*rest, _anybody(scene, start, end, text)]
    return sorted(kept, key=lambda v: v.start)


def is_of_medium(scene: Scene, hit: Hit) -> bool:
    """True for an adjective of a medium, where it is spelt like somebody: "the official account"."""
    after = scene.covers[hit.end] if hit.end < len(scene.covers) else set[str]()
    return VERIFIED in scene.covers[hit.start] and bool(after & {MEDIUM, PLATFORM})


def _media(scene: Scene) -> Iterator[tuple[int, int]]:
    """Where a medium is named: "official Twitter account", "Telegram-Kanal", "press service"."""
    i, size = 0, len(scene.covers)
    while i < size:
        j = i
        while j < size and scene.covers[j] & {MEDIUM, PLATFORM, VERIFIED}:
            j += 1
        if j > i and (_holds(scene, MEDIUM, i, j) or _holds(scene, PLATFORM, i, j)):
            yield i, j
        i = max(j, i + 1)


def _holds(scene: Scene, name: str, start: int, end: int) -> bool:
    return any(name in names for names in scene.covers[start:end])


def _owner(scene: Scene, voices: Sequence[Voice], start: int, end: int) -> Voice | None:
    """Whose medium it is: "the account of X", "X's channel"."""
    if not _holds(scene, MEDIUM, start, end):
        return None
    before = next((v for v in voices if v.end == start and not v.refers.startswith("pro.")), None)
    if before is not None and _is_owned(scene, start):
        return before
    after = next((v for v in voices if end <= v.start <= end + GAP and v.name), None)
    if after is None:
        return None
    between = scene.covers[end : after.start]
    led = any(names & (OWNED_BY - {"det"}) for names in between)
    led |= "genitive" in scene.pack.traits and not _is_placed(scene, start)
    return after if led and all(names & (OWNED_BY | {"skip"}) for names in between) else None


def _is_owned(scene: Scene, start: int) -> bool:
    return start > 0 and scene.sentence.tokens[start - 1].fold.endswith(POSSESSIVE)


def _is_beside(scene: Scene, voices: Sequence[Voice], start: int, end: int) -> bool:
    """True where a platform only tells where somebody speaks: "on Twitter", "the channel Belaruski Hajun"."""
    named = any(v.end == start or end <= v.start <= end + 1 for v in voices)
    return named or _is_placed(scene, start)


def _anybody(scene: Scene, start: int, end: int, text: str) -> Voice:
    """Whoever writes on a platform: nobody vouches for it."""
    return Voice("rumours", SpeakerKind.UNNAMED, "", start, end, scene.words(start, end, text))


def _is_placed(scene: Scene, start: int) -> bool:
    """True after a preposition: "on its page X said" names two things."""
    return any(
        n.startswith(("prep.", "pro.")) for names in scene.covers[max(0, start - 2) : start] for n in names
    )

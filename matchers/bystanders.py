"""Speakers whom a text only describes: "a driver from Ripky", "the teacher Larisa", «Naviny» in quote marks.

Gives them the words that describe them, or the name that follows. What they say is decided elsewhere.
"""

from collections.abc import Iterator

from matchers.romanise import romanised
from matchers.scene import Scene
from matchers.speakers import Voice
from matchers.subjects import nation_in
from store.values import SpeakerKind

REACH = 5
"""How many words may follow a noun that describes somebody: "a teacher from the village of …"."""

HUMAN = frozenset(
    {
        *("resident", "pensioner", "teacher", "doctor", "nurse", "driver", "farmer", "woman", "man"),
        *("prisoner", "deserter", "councillor", "railway worker"),
    }
)
"""The groups of which one member may be called by a name: "the doctor Anna"."""


def described(scene: Scene, start: int, end: int, text: str) -> Voice:
    """Somebody by the words that describe them, adjectives and what follows included."""
    while start and "adjectival" in scene.covers[start - 1] and scene.sentence.tokens[start - 1].is_word:
        start -= 1
    stop = _phrase_end(scene, end)
    name = _name_in(scene, end, stop)
    if name is not None:
        return somebody(scene, start, *name, text)
    written = scene.words(start, stop, text)
    return Voice(written, SpeakerKind.UNNAMED, "", start, stop, written, titled=True)


def somebody(scene: Scene, start: int, lo: int, hi: int, text: str) -> Voice:
    """The person whose name stands at the tokens `lo` to `hi`, described from `start` on."""
    name = romanised(scene.words(lo, hi, text), scene)
    return Voice(name, SpeakerKind.PERSON, "", start, hi, scene.words(start, hi, text))


def name_after(scene: Scene, end: int) -> tuple[int, int] | None:
    """Where the name stands that follows a noun and the place it belongs to: "resident of Bucha Olha"."""
    return _name_in(scene, end, _phrase_end(scene, end))


def _phrase_end(scene: Scene, end: int) -> int:
    """Where the words end that belong to a noun: places, genitives, "from …", a name."""
    i, last = end, min(len(scene.covers), end + REACH)
    while i < last and scene.sentence.tokens[i].is_word and not _closes(scene, i):
        i += 1
    while i > end and any(n.startswith("prep.") for n in scene.covers[i - 1]):
        i -= 1
    return i


def _closes(scene: Scene, i: int) -> bool:
    names = scene.covers[i]
    if any(n.startswith(("rep.", "deny", "cl.", "neg", "weekdays.", "pro.", "who.", "time.")) for n in names):
        return True
    if names & {"aux", "adverb", "noevidence", "conj", "dat"}:
        return True
    return any(n.startswith("prep.") for n in names) and not names & {"prep.from", "prep.in"}


def _name_in(scene: Scene, lo: int, hi: int) -> tuple[int, int] | None:
    """The unknown capitalised words that end the stretch."""
    at = hi
    while at > lo and _is_name(scene, at - 1):
        at -= 1
    after_preposition = at > lo and any(n.startswith("prep.") for n in scene.covers[at - 1])
    return (at, hi) if at < hi and not after_preposition and not _belongs(scene, at, hi) else None


def _is_name(scene: Scene, i: int) -> bool:
    token = scene.sentence.tokens[i]
    return token.is_capital and len(token.text) > 1 and not token.text.isupper() and not scene.covers[i]


def _belongs(scene: Scene, lo: int, hi: int) -> bool:
    """True for one capitalised word after "village" and the like: as often a place as somebody."""
    return hi - lo == 1 and lo > 0 and "area" in scene.covers[lo - 1]


def quoted_bodies(scene: Scene, text: str) -> Iterator[Voice]:
    """Bodies that only quote marks name: in «Rosatom» they said, the project «Oko» told."""
    tokens, covers = scene.sentence.tokens, scene.covers
    marks = sorted(scene.thin)
    for opened, closed in zip(marks[::2], marks[1::2], strict=False):
        inner = range(opened + 1, closed)
        known = any(n.startswith(("who.", "missile", "nat.")) for i in inner for n in covers[i])
        if not tokens[opened + 1].is_capital or known:
            continue
        start = opened
        noun = opened > 0 and "pro.body" in covers[opened - 1]
        if noun:
            start = opened - 1
        told = "dat" in covers[closed - 1]  # "they told «Naviny»"
        if noun or (not told and _speaks(scene, start, closed + 1)):
            written = scene.words(opened + 1, closed, text)
            yield Voice(romanised(written, scene), SpeakerKind.BODY, "", start, closed + 1, written)


def organs(scene: Scene, text: str) -> Iterator[Voice]:
    """Bodies of a body or a land: "the commission of the UN", "the embassy of Belarus in Latvia"."""
    tokens, covers = scene.sentence.tokens, scene.covers
    for hit in scene.of("organ"):
        end = hit.end
        while end < len(tokens) and end - hit.end < REACH and tokens[end].is_word:
            if _closes(scene, end) and not any(n.startswith("who.") for n in covers[end]):
                break
            end += 1
        while end > hit.end and not tokens[end - 1].is_capital:
            end -= 1
        start = hit.start
        while start and tokens[start - 1].is_word and "adjectival" in covers[start - 1]:
            start -= 1
        if end > hit.end or start < hit.start:
            written = scene.words(start, end, text)
            yield Voice(written, SpeakerKind.BODY, nation_in(scene, start, end), start, end, written)


def _speaks(scene: Scene, start: int, end: int) -> bool:
    """True where a verb of saying stands right beside the tokens `start` to `end`."""
    covers = scene.covers
    after = end
    while after < len(covers) and covers[after] & {"aux", "adverb", "att.anaphor"} and after - end < 3:
        after += 1
    before = start - 1
    if before >= 0 and "prep.in" in covers[before]:
        before -= 1
    sides = [covers[i] for i in (after, before) if 0 <= i < len(covers)]
    return any(n.startswith(("rep.", "deny")) for names in sides for n in names)

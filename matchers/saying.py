"""What is said and how far it reaches: one saying, and the stretch of a sentence that it covers.

Knows punctuation and clause words, not who speaks; the frames that find a speaker are in `attribution`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from matchers.scene import Scene
from matchers.speakers import Voice
from matchers.text import CLOSING, DASHES
from store.values import SpeakerKind


@dataclass(frozen=True, slots=True)
class Saying:
    """`voice` says the tokens `lo` to `hi`, by the cue at `start` to `end`. `form` tells the frame.

    `joint` are those who say it too.
    `kind` is deny, notdeny ("did not rule out"), confirm, ask, warn, believe, claim or say.
    """

    kind: str
    voice: Voice | None
    start: int
    end: int
    lo: int
    hi: int
    form: str
    joint: tuple[Voice, ...] = ()

    def covers(self, lo: int, hi: int) -> bool:
        """True where the larger part of the tokens `lo` to `hi` is said here."""
        both = min(hi, self.hi) - max(lo, self.lo)
        return both > 0 and both * 2 >= hi - lo

    def reports(self, other: "Saying") -> bool:
        """True where the other's voice is only quoted here: "officials said Washington sees no sign"."""
        return self.voice is not None and other.voice is not None and self.covers(other.left, other.right)

    @property
    def left(self) -> int:
        """Where cue and voice begin."""
        return min(self.start, self.voice.start) if self.voice else self.start

    @property
    def right(self) -> int:
        """Where cue and voice end."""
        return max(self.end, self.voice.end) if self.voice else self.end


def is_tail(scene: Scene, left: int, right: int = 0) -> bool:
    """True where cue and voice follow what they report: after a comma, dash or closing quote.

    Where they end their clause at `right`, "with regret" or "in an interview" may stand before them.
    """
    tokens = scene.sentence.tokens
    lo, _ = segment(scene, left)
    if left - lo < 2:
        return False
    if _follows_quotation(scene, left):
        return True
    for i in range(left - 1, max(lo, left - 7), -1):
        if scene.is_break(i):
            return tokens[i].text in CLOSING + ",?!" or tokens[i].text in DASHES
        opens = any(n.startswith(("prep.", "cl.comp", "cl.rel", "cl.cause")) for n in scene.covers[i])
        ends = (
            "free_order" in scene.pack.traits
            and i + 2 <= left <= i + 3
            and 0 < right < len(tokens)
            and not tokens[right].is_word
        )
        opens = opens and not (ends and i in scene.preps)
        points = i == left - 1 and "att.anaphor" in scene.covers[i]  # "…, das betont X"
        if (opens and not points) or scene.has_verb(i, i + 1):
            return False
    return False


def _follows_quotation(scene: Scene, left: int) -> bool:
    """True shortly after a closing quote and a dash: «…», — such a report published X."""
    tokens = scene.sentence.tokens
    for i in range(left - 1, max(1, left - 8), -1):
        if tokens[i].text in DASHES:
            before = tokens[i - 1].text + tokens[i - 2].text
            return any(mark in CLOSING for mark in before) and (i - 1) not in scene.thin
        if scene.is_break(i) and not (tokens[i].text == ":" and tokens[i - 1].text.isdigit()):
            return False
    return False


def segment(scene: Scene, at: int) -> tuple[int, int]:
    """The stretch between strong breaks around token `at`: semicolons, and "but" after a comma."""
    cuts = strong_cuts(scene)
    lo = max((c for c in cuts if c <= at), default=0)
    hi = min((c for c in cuts if c > at), default=len(scene.sentence.tokens))
    return lo, hi


def told_on(scene: Scene, cut: int) -> int:
    """Where what is said ends: past "but" and "and" clauses that name no speaker of their own."""
    cuts = [*strong_cuts(scene), len(scene.sentence.tokens)]
    while cut < len(scene.sentence.tokens) and scene.sentence.tokens[cut - 1].text != ";":
        end = min(c for c in cuts if c > cut)
        if any(
            n.startswith(("rep.", "att.according")) or n == "deny"
            for names in scene.covers[cut:end]
            for n in names
        ):
            break
        cut = end
    return cut


def widened(scene: Scene, lo: int) -> int:
    """Where a tail begins to cover: all clauses before it, back to one with a speaker's verb of its own."""
    for cut in reversed([c for c in strong_cuts(scene) if c < lo]):
        own = any(n.startswith("rep.") or n == "deny" for names in scene.covers[cut:lo] for n in names)
        if own:
            return lo
        lo = cut
    return lo


def strong_cuts(scene: Scene) -> list[int]:
    """Where a new stretch of saying can begin: after semicolons, at "but" after a comma."""
    tokens = scene.sentence.tokens
    cuts = [0, *(i + 1 for i, t in enumerate(tokens) if t.text == ";")]
    cuts += [
        h.start
        for h in scene.of("cl.coord")
        if h.start > 3 and not tokens[h.start - 1].is_word and not _corrects(scene, h.start)
    ]
    return cuts


def _corrects(scene: Scene, at: int) -> bool:
    """True for "not from there, but from here", said in one breath: no verb of saying after the "but"."""
    denied = any("neg" in scene.covers[i] for i in range(max(0, at - 7), at))
    after = scene.covers[at : at + 6]
    told = any(n.startswith("rep.") or n == "deny" for names in after for n in names)
    return "but" in scene.covers[at] and denied and not told


def said_after(scene: Scene, at: int) -> tuple[int, int]:
    """What follows a cue and its voice, to the next strong break."""
    return at, segment(scene, at)[1]


def by_rank(sayings: Iterable[Saying]) -> list[Saying]:
    """Who says something, before those according to whom it is said: "that X told, the media report"."""
    return sorted(sayings, key=lambda s: s.form in ("according", "cited"))


def resolved(saying: Saying, voice: Voice) -> Saying:
    """The saying with its pronoun or title replaced by the voice that it refers to."""
    own = saying.voice
    if own is None:
        return replace(saying, voice=voice)
    return replace(
        saying, voice=replace(voice, start=own.start, end=own.end, written=own.written or voice.written)
    )


def as_written(voice: Voice) -> Voice | None:
    """A title or an office that refers to nobody named, as somebody by that title."""
    if not voice.refers.startswith(("title", "office.", "pro.it")) or not voice.written:
        return None
    kind = SpeakerKind.UNNAMED if voice.refers == "title" else voice.kind
    return replace(voice, name=voice.written, kind=kind, refers="")


def press() -> Voice:
    """The voice of the outlet itself."""
    return Voice("(outlet)", SpeakerKind.PRESS, "", 0, 0, "")

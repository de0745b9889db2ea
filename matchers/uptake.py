"""Sentences that only tell whose word stands before them: "such a figure gives X", "so X put it".

Knows the words that point back (`att.next`) and the verbs that hand over what is said (`att.gives`); which
statement is meant is decided where statements are made.
"""

from collections.abc import Iterator, Sequence

from matchers.lexicon import Hit
from matchers.saying import Saying, segment
from matchers.scene import Scene
from matchers.speakers import Voice
from matchers.telling import governed
from matchers.text import CLOSING, DASHES

FORM = "uptake"
"""The form of a saying whose words stand before it."""

LONGEST = 4
"""The most words of "such a figure", adjectives included."""

_OTHER = ("cl.", "deny", "neg", "false", "unconfirmed", "att.same")
"""What tells that a clause says something of its own, or judges what it points at."""


def uptakes(scene: Scene, voices: Sequence[Voice]) -> Iterator[Saying]:
    """The clauses that hand over to somebody what stands before them, as sayings of theirs."""
    for opener in scene.of("att.next"):
        lo = opener.start
        if lo and "att.about" in scene.covers[lo - 1]:
            lo -= 1  # "with such a statement", "of this call"
        if opener.end - opener.start > LONGEST or not _opens(scene, lo):
            continue
        hi = _clause_end(scene, opener.end)
        if any(n.startswith(_OTHER) for i in range(opener.end, hi) for n in scene.covers[i]):
            continue
        voice = _giver(scene, opener, hi, voices)
        if voice is not None:
            before = segment(scene, lo - 1)[0] if lo else 0
            yield Saying("say", voice, lo, opener.end, before, lo, FORM)
            return


def _opens(scene: Scene, at: int) -> bool:
    """True where a sentence begins, or a clause after a dash, a colon or a closed quotation."""
    tokens = scene.sentence.tokens
    if at == 0 or (at == 1 and "conj" in scene.covers[0]):
        return True
    before = tokens[at - 1].text
    return before in DASHES or before == ":" or before == ";" or (before == "," and _quotes(scene, at - 2))


def _quotes(scene: Scene, at: int) -> bool:
    return at > 0 and scene.sentence.tokens[at].text in CLOSING and at not in scene.thin


def _clause_end(scene: Scene, at: int) -> int:
    """Where the clause ends: at a mark that sets off neither an apposition nor a name in quotes."""
    tokens = scene.sentence.tokens
    return next(
        (i for i in range(at, len(tokens)) if scene.is_break(i) and tokens[i].text != ","), len(tokens)
    )


def _giver(scene: Scene, opener: Hit, hi: int, voices: Sequence[Voice]) -> Voice | None:
    """Whose word it is: the subject of a verb of giving; or who owns the noun, "such is the answer of X"."""
    inside = [v for v in voices if opener.end <= v.start < v.end <= hi and not v.refers.startswith("pro.")]
    if "att.such" in scene.covers[opener.start] and any(v.start == opener.end for v in inside):
        return inside[0]
    so = "att.so" in scene.covers[opener.start]
    if "att.counts" in scene.covers[opener.end - 1] and _goes_on(scene, opener.end, voices):
        return None  # "such a number of refugees": it is another thing that is counted
    if so and not scene.sentence.tokens[min(opener.end, hi - 1)].is_word:
        return None  # "So, for one, X described …" gives an example
    verbs = [h for h in scene.of("att.gives", *(() if so else _SAYS)) if opener.end <= h.start < hi]
    if not verbs or any(_judges(scene, h, inside, hi) for h in verbs):
        return None
    free = [v for v in inside if not v.channel and not governed(scene, v)]
    return free[-1] if len(free) == 1 else next((v for v in free if v.is_person), None)


def _judges(scene: Scene, verb: Hit, voices: Sequence[Voice], hi: int) -> bool:
    """True in "called these words strange": an instrumental that belongs to nobody tells what they are."""
    named = {i for v in voices for i in range(v.start - 1, v.end)}
    after = (i for i in range(verb.end, hi) if i not in named and scene.preps.get(i - 1) is None)
    return "evaluates" in scene.covers[verb.start] and any("instr" in scene.covers[i] for i in after)


def _goes_on(scene: Scene, at: int, voices: Sequence[Voice]) -> bool:
    """True where a noun that is nobody's name follows, and belongs to the one before it."""
    names = scene.covers[at] if at < len(scene.covers) else set()
    told = any(n.startswith(("rep.", "att.", "prep.", "time.", "weekdays.", "qual.", "pro.")) for n in names)
    return not (told or names & {"adverb", "aux", "skip", "title"} or any(v.start == at for v in voices))


_SAYS = ("rep.say", "rep.confirm", "rep.claim", "rep.warn")

"""When something was said and when it happened, as far as the sentence tells.

Reads the dates that a pack names (weekdays, months, "yesterday", "three years ago") against the day of
publication. A date beside the speaker's verb dates the saying, one inside what is said dates the event. It
never guesses a day from the article's place in the news.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from matchers.days import DAY, MONTH, When, whens
from matchers.found import Found
from matchers.line import Line
from matchers.mentions import Mention
from matchers.saying import Saying
from matchers.scene import Scene
from matchers.speakers import Voice
from store.values import Basis, SpeakerKind

FRAME_REACH = 7
"""How many words a date may stand from the verb or the speaker that it dates."""

RECENT_DAYS = 4
"""A dated event at most so old is news; the outlet's own word for it is no background."""


class Dating:
    """Dates the statements of one article against its day of publication."""

    def __init__(self, lines: Sequence[Line], published: date | None) -> None:
        self._published = published
        self._found: dict[int, list[When]] = {}
        self._lines = lines

    def freshest(self, one: Found) -> Found:
        """The sentence of a voice's newest words: the clearest one, unless it tells only of old ones."""
        alike = (
            o for o in one.others if o.judgement.about is one.judgement.about and o.headline is one.headline
        )
        return next((o for o in (one, *alike) if self.said(o)[1] is not Basis.BACKGROUND), one)

    def said(self, one: Found) -> tuple[date | None, Basis]:
        """The day something was said, and what that rests on."""
        base = self._published
        if base is None:
            return None, Basis.BACKGROUND
        for number, saying in self._told(one):
            frame = self._lines[number]
            mention = one.mention if number == one.line else None
            when = _beside(self._whens(number), frame.scene, saying, mention)
            if when is not None:
                # A month or a year is no day: it tells that the saying is old, not where it stands in order.
                return min(when.day, base), Basis.STATED if when.unit == DAY else Basis.BACKGROUND
            if _is_background(frame.scene, saying):
                return base, Basis.BACKGROUND
        if one.voice.kind is SpeakerKind.PRESS:
            return base, self._of_press(one.line)
        return base, Basis.PUBLISHED

    def event(self, one: Found) -> date | None:
        """The day of the event that a statement is about, where its sentence gives one."""
        if self._published is None:
            return None
        line, saying = self._lines[one.line], _saying(self._lines[one.line], one.voice)
        whens = self._whens(one.line)
        beside = _beside(whens, line.scene, saying, one.mention) if saying is not None else None
        inside = [w for w in whens if w is not beside and w.unit in (DAY, MONTH)]
        if not inside:
            return beside.day if beside is not None and beside.unit == DAY else None
        return inside[0].day

    def _told(self, one: Found) -> Iterator[tuple[int, Saying]]:
        """The sayings that may date a statement: its sentence's, else the next one's; then those before it.

        Who goes on speaking in the same paragraph still speaks on the same day.
        """
        own = _saying(self._lines[one.line], one.voice)
        if own is not None:
            yield one.line, own
        elif self._goes_on(one.line, one.line + 1):
            after = _saying(self._lines[one.line + 1], one.voice)
            if after is not None:
                yield one.line + 1, after
        for number in range(one.line - 1, -1, -1):
            line = self._lines[number]
            said = _saying(line, one.voice)
            if said is not None and self._goes_on(number, one.line):
                yield number, said
            elif line.speaker is None or line.speaker.name != one.voice.name:
                return

    def _goes_on(self, number: int, other: int) -> bool:
        """True where two lines stand in one paragraph of the text."""
        if not 0 <= other < len(self._lines):
            return False
        one, two = self._lines[number].scene, self._lines[other].scene
        same = one.sentence.paragraph == two.sentence.paragraph
        return same and one.place == two.place == "text"

    def _of_press(self, number: int) -> Basis:
        """What the day of the outlet's own word rests on: its title and its lead are news."""
        line, base = self._lines[number], self._published or date.min
        if line.scene.has("background", "time.vague"):
            return Basis.BACKGROUND
        fresh = any(w.unit == DAY and (base - w.day).days <= RECENT_DAYS for w in self._whens(number))
        return Basis.PUBLISHED if fresh or _is_lead(line) else Basis.BACKGROUND

    def _whens(self, number: int) -> list[When]:
        if number not in self._found:
            base = self._published or date.min
            self._found[number] = list(whens(self._lines[number].scene, base))
        return self._found[number]


def _saying(line: Line, voice: Voice) -> Saying | None:
    named = [s for s in line.sayings if s.voice is not None and s.voice.name == voice.name]
    return named[-1] if named else None


def _beside(found: Sequence[When], scene: Scene, saying: Saying, mention: Mention | None) -> When | None:
    """The date nearest to the frame of the saying and outside what is said."""
    outside = [w for w in found if mention is None or not (mention.lo <= w.start < mention.hi)]
    if mention is None or mention.lo < saying.right:
        outside = [w for w in outside if not _is_said(scene, saying, w.start)]
    else:  # "In February, X had said that …": what is said follows
        outside = [w for w in outside if w.start < saying.right or not _is_said(scene, saying, w.start)]
    near = [(_distance(w.start, w.end, saying), w) for w in outside]
    near = [(d, w) for d, w in near if d <= FRAME_REACH or w.start <= 2]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _distance(start: int, end: int, saying: Saying) -> int:
    return max(0, start - saying.right, saying.left - end)


def _is_said(scene: Scene, saying: Saying, at: int) -> bool:
    """True for a word of what is reported, where it is parted from the verb and the speaker."""
    if not saying.lo <= at < saying.hi or saying.left <= at < saying.right:
        return False
    between = range(at, saying.left) if at < saying.left else range(saying.right, at)
    return any(scene.is_break(i) or "cl.complement" in scene.covers[i] for i in between)


def _is_background(scene: Scene, saying: Saying) -> bool:
    """True where the frame of a saying tells that it is an old one: "earlier", "early in the war"."""
    marks = [m for m in scene.of("background", "time.vague") if not _is_said(scene, saying, m.start)]
    return any(_distance(m.start, m.end, saying) <= 4 for m in marks)


def _is_lead(line: Line) -> bool:
    return line.scene.place == "title" or line.scene.sentence.paragraph == 0

"""When something was said and when it happened, as far as the sentence tells.

Reads the dates that a pack names (weekdays, months, "yesterday", "three years ago") against the day of
publication. A date beside the speaker's verb dates the saying, one inside what is said dates the event. It
never guesses a day from the article's place in the news.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matchers.found import Found
from matchers.line import Line
from matchers.saying import Saying
from matchers.scene import Scene
from store.values import Basis, SpeakerKind

DAY, WEEK, MONTH, YEAR = "day", "week", "month", "year"
FRAME_REACH = 7
"""How many words a date may stand from the verb or the speaker that it dates."""

RECENT_DAYS = 4
"""A dated event at most so old is news; the outlet's own word for it is no background."""

_NUMERIC = re.compile(r"^(\d{1,2})$")
_YEAR = re.compile(r"^(19|20)\d\d$")
_LENGTH = {DAY: 1, WEEK: 7, MONTH: 30, YEAR: 365}


@dataclass(frozen=True, slots=True)
class When:
    """A date that the tokens `start` to `end` give, as precise as `unit`."""

    day: date
    unit: str
    start: int
    end: int


class Dating:
    """Dates the statements of one article against its day of publication."""

    def __init__(self, lines: Sequence[Line], published: date | None) -> None:
        self._published = published
        self._found: dict[int, list[When]] = {}
        self._lines = lines

    def said(self, one: Found) -> tuple[date | None, Basis]:
        """The day something was said, and what that rests on."""
        line, base = self._lines[one.line], self._published
        if base is None:
            return None, Basis.BACKGROUND
        saying = _saying(line, one)
        whens = self._whens(one.line)
        when = _beside(whens, saying, one) if saying is not None else None
        if when is not None:
            # A month or a year is no day: it tells that the saying is old, not where it stands in order.
            return min(when.day, base), Basis.STATED if when.unit == DAY else Basis.BACKGROUND
        if _is_background(line, one, saying):
            return base, Basis.BACKGROUND
        if one.voice.kind is SpeakerKind.PRESS and not _is_lead(line):
            fresh = any(w.unit == DAY and (base - w.day).days <= RECENT_DAYS for w in whens)
            return base, Basis.PUBLISHED if fresh else Basis.BACKGROUND
        return base, Basis.PUBLISHED

    def event(self, one: Found) -> date | None:
        """The day of the event that a statement is about, where its sentence gives one."""
        if self._published is None:
            return None
        saying = _saying(self._lines[one.line], one)
        whens = self._whens(one.line)
        beside = _beside(whens, saying, one) if saying is not None else None
        inside = [w for w in whens if w is not beside and w.unit in (DAY, MONTH)]
        if not inside:
            return beside.day if beside is not None and beside.unit == DAY else None
        return inside[0].day

    def _whens(self, number: int) -> list[When]:
        if number not in self._found:
            base = self._published or date.min
            self._found[number] = list(whens(self._lines[number].scene, base))
        return self._found[number]


def _saying(line: Line, one: Found) -> Saying | None:
    named = [s for s in line.sayings if s.voice is not None and s.voice.name == one.voice.name]
    return named[-1] if named else None


def _beside(found: Sequence[When], saying: Saying | None, one: Found) -> When | None:
    """The date nearest to the frame of the saying and outside what is said."""
    if saying is None:
        return None
    outside = [w for w in found if one.mention is None or not (one.mention.lo <= w.start < one.mention.hi)]
    near = [(_distance(w, saying), w) for w in outside]
    near = [(d, w) for d, w in near if d <= FRAME_REACH or w.start <= 2]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _distance(when: When, saying: Saying) -> int:
    return max(0, when.start - saying.right, saying.left - when.end)


def _is_background(line: Line, one: Found, saying: Saying | None) -> bool:
    if not line.scene.has("background", "time.vague"):
        return False
    marks = line.scene.of("background", "time.vague")
    return saying is None or any(max(0, m.start - saying.right, saying.left - m.end) <= 4 for m in marks)


def _is_lead(line: Line) -> bool:
    return line.scene.place == "title" or line.scene.sentence.paragraph == 0


def whens(scene: Scene, base: date) -> Iterator[When]:
    """The dates of a sentence, each as the latest day not after `base` that fits."""
    yield from _months(scene, base)
    yield from _weekdays(scene, base)
    for name, days in (("time.yesterday", 1), ("time.today", 0)):
        for hit in scene.of(name):
            yield When(base - timedelta(days=days), DAY, hit.start, hit.end)
    yield from _ago(scene, base)
    yield from _years(scene, base)


def _months(scene: Scene, base: date) -> Iterator[When]:
    tokens = scene.sentence.tokens
    for month in range(1, 13):
        for hit in scene.of(f"months.{month}"):
            if not (
                tokens[hit.start].is_capital
                or (hit.start and _NUMERIC.match(tokens[hit.start - 1].text))
                or "small_months" in scene.pack.traits
            ):
                continue
            before = [i for i in (hit.start - 1, hit.start - 2) if i >= 0]
            after = [
                i
                for i in (hit.end, hit.end + 1)
                if i < len(tokens) and not (i > hit.end and tokens[i - 1].text not in ".")
            ]
            day_at = next((i for i in (*before, *after) if _day_number(tokens[i].text)), None)
            year_at = next(
                (i for i in range(hit.end, min(hit.end + 4, len(tokens))) if _YEAR.match(tokens[i].text)),
                None,
            )
            day = int(re.sub(r"\D", "", tokens[day_at].text)) if day_at is not None else 0
            year = int(tokens[year_at].text) if year_at is not None else None
            found = _dated(year, month, day, base)
            if found is not None:
                spots = [hit.start, hit.end - 1, *(i for i in (day_at, year_at) if i is not None)]
                yield When(found, DAY if day else MONTH, min(spots), max(spots) + 1)


def _day_number(text: str) -> bool:
    match = re.match(r"^(\d{1,2})(st|nd|rd|th|-?го|-?га|-?е)?$", text)
    return bool(match) and 1 <= int(match.group(1)) <= 31 if match else False


def _dated(year: int | None, month: int, day: int, base: date) -> date | None:
    for one in (year,) if year is not None else (base.year, base.year - 1):
        try:
            found = date(one, month, day or 1)
        except ValueError:
            return None
        if year is not None or found <= base + timedelta(days=1):
            return found
    return None


def _weekdays(scene: Scene, base: date) -> Iterator[When]:
    for number in range(7):
        for hit in scene.of(f"weekdays.{number + 1}"):
            yield When(base - timedelta(days=(base.weekday() - number) % 7), DAY, hit.start, hit.end)


def _ago(scene: Scene, base: date) -> Iterator[When]:
    """ "Three days ago", "last week"."""
    tokens = scene.sentence.tokens
    for unit, length in _LENGTH.items():
        for hit in scene.of(f"unit.{unit}"):
            near = range(max(0, hit.start - 3), min(len(tokens), hit.end + 2))
            number = next((int(tokens[i].text) for i in near if _NUMERIC.match(tokens[i].text)), None)
            number = number or next(
                (n for n in range(1, 13) if any(h.start in near for h in scene.of(f"number.{n}"))), None
            )
            if any(hit.end <= a.start <= hit.end + 1 or a.end == hit.start for a in scene.of("time.ago")):
                yield When(base - timedelta(days=length * (number or 1)), unit, hit.start, hit.end)
            elif any(
                hit.start - 2 <= a.start < hit.start or a.start == hit.end for a in scene.of("time.last")
            ):
                yield When(_back(base, unit), unit, hit.start, hit.end)


def _back(base: date, unit: str) -> date:
    if unit == MONTH:
        first = base.replace(day=1) - timedelta(days=1)
        return first.replace(day=min(base.day, monthrange(first.year, first.month)[1]))
    return base - timedelta(days=_LENGTH[unit])


def _years(scene: Scene, base: date) -> Iterator[When]:
    for i, token in enumerate(scene.sentence.tokens):
        beside = any(n.startswith(("prep.in", "time.")) for n in (scene.covers[i - 1] if i else ()))
        if _YEAR.match(token.text) and beside and int(token.text) < base.year:
            yield When(date(int(token.text), 1, 1), YEAR, i, i + 1)

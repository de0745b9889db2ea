"""The days that a sentence names: weekdays, months, "yesterday", "three years ago", read against a base day.

A date that only begins a span ("since the end of August") is none: nothing happened or was said then.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from matchers.scene import Scene

DAY, WEEK, MONTH, YEAR = "day", "week", "month", "year"
SINCE_REACH = 2
"""How many words may stand between "since" and its date: an article, "the end of"."""

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


def whens(scene: Scene, base: date) -> Iterator[When]:
    """The dates of a sentence, each as the latest day not after `base` that fits; none that begins a span."""
    since = {i for h in scene.of("time.since") for i in range(h.start, h.end + SINCE_REACH)}
    yield from (when for when in _named(scene, base) if when.start not in since)


def _named(scene: Scene, base: date) -> Iterator[When]:
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

"""Decides whether a statement changes the ledger, and where a voice stands: pure, said days decide.

It reads no database and sends nothing. `standing` folds all that a voice said into its position, in a total
order that does not depend on the order of arrival; `judge` says what one newly found statement adds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from store.values import OUTLET, PRESS, Basis, Novelty, Stance

FIRM = frozenset({Stance.CONFIRM, Stance.DENY})
RINGING = frozenset({Novelty.FIRST, Novelty.REVERSAL, Novelty.NEW_EVENT, Novelty.RENEWED, Novelty.CONFLICT})


@dataclass(frozen=True, slots=True)
class Rules:
    """`renew_after`: when the same words count as said again. `max_age`: what is too old to ring.

    `grace`: a day taken from a publication date alone is the day of another report that came out less than
    this before it. Outlets tell at night what was said in the evening, and it was said once.
    """

    renew_after: timedelta = timedelta(days=1)
    max_age: timedelta = timedelta(days=7)
    grace: timedelta = timedelta(hours=18)


@dataclass(frozen=True, slots=True)
class Said:
    """One firm statement of one voice on one (claim, about), as the rule sees it."""

    id: int
    stance: Stance
    day: date | None
    fetched: datetime
    published: datetime | None = None
    basis: Basis = Basis.STATED
    event: date | None = None
    story: int | None = None
    press: bool = False
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a voice stands. `episode` counts the changes of its said days so far."""

    stance: Stance
    since: date
    last_said: date
    statement_id: int
    last_event: date | None = None
    disputed: bool = False
    episode: int = 1


@dataclass(frozen=True, slots=True)
class Judgement:
    """`repeats` is the known statement that this one reports again. `late`: the voice has moved on since.

    `twin` is the known statement about the claim's other side that was said in the same breath.
    """

    novelty: Novelty
    repeats: int | None = None
    late: bool = False
    before: Standing | None = None
    twin: int | None = None

    @property
    def rings(self) -> bool:
        return self.novelty in RINGING


def voice_name(speaker: str) -> str:
    """The ledger's name of a speaker: all outlets' own voices are one, the press."""
    return PRESS if speaker == OUTLET else speaker


def weighs(said: Said, rules: Rules) -> bool:
    """True where it may move a position: firm, dated, no background; of the press, the lead alone."""
    if said.day is None or said.basis is Basis.BACKGROUND or said.stance not in FIRM:
        return False
    if not said.press:
        return True
    return said.lead and (said.event is None or said.day - said.event <= rules.max_age)


def standing(known: Iterable[Said], rules: Rules) -> Standing | None:
    """The position of a voice: all its statements folded, oldest said day first."""
    position: Standing | None = None
    for _, same_day in groupby(_timeline(known, rules), key=_day):
        position = _after(position, list(same_day), rules)
    return position


def judge(
    new: Said,
    known: Iterable[Said],
    *,
    rules: Rules,
    now: datetime,
    recurring: bool = False,
    beside: Iterable[Said] = (),
) -> Judgement:
    """What `new` adds to `known`, the other statements of its voice on the same (claim, about).

    `beside` is what other pages know the voice to have said of the claim's other side (intent beside
    occurrence): one utterance may take the same stance on both, and outlets quote the one or the other.
    """
    others = [said for said in known if said.id != new.id]
    timeline = _timeline([*others, new], rules)
    at = next((said for said in timeline if said.id == new.id), None)
    if at is None or now - _midnight(_day(at)) >= rules.max_age + timedelta(days=1):
        return Judgement(Novelty.OLD)
    rest = [said for said in timeline if said.id != new.id]
    earlier = [said for said in rest if _day(said) < _day(at)]
    later = [said for said in rest if _day(said) > _day(at)]
    before = standing(earlier, rules)
    new_event = recurring and _is_new_event(at, rest)
    same = _same_utterance(at, rest, rules)
    if same is not None and not new_event:
        return Judgement(Novelty.REPEAT, repeats=same.id, before=before)
    if any(_day(said) == _day(at) and said.stance != at.stance for said in rest):
        return Judgement(Novelty.CONFLICT, before=before)
    if new_event:
        return Judgement(Novelty.NEW_EVENT, before=before, late=bool(later))
    if later:
        return _judge_late(at, before, later)
    moved = _moved(at, before)
    twin = _same_utterance(at, _timeline(beside, rules), rules)
    if moved is Novelty.RENEWED and twin is not None:
        return Judgement(Novelty.REPEAT, repeats=twin.id, before=before, twin=twin.id)
    return Judgement(moved, before=before, twin=twin.id if twin is not None else None)


def same_utterance(one: Said, other: Said, rules: Rules) -> bool:
    """True where two statements of one voice report the same words: copies, or said on one day."""
    if one.stance is not other.stance:
        return False
    if one.story is not None and one.story == other.story:
        return True
    if one.day is None or other.day is None:
        return False
    return _is_same(one, other, rules) or _is_same(other, one, rules)


def _judge_late(new: Said, before: Standing | None, later: Sequence[Said]) -> Judgement:
    """An older utterance that became known only now tells something where the voice has since turned."""
    if later[0].stance == new.stance:
        return Judgement(Novelty.REPEAT, repeats=later[0].id, before=before, late=True)
    if before is None:
        return Judgement(Novelty.FIRST, late=True)
    if before.stance == new.stance:
        return Judgement(Novelty.REPEAT, repeats=before.statement_id, before=before, late=True)
    return Judgement(Novelty.CONFLICT, before=before, late=True)


def _moved(new: Said, before: Standing | None) -> Novelty:
    if before is None:
        return Novelty.FIRST
    return Novelty.RENEWED if before.stance == new.stance else Novelty.REVERSAL


def _after(before: Standing | None, same_day: Sequence[Said], rules: Rules) -> Standing:
    """A position after one more day on which its voice spoke; the day's last word stands."""
    last = same_day[-1]
    day, both = _day(last), len({said.stance for said in same_day}) > 1
    events = [said.event for said in same_day if said.event is not None]
    if before is None:
        return Standing(last.stance, day, day, last.id, max(events, default=None), both, 1 + both)
    if before.last_event is not None:
        events.append(before.last_event)
    turned = last.stance != before.stance
    renewed = (day - before.last_said) >= rules.renew_after
    return Standing(
        stance=last.stance,
        since=day if turned else before.since,
        last_said=day,
        statement_id=last.id,
        last_event=max(events, default=None),
        disputed=both,
        episode=before.episode + (turned or both or renewed),
    )


def _same_utterance(new: Said, rest: Iterable[Said], rules: Rules) -> Said | None:
    """The nearest known report of the same words, if any."""
    reports = [said for said in rest if said.stance == new.stance and _is_same(said, new, rules)]
    return min(reports, key=lambda said: (abs(_day(said) - _day(new)), *_order(said)), default=None)


def _is_same(known: Said, new: Said, rules: Rules) -> bool:
    if abs(_day(known) - _day(new)) < rules.renew_after:
        return True
    if new.basis is not Basis.PUBLISHED or new.published is None or known.published is None:
        return False
    return timedelta() <= new.published - known.published < rules.grace


def _is_new_event(new: Said, rest: Iterable[Said]) -> bool:
    """Days of one event differ by one between reports ("overnight"); more than that is another event."""
    events = [said.event for said in rest if said.event is not None and said.stance == new.stance]
    if new.event is None or not events:
        return False
    gap = timedelta(days=1)
    later_said = any(_day(said) == _day(new) for said in rest)
    return new.event - max(events) > (gap if later_said else timedelta())


def _timeline(known: Iterable[Said], rules: Rules) -> list[Said]:
    """What weighs, in the total order: said day, published, stance, fetched, id.

    Copies of one story that name no day were said on the day of the first copy; what an article says in
    passing was said when the voice last said so.
    """
    weighty = [_not_ahead(said) for said in known if weighs(said, rules)]
    first: dict[tuple[int, Stance], date] = {}
    for said in weighty:
        if said.story is not None and said.basis is Basis.PUBLISHED:
            key = (said.story, said.stance)
            first[key] = min(_day(said), first.get(key, _day(said)))
    ordered = sorted((_on_first_day(said, first) for said in weighty), key=_order)
    return sorted(_passing_dated(ordered, rules), key=_order)


def _passing_dated(ordered: Iterable[Said], rules: Rules) -> Iterator[Said]:
    """What is said in passing, below the lead and without a day, tells of the words that are known.

    It is none of that where the voice's last words were the other stance, are older than `max_age`, or were
    spoken before the event that it names.
    """
    last: Said | None = None
    for said in ordered:
        if last is not None and _is_in_passing(said) and _may_tell_of(said, last, rules):
            yield replace(said, day=last.day)
            continue
        last = said
        yield said


def _is_in_passing(said: Said) -> bool:
    return said.basis is Basis.PUBLISHED and not said.lead


def _may_tell_of(said: Said, last: Said, rules: Rules) -> bool:
    if said.stance is not last.stance or _day(said) - _day(last) >= rules.max_age:
        return False
    return said.event is None or said.event <= _day(last)


def _not_ahead(said: Said) -> Said:
    """Nobody said tomorrow what is read today: a misread day must not outrank all that follows."""
    latest = said.fetched.date() + timedelta(days=1)
    return replace(said, day=latest) if _day(said) > latest else said


def _on_first_day(said: Said, first: dict[tuple[int, Stance], date]) -> Said:
    if said.story is None or said.basis is not Basis.PUBLISHED:
        return said
    return replace(said, day=first[said.story, said.stance])


def _order(said: Said) -> tuple[date, datetime, Stance, datetime, int]:
    """Two stances published at one moment are told apart by themselves: fetching must not decide."""
    published = said.published or _midnight(_day(said))
    return (_day(said), published, said.stance, said.fetched, said.id)


def _day(said: Said) -> date:
    if said.day is None:
        raise ValueError(f"statement {said.id} has no said day and cannot be ordered")
    return said.day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)

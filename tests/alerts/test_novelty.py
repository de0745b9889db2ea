"""The rule of novelty, case by case, and what holds for every order of arrival."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.novelty import Judgement, Rules, Said, judge, same_utterance, standing, voice_name
from store.values import OUTLET, PRESS, Basis, Novelty, Stance

RULES = Rules()
NOW = datetime(2022, 3, 6, 12, tzinfo=UTC)
FIRST = date(2022, 3, 1)
CONFIRM, DENY = Stance.CONFIRM, Stance.DENY


def said(number: int, stance: Stance, day: int, **more: object) -> Said:
    """Said on a day of March, published at noon of that day."""
    moment = datetime(2022, 3, day, 12, tzinfo=UTC)
    whole = Said(number, stance, date(2022, 3, day), fetched=moment, published=moment)
    return replace(whole, **more)  # type: ignore[arg-type]


def judged(new: Said, *known: Said, recurring: bool = False, rules: Rules = RULES) -> Judgement:
    return judge(new, known, rules=rules, now=NOW, recurring=recurring)


def test_a_voice_without_position_is_first() -> None:
    assert judged(said(1, DENY, 1)).novelty is Novelty.FIRST


def test_the_other_stance_on_a_later_day_is_a_reversal() -> None:
    assert judged(said(2, CONFIRM, 2), said(1, DENY, 1)).novelty is Novelty.REVERSAL


def test_the_same_stance_a_day_later_is_renewed() -> None:
    assert judged(said(2, DENY, 2), said(1, DENY, 1)).novelty is Novelty.RENEWED


def test_the_same_stance_within_the_renewal_time_is_a_repeat() -> None:
    rules = Rules(renew_after=timedelta(days=3))
    outcome = judged(said(2, DENY, 3), said(1, DENY, 1), rules=rules)
    assert (outcome.novelty, outcome.repeats) == (Novelty.REPEAT, 1)


def test_both_stances_on_one_day_are_a_conflict_once() -> None:
    both = said(1, DENY, 1), said(2, CONFIRM, 1)
    assert judged(both[1], both[0]).novelty is Novelty.CONFLICT
    assert judged(said(3, CONFIRM, 1), *both).novelty is Novelty.REPEAT


def test_a_later_event_of_a_recurring_claim_rings_even_on_the_same_day() -> None:
    known = said(1, CONFIRM, 5, event=date(2022, 3, 1))
    new = said(2, CONFIRM, 5, event=date(2022, 3, 4))
    assert judged(new, known, recurring=True).novelty is Novelty.NEW_EVENT
    assert judged(new, known).novelty is Novelty.REPEAT


def test_event_days_that_differ_by_a_night_are_one_event() -> None:
    known = said(1, CONFIRM, 5, event=date(2022, 3, 3))
    new = said(2, CONFIRM, 5, event=date(2022, 3, 4))
    assert judged(new, known, recurring=True).novelty is Novelty.REPEAT


def test_what_was_said_more_than_a_week_ago_is_old() -> None:
    last = datetime(2022, 3, 8, 23, 59, tzinfo=UTC)
    assert judge(said(1, DENY, 1), (), rules=RULES, now=last).novelty is Novelty.FIRST
    next_minute = last + timedelta(minutes=1)
    assert judge(said(1, DENY, 1), (), rules=RULES, now=next_minute).novelty is Novelty.OLD


def test_old_news_moves_the_position_all_the_same() -> None:
    old = replace(said(1, DENY, 1), day=date(2021, 1, 1))
    assert judged(old).novelty is Novelty.OLD
    assert judged(said(2, CONFIRM, 5), old).novelty is Novelty.REVERSAL


def test_background_never_moves_a_position() -> None:
    background = said(1, DENY, 1, basis=Basis.BACKGROUND)
    assert judged(background).novelty is Novelty.OLD
    assert standing([background], RULES) is None


def test_the_press_counts_only_from_its_lead_about_a_fresh_event() -> None:
    assert judged(said(1, CONFIRM, 5, press=True)).novelty is Novelty.OLD
    assert judged(said(1, CONFIRM, 5, press=True, lead=True)).novelty is Novelty.FIRST
    stale = said(1, CONFIRM, 5, press=True, lead=True, event=date(2022, 2, 1))
    assert judged(stale).novelty is Novelty.OLD


def test_an_outlet_speaks_with_the_voice_of_the_press() -> None:
    assert voice_name(OUTLET) == PRESS
    assert voice_name("Ann Example") == "Ann Example"


def test_a_late_report_of_the_same_stance_is_a_repeat() -> None:
    outcome = judged(said(2, DENY, 1), said(1, DENY, 4))
    assert (outcome.novelty, outcome.late) == (Novelty.REPEAT, True)


def test_a_late_report_between_two_opposite_ones_is_no_reversal() -> None:
    outcome = judged(said(3, CONFIRM, 3), said(1, DENY, 1), said(2, DENY, 5))
    assert (outcome.novelty, outcome.late) == (Novelty.CONFLICT, True)


def test_a_late_first_word_rings_as_first() -> None:
    outcome = judged(said(2, CONFIRM, 1), said(1, DENY, 4))
    assert (outcome.novelty, outcome.late) == (Novelty.FIRST, True)


def test_a_copy_of_a_story_on_the_next_day_is_a_repeat_and_no_new_day() -> None:
    first = said(1, DENY, 1, story=7, basis=Basis.PUBLISHED)
    copy = said(2, DENY, 3, story=7, basis=Basis.PUBLISHED)
    assert judged(copy, first).novelty is Novelty.REPEAT
    position = standing([first, copy], RULES)
    assert position is not None
    assert position.last_said == FIRST


def test_a_day_taken_from_publication_is_the_evenings_when_told_at_night() -> None:
    evening = said(1, DENY, 1, basis=Basis.PUBLISHED, published=datetime(2022, 3, 1, 20, tzinfo=UTC))
    night = said(2, DENY, 2, basis=Basis.PUBLISHED, published=datetime(2022, 3, 2, 6, tzinfo=UTC))
    stated = replace(night, basis=Basis.STATED)
    assert judged(night, evening).novelty is Novelty.REPEAT
    assert judged(stated, evening).novelty is Novelty.RENEWED


def test_what_is_said_in_passing_tells_of_the_last_known_words() -> None:
    known = said(1, DENY, 1, lead=True)
    passing = said(2, DENY, 4, basis=Basis.PUBLISHED)
    assert judged(passing, known).novelty is Novelty.REPEAT
    assert judged(replace(passing, lead=True), known).novelty is Novelty.RENEWED
    assert judged(replace(passing, basis=Basis.STATED), known).novelty is Novelty.RENEWED
    position = standing([known, passing], RULES)
    assert position is not None
    assert (position.last_said, position.episode) == (FIRST, 1)


def test_a_real_renewal_rings_after_it_was_told_in_passing_on_the_same_day() -> None:
    known, passing = said(1, DENY, 1, lead=True), said(2, DENY, 4, basis=Basis.PUBLISHED)
    assert judged(said(3, DENY, 4, lead=True), known, passing).novelty is Novelty.RENEWED


@pytest.mark.parametrize(
    ("passing", "novelty"),
    [
        (said(2, CONFIRM, 4, basis=Basis.PUBLISHED), Novelty.REVERSAL),
        (said(2, DENY, 4, basis=Basis.PUBLISHED, event=date(2022, 3, 3)), Novelty.RENEWED),
        (replace(said(2, DENY, 6, basis=Basis.PUBLISHED), day=date(2022, 3, 8)), Novelty.RENEWED),
    ],
    ids=["the other stance", "about a later event", "after a week"],
)
def test_what_cannot_be_the_known_words_keeps_its_day(passing: Said, novelty: Novelty) -> None:
    passing = replace(passing, fetched=datetime(2022, 3, 8, tzinfo=UTC))
    assert judged(passing, said(1, DENY, 1, lead=True)).novelty is novelty


def test_a_first_word_on_the_other_side_names_the_one_said_in_the_same_breath() -> None:
    outcome = judge(
        said(3, DENY, 5), [], rules=RULES, now=NOW, beside=[said(1, DENY, 5), said(2, CONFIRM, 5)]
    )
    assert (outcome.novelty, outcome.twin) == (Novelty.FIRST, 1)
    outcome = judge(
        said(3, DENY, 5), [], rules=RULES, now=NOW, beside=[said(1, DENY, 3), said(2, CONFIRM, 5)]
    )
    assert (outcome.novelty, outcome.twin) == (Novelty.FIRST, None)


def test_a_stance_renewed_on_both_sides_of_a_claim_is_renewed_once() -> None:
    beside = said(1, DENY, 5)
    outcome = judge(said(3, DENY, 5), [said(2, DENY, 1)], rules=RULES, now=NOW, beside=[beside])
    assert outcome.novelty is Novelty.REPEAT


def test_a_misread_day_ahead_does_not_outrank_what_follows() -> None:
    ahead = replace(said(1, DENY, 1), day=date(2023, 1, 1))
    outcome = judged(said(2, CONFIRM, 4), ahead)
    assert outcome.novelty is Novelty.REVERSAL


def test_a_day_without_speech_leaves_the_dispute_behind() -> None:
    morning, noon = (datetime(2022, 3, 1, hour, tzinfo=UTC) for hour in (8, 12))
    first, second = said(1, DENY, 1, published=morning), said(2, CONFIRM, 1, published=noon)
    position = standing([first, second, said(3, CONFIRM, 3)], RULES)
    assert position is not None
    assert not position.disputed
    assert (position.stance, position.since) == (CONFIRM, FIRST)


MOMENTS = st.integers(0, 14 * 24).map(
    lambda hours: datetime(2022, 2, 20, tzinfo=UTC) + timedelta(hours=hours)
)


FETCHED = st.integers(0, 48).map(lambda hours: datetime(2022, 3, 6, tzinfo=UTC) + timedelta(hours=hours))
"""After every said day: a day ahead of its fetch is a misreading, and has a test of its own."""


@st.composite
def utterances(draw: st.DrawFn) -> list[Said]:
    count = draw(st.integers(1, 12))
    return [
        Said(
            id=number,
            stance=draw(st.sampled_from([CONFIRM, DENY, Stance.SPECULATE])),
            day=draw(st.none() | st.dates(date(2022, 2, 20), date(2022, 3, 6))),
            fetched=draw(FETCHED),
            published=draw(st.none() | MOMENTS),
            basis=draw(st.sampled_from(Basis)),
            event=draw(st.none() | st.dates(date(2022, 2, 20), date(2022, 3, 6))),
            story=draw(st.none() | st.integers(1, 3)),
            press=draw(st.booleans()),
            lead=draw(st.booleans()),
        )
        for number in range(count)
    ]


@settings(max_examples=100, deadline=None)
@given(utterances(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_changes_a_position(known: list[Said], dice: object) -> None:
    shuffled = list(known)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert standing(shuffled, RULES) == standing(known, RULES)


@settings(max_examples=100, deadline=None)
@given(utterances(), st.randoms(use_true_random=False))
def test_when_and_in_which_order_a_page_was_fetched_never_decides(known: list[Said], dice: object) -> None:
    numbers = list(range(len(known)))
    dice.shuffle(numbers)  # type: ignore[attr-defined]
    late = datetime(2022, 3, 7, tzinfo=UTC)
    again = [replace(one, id=number, fetched=late) for one, number in zip(known, numbers, strict=True)]
    before = [replace(one, fetched=late - timedelta(hours=number)) for number, one in enumerate(known)]
    one, other = standing(again, RULES), standing(before, RULES)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert replace(one, statement_id=0) == replace(other, statement_id=0)


@settings(max_examples=100, deadline=None)
@given(utterances(), st.booleans())
def test_what_is_known_never_rings_again(known: list[Said], recurring: bool) -> None:
    for one in known:
        again = replace(one, id=len(known) + 1)
        assert not judge(again, known, rules=RULES, now=NOW, recurring=recurring).rings


@settings(max_examples=100, deadline=None)
@given(utterances(), st.randoms(use_true_random=False))
def test_no_day_of_a_stance_rings_twice_in_any_order(known: list[Said], dice: object) -> None:
    dice.shuffle(known)  # type: ignore[attr-defined]
    rang = _ringing(known)
    days = [(one.day, one.stance) for one in rang]
    assert len(days) == len(set(days))


@settings(max_examples=100, deadline=None)
@given(utterances(), st.randoms(use_true_random=False))
def test_a_reversal_is_always_the_newest_word(known: list[Said], dice: object) -> None:
    dice.shuffle(known)  # type: ignore[attr-defined]
    heard: list[Said] = []
    for one in known:
        outcome = judge(one, heard, rules=RULES, now=NOW)
        heard.append(one)
        if outcome.novelty is Novelty.REVERSAL:
            position = standing(heard, RULES)
            assert position is not None
            assert position.stance is one.stance


@given(utterances())
def test_telling_copies_apart_is_symmetrical(known: Sequence[Said]) -> None:
    one, other = known[0], known[-1]
    assert same_utterance(one, other, RULES) == same_utterance(other, one, RULES)


def _ringing(known: Sequence[Said]) -> list[Said]:
    heard: list[Said] = []
    rang = []
    for one in known:
        if judge(one, heard, rules=RULES, now=NOW).rings:
            rang.append(one)
        heard.append(one)
    return rang


@pytest.mark.parametrize("novelty", list(Novelty))
def test_every_reason_either_rings_or_is_kept_silent_on_purpose(novelty: Novelty) -> None:
    silent = {Novelty.REPEAT, Novelty.OLD}
    assert Judgement(novelty).rings == (novelty not in silent)

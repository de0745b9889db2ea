"""When a seed is asked again, for any state, answer and chance."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler import schedule
from crawler.schedule import Hints, Limits, Why

NOW = datetime(2022, 2, 24, 4, 30, tzinfo=UTC)
HOURLY = Limits(60.0, 3600.0)

limits = st.tuples(st.floats(1, 10_000), st.floats(0, 100_000)).map(lambda b: Limits(b[0], b[0] + b[1]))
shares = st.floats(0, 1)
chances = st.integers(0, 2**31)
intervals = st.floats(0.01, 1e6)
waits = st.none() | st.floats(0, 86_400)


def seconds(moment: datetime) -> float:
    return (moment - NOW).total_seconds()


@given(intervals, limits, shares, chances, waits, waits)
def test_a_good_poll_stays_within_its_bounds(
    interval: float, bounds: Limits, share: float, chance: int, ttl: float | None, age: float | None
) -> None:
    hints = Hints(ttl=ttl, max_age=age)
    plan = schedule.after_poll(interval, bounds, known_share=share, now=NOW, chance=chance, hints=hints)
    assert bounds.min - 1e-3 <= seconds(plan.next_check) <= bounds.max + 1e-3
    assert bounds.min <= plan.interval <= bounds.max


@given(intervals, limits, shares, st.integers(1, 10_000), chances, st.floats(0, 86_400))
def test_nobody_is_asked_before_the_end_of_its_retry_after(
    interval: float, bounds: Limits, share: float, failures: int, chance: int, wait: float
) -> None:
    hints = Hints(retry_after=wait)
    good = schedule.after_poll(interval, bounds, known_share=share, now=NOW, chance=chance, hints=hints)
    bad = schedule.after_failure(interval, bounds, failures=failures, now=NOW, chance=chance, hints=hints)
    assert min(seconds(good.next_check), seconds(bad.next_check)) >= wait - 1e-3


@given(intervals, limits, st.integers(1, 100_000), chances)
def test_no_seed_is_ever_given_up(interval: float, bounds: Limits, failures: int, chance: int) -> None:
    plan = schedule.after_failure(interval, bounds, failures=failures, now=NOW, chance=chance)
    assert 0 < seconds(plan.next_check) <= 1.1 * max(bounds.max, schedule.LONGEST_BACKOFF)


@given(intervals, limits, st.integers(1, 30), chances)
def test_more_failures_never_bring_the_next_try_nearer(
    interval: float, bounds: Limits, failures: int, chance: int
) -> None:
    fewer, more = (
        schedule.after_failure(interval, bounds, failures=count, now=NOW, chance=chance)
        for count in (failures, failures + 1)
    )
    assert fewer.next_check <= more.next_check


@given(intervals, limits, shares, chances)
def test_the_same_state_and_chance_give_the_same_plan(
    interval: float, bounds: Limits, share: float, chance: int
) -> None:
    plans = {
        schedule.after_poll(interval, bounds, known_share=share, now=NOW, chance=chance) for _ in range(2)
    }
    assert len(plans) == 1


def test_mostly_new_entries_shorten_the_interval_and_known_ones_stretch_it() -> None:
    assert schedule.rhythm(600, 0.1, HOURLY) < 600
    assert schedule.rhythm(600, 0.5, HOURLY) == 600
    assert schedule.rhythm(600, 0.9, HOURLY) > 600


def test_a_rhythm_reaches_both_bounds_within_a_day_of_polls() -> None:
    busy = quiet = 600.0
    for _ in range(20):
        busy, quiet = schedule.rhythm(busy, 0.0, HOURLY), schedule.rhythm(quiet, 1.0, HOURLY)
    assert (busy, quiet) == (60.0, 3600.0)


def test_a_server_that_calls_its_answer_fresh_is_left_alone_so_long() -> None:
    plan = schedule.after_poll(60, HOURLY, known_share=0.0, now=NOW, chance=1, hints=Hints(max_age=1800))
    assert plan.why is Why.FRESH
    assert 1600 < seconds(plan.next_check) < 2000


def test_freshness_is_no_excuse_to_come_later_than_the_maximum() -> None:
    plan = schedule.after_poll(60, HOURLY, known_share=0.0, now=NOW, chance=1, hints=Hints(ttl=86_400))
    assert seconds(plan.next_check) <= 3600


def test_seeds_of_one_start_do_not_stay_together() -> None:
    checks = {
        schedule.after_poll(600, HOURLY, known_share=0.5, now=NOW, chance=chance).next_check
        for chance in range(100)
    }
    assert len(checks) == 100


def test_an_article_is_tried_for_hours_and_then_given_up() -> None:
    tries = [schedule.retry_link(number, NOW) for number in range(1, 7)]
    assert tries[-1] is None
    times = [moment for moment in tries if moment is not None]
    assert times == sorted(times)
    assert times[-1] - NOW >= timedelta(hours=5)


def test_an_edit_is_looked_for_at_growing_gaps_for_two_days() -> None:
    gaps: list[float] = []
    while (again := schedule.recheck(len(gaps), NOW, keep_for=172_800)) is not None:
        gaps.append(seconds(again))
    assert gaps == sorted(gaps)
    assert sum(gaps) == 172_800
    assert schedule.recheck(0, NOW, keep_for=0) is None

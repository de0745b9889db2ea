"""When a channel is told: digests, quiet hours over midnight and summer time, bursts."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.timing import Burst, Crowd, Digest, Quiet, Timing, crowding, last_daily

KYIV = ZoneInfo("Europe/Kyiv")
NIGHT = Quiet(time(22), time(7))
NOW = datetime(2022, 3, 1, 12, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2022-03-01T12:00", None),
        ("2022-03-01T20:30", "2022-03-02T05:00"),
        ("2022-03-02T04:59", "2022-03-02T05:00"),
        ("2022-03-02T05:00", None),
        ("2022-03-26T22:00", "2022-03-27T04:00"),
    ],
    ids=["noon", "evening", "last minute", "morning", "the night the clocks go forward"],
)
def test_quiet_hours_end_by_the_local_clock(now: str, until: str | None) -> None:
    timing = Timing(quiet=NIGHT, zone=KYIV)
    assert timing.quiet_until(utc(now)) == (utc(until) if until else None)


def test_an_hourly_digest_goes_out_at_the_full_hour() -> None:
    timing = Timing(digest=Digest.HOURLY)
    assert timing.next_digest(utc("2022-03-01T12:00")) == utc("2022-03-01T13:00")
    assert timing.next_digest(utc("2022-03-01T12:59")) == utc("2022-03-01T13:00")


def test_a_daily_digest_goes_out_at_the_local_hour_in_summer_and_winter() -> None:
    timing = Timing(digest=Digest.DAILY, daily_at=time(8), zone=KYIV)
    assert timing.next_digest(utc("2022-03-01T05:59")) == utc("2022-03-01T06:00")
    assert timing.next_digest(utc("2022-03-01T06:00")) == utc("2022-03-02T06:00")
    assert timing.next_digest(utc("2022-07-01T05:30")) == utc("2022-07-02T05:00")


@given(st.datetimes(datetime(2022, 1, 1), datetime(2023, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_what_is_held_is_held_less_than_a_day(now: datetime) -> None:
    timing = Timing(quiet=NIGHT, zone=KYIV, digest=Digest.DAILY)
    for until in (timing.quiet_until(now), timing.next_digest(now)):
        assert until is None or now < until <= now + timedelta(hours=25)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ("2022-03-01T05:59", "2022-02-28T06:00"),
        ("2022-03-01T06:00", "2022-03-01T06:00"),
        ("2022-03-27T04:59", "2022-03-26T06:00"),
        ("2022-03-27T05:00", "2022-03-27T05:00"),
        ("2022-10-30T05:59", "2022-10-29T05:00"),
        ("2022-10-30T06:00", "2022-10-30T06:00"),
    ],
    ids=["before", "at the minute", "spring, before", "spring", "autumn, before", "autumn"],
)
def test_the_daily_hour_is_that_of_the_wall_clock(now: str, shown: str) -> None:
    assert last_daily(time(8), KYIV, utc(now)) == utc(shown)


@pytest.mark.parametrize("at", [time(2, 30), time(3, 30)])
def test_an_hour_that_the_clock_skips_or_shows_twice_comes_once_a_day(at: time) -> None:
    began = utc("2022-03-25T12:00")
    for start in (began, utc("2022-10-28T12:00")):
        quarters = [start + timedelta(minutes=15 * step) for step in range(4 * 96)]
        assert len({last_daily(at, KYIV, now) for now in quarters} - {last_daily(at, KYIV, start)}) == 4


@given(st.datetimes(datetime(2022, 1, 1), datetime(2023, 1, 1), timezones=st.just(UTC)), st.times())  # noqa: DTZ001
def test_the_next_daily_hour_is_a_day_after_the_last_one(now: datetime, at: time) -> None:
    last = last_daily(at, KYIV, now)
    coming = Timing(digest=Digest.DAILY, daily_at=at, zone=KYIV).next_digest(now)
    assert coming is not None
    assert last <= now < coming
    assert timedelta(hours=23) <= coming - last <= timedelta(hours=25)


def test_few_are_sent_one_by_one() -> None:
    assert crowding(3, [], Burst(3), held=0, now=NOW).crowd is Crowd.SEND


def test_many_at_once_become_one_message() -> None:
    assert crowding(4, [], Burst(3), held=0, now=NOW).crowd is Crowd.FOLD


def test_after_many_the_next_wait_until_the_window_has_room() -> None:
    sent = [NOW - timedelta(minutes=minutes) for minutes in (9, 5, 1)]
    choice = crowding(1, sent, Burst(3, timedelta(minutes=10)), held=0, now=NOW)
    assert (choice.crowd, choice.until) == (Crowd.HOLD, NOW + timedelta(minutes=1))


def test_what_was_held_together_goes_out_together() -> None:
    assert crowding(2, [], None, held=2, now=NOW).crowd is Crowd.FOLD


@given(
    st.integers(0, 50),
    st.lists(st.integers(0, 3000).map(lambda seconds: NOW - timedelta(seconds=seconds)), max_size=30),
    st.integers(1, 12),
)
def test_a_hold_always_ends(due: int, sent: list[datetime], count: int) -> None:
    choice = crowding(due, sent, Burst(count), held=0, now=NOW)
    if choice.crowd is Crowd.HOLD:
        assert choice.until is not None
        assert NOW < choice.until <= NOW + timedelta(minutes=10)
        later = crowding(due, sent, Burst(count), held=0, now=choice.until)
        assert later.crowd is not Crowd.HOLD

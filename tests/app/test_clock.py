"""Time is read in one place, and a rehearsal's clock follows its script."""

from datetime import UTC, datetime, timedelta

from app.clock import PlayedClock, clock_of, system_now
from config.sections import ClockPoint, RehearsalSettings

START = datetime(2026, 1, 1, tzinfo=UTC)
EVENTS = datetime(2022, 2, 24, 5, tzinfo=UTC)
SCRIPT = RehearsalSettings(
    clock=(ClockPoint(wall=0, at=EVENTS), ClockPoint(wall=10, at=EVENTS + timedelta(days=1))), started=START
)


def test_the_wall_is_read_where_nothing_is_rehearsed() -> None:
    assert clock_of(None) is system_now
    assert system_now().tzinfo is UTC


def test_a_played_clock_runs_as_its_script_says() -> None:
    clock = PlayedClock(SCRIPT, START, lambda: START + timedelta(seconds=5))
    assert clock() == EVENTS + timedelta(hours=12)


def test_a_played_clock_goes_on_at_the_walls_speed_after_its_script() -> None:
    clock = PlayedClock(SCRIPT, START, lambda: START + timedelta(seconds=13))
    assert clock() == EVENTS + timedelta(days=1, seconds=3)


def test_a_restart_takes_the_clock_up_where_the_wall_is() -> None:
    assert clock_of(SCRIPT, lambda: START + timedelta(seconds=5))() == EVENTS + timedelta(hours=12)


def test_without_a_start_the_script_begins_now() -> None:
    unbound = SCRIPT.model_copy(update={"started": None})
    assert clock_of(unbound, lambda: START + timedelta(days=400))() == EVENTS

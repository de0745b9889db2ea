from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.units import SECONDS, parse_bytes, parse_duration, parse_seconds


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90), (90, 90), ("90s", 90), ("1h30m", 5400), ("1.5 h", 5400), ("3d", 259200), ("250ms", 0.25)],
)
def test_durations_are_read_as_people_write_them(written: object, seconds: float) -> None:
    assert parse_seconds(written) == seconds


@pytest.mark.parametrize("written", ["soon", "", "5 parsecs", "-3s", True, None, "1h and more", [5]])
def test_anything_else_is_no_duration(written: object) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_seconds(written)


@pytest.mark.parametrize(
    ("written", "size"), [("10 MB", 10_000_000), ("1GB", 10**9), ("1 MiB", 2**20), (512, 512)]
)
def test_sizes_are_read_as_people_write_them(written: object, size: int) -> None:
    assert parse_bytes(written) == size


def test_a_duration_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than any clock"):
        parse_duration("99999999999999d")


def test_a_duration_is_kept_exactly() -> None:
    assert parse_duration(timedelta(days=2)) == timedelta(days=2)


@given(st.integers(0, 10**6), st.sampled_from(sorted(SECONDS)))
def test_every_unit_multiplies(number: int, unit: str) -> None:
    assert parse_seconds(f"{number}{unit}") == number * SECONDS[unit]

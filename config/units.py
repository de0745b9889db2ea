"""Durations and sizes as people write them: "90s", "1h30m", "3d", "500 MB". No dates, no clocks."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
BYTES = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _measure(written: object, units: dict[str, float] | dict[str, int]) -> float | None:
    """The sum of a text's parts in the base unit; None where it is not written in these units."""
    text = str(written).strip()
    if isinstance(written, bool):
        return None
    if _NUMBER.fullmatch(text):
        return float(text)
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip() or any(unit.lower() not in units for _, unit in parts):
        return None
    return sum(float(number) * units[unit.lower()] for number, unit in parts)


def parse_seconds(written: object) -> float:
    """Seconds in "90", "90s", "1h30m" or a timedelta."""
    if isinstance(written, timedelta):
        return written.total_seconds()
    seconds = _measure(written, SECONDS)
    if seconds is None:
        raise ValueError('not a duration; write it like "90s", "5m", "1h30m" or "3d"')
    return seconds


def parse_duration(written: object) -> timedelta:
    try:
        return timedelta(seconds=parse_seconds(written))
    except OverflowError:
        raise ValueError('longer than any clock; write a duration like "7d"') from None


def parse_bytes(written: object) -> int:
    """Bytes in "1500000", "10 MB" (powers of ten) or "10 MiB" (powers of two)."""
    size = _measure(written, BYTES)
    if size is None:
        raise ValueError('not a size; write it like "500 MB" or "1 GB"')
    return int(size)


def as_tuple(written: object) -> object:
    """One value where a list may stand: `to: desk` is `to: [desk]`."""
    if isinstance(written, Sequence) and not isinstance(written, str | bytes):
        return tuple(written)
    return (written,)


Seconds = Annotated[float, BeforeValidator(parse_seconds)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Bytes = Annotated[int, BeforeValidator(parse_bytes)]

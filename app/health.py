"""What is wrong with the watch right now, a line for each trouble: for people, scripts, containers.

It only reads, from outside the watch's own process: a watch that hangs cannot say so itself.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlmodel import Session

from app import sign
from crawler import backlog
from store.engines import is_sqlite
from store.queries import outbox
from store.queries.outlets import publishers
from store.values import DeliveryState

LEAST_ROOM = 200_000_000
"""Bytes that must be free where the database lies."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: with what part, which one of its kind, since when, and in words."""

    part: str
    name: str
    since: datetime | None
    told: str


def of_watch(session: Session, *, at: datetime) -> Iterator[Trouble]:
    """Whether the watch lives; `at` is the wall's time, by which it shows so."""
    shown = sign.last(session)
    if shown is None:
        yield Trouble("watch", "", None, "has never run on this database; start it with: tocsin run")
        return
    last, seen = shown
    if last.ended:
        yield Trouble("watch", last.owner, seen, f"was ended at {_moment(seen)}")
    elif at - seen > sign.DEAD_AFTER:
        yield Trouble(
            "watch", last.owner, seen, f"shows no sign of life since {_moment(seen)}: it died or hangs"
        )


def of_all(session: Session, url: str, *, at: datetime, now: datetime, at_once: int) -> Iterator[Trouble]:
    """All that is wrong, the worst first; `now` is the time of what the store holds."""
    yield from of_watch(session, at=at)
    yield from _of_disk(url)
    yield from _of_channels(session)
    yield from _of_pace(session, now, at_once)
    yield from _of_publishers(session)


def _of_disk(url: str) -> Iterator[Trouble]:
    file = make_url(url).database
    if not is_sqlite(url) or not file:
        return
    free = shutil.disk_usage(Path(file).parent).free
    if free < LEAST_ROOM:
        yield Trouble("disk", str(Path(file).parent), None, f"{free // 10**6} MB are left for the database")


def _of_channels(session: Session) -> Iterator[Trouble]:
    counts = outbox.counts(session)
    for health in outbox.all_health(session):
        dead = counts.get((health.name, DeliveryState.DEAD), 0)
        letters = f"; {dead} dead letters, see: tocsin deliveries --state dead" if dead else ""
        if health.disabled_at is not None:
            told = f"is switched off since {_moment(health.disabled_at)}: {health.last_error}"
            yield Trouble("channel", health.name, health.disabled_at, told + letters)
        elif health.failing_since is not None:
            told = f"fails since {_moment(health.failing_since)}: {health.last_error}"
            yield Trouble("channel", health.name, health.failing_since, told + letters)
        elif dead:
            yield Trouble("channel", health.name, None, letters.removeprefix("; "))


def _of_pace(session: Session, now: datetime, at_once: int) -> Iterator[Trouble]:
    late = backlog.survey(session, now)
    if late.is_behind(at_once):
        told = f"{late.seeds} seeds and {late.pages} pages are overdue"
        yield Trouble("crawl", "", late.since, f"{told}, since {_moment(late.since)}" if late.since else told)


def _of_publishers(session: Session) -> Iterator[Trouble]:
    """Outlets of which no path is left; single paths are told by `tocsin publishers`."""
    for row in publishers(session):
        seeds = [seed for seed in row.seeds if seed.enabled]
        silent = [seed.silent_since for seed in seeds if seed.silent_since is not None]
        if row.enabled and silent and len(silent) == len(seeds):
            since = max(silent)
            yield Trouble("publisher", row.name, since, f"is silent since {_moment(since)}: {row.trouble}")


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"

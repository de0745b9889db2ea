"""The watch's sign of life: which process runs it, and when it last showed that it does.

It lies in the store, by the wall's clock, for `tocsin health` and for the next start: what a watch that died
had taken is due again at once, and need not wait until its leases are over.
"""

import os
import platform
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from store.queries import leases, marks

MARK = "watch"
EVERY = 30.0
"""Seconds between two signs."""

DEAD_AFTER = timedelta(minutes=3)
"""A watch that showed nothing for so long is dead, or hangs, which is no better."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of life. `ended` where the watch was told to end, and did."""

    host: str
    pid: int
    began: str
    ended: bool = False

    @property
    def owner(self) -> str:
        """The name under which it leases deliveries."""
        return f"{self.host}:{self.pid}"


def own(now: datetime) -> Sign:
    return Sign(platform.node(), os.getpid(), now.isoformat())


def last(session: Session) -> tuple[Sign, datetime] | None:
    """The last sign of any watch on this store, and when that was."""
    mark = marks.mark(session, MARK)
    return (Sign(**mark.data), mark.at) if mark is not None else None


def show(session: Session, sign: Sign, *, at: datetime) -> None:
    marks.set_mark(session, MARK, at=at, data=asdict(sign))


def take_over(session: Session, mine: Sign, *, at: datetime, now: datetime) -> bool:
    """Show the first sign, and free what a dead watch of this machine had taken; `now` is the store's time.

    False where another watch lives on this store: its sign stays, and nothing of it is touched.
    """
    before = last(session)
    if before is not None and _lives(*before, mine=mine, at=at):
        return False
    if before is not None and before[0].host == mine.host:
        leases.release(session, now)
        leases.release_deliveries(session, before[0].owner)
    show(session, mine, at=at)
    return True


def succeed(session: Session, mine: Sign, *, at: datetime) -> bool:
    """Show a sign once the other watch on this store shows none; what that had taken is free by then."""
    before = last(session)
    if before is not None and _lives(*before, mine=mine, at=at):
        return False
    show(session, mine, at=at)
    return True


def _lives(sign: Sign, seen: datetime, *, mine: Sign, at: datetime) -> bool:
    if sign.ended or at - seen > DEAD_AFTER:
        return False
    # In a container the same number is the same place: its former holder is gone.
    return sign.host != mine.host or (sign.pid != mine.pid and Path(f"/proc/{sign.pid}").exists())

"""Whether the watch keeps up: what is overdue, by how much, and whether that is the machine's doing.

It only reads. What is overdue is not lost: it waits in the store and not in memory, seeds before pages and
new pages before older ones.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from store.queries import frontier

LATE = timedelta(minutes=15)
"""How long after its time a seed or a page is called overdue. A visit lasts a minute, a claim three."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is overdue now; `hosts` is how many hosts the pages wait for."""

    seeds: int = 0
    pages: int = 0
    hosts: int = 0
    since: datetime | None = None

    def is_behind(self, at_once: int) -> bool:
        """True where the machine is too slow. Pages of a few hosts wait because we ask those hosts gently."""
        return self.seeds > 0 or self.hosts > at_once


def survey(session: Session, now: datetime) -> Backlog:
    """What is overdue, counted."""
    seeds, pages = frontier.overdue_seeds(session, now - LATE), frontier.overdue_links(session, now - LATE)
    oldest = [late.since for late in (seeds, pages) if late.since is not None]
    return Backlog(seeds.count, pages.count, pages.hosts, min(oldest, default=None))

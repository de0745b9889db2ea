"""Tells people when the watch cannot keep up with what arrives, and when it can again.

What is overdue is counted in crawler/backlog.py. The last notice of the two says which is due next, so that a
restart repeats none.
"""

from datetime import datetime

import structlog
from sqlmodel import Session

from alerts.posting import notify
from alerts.routing import Routing
from alerts.wording import moment
from crawler.backlog import Backlog
from store.queries import ledger

log = structlog.get_logger(__name__)

SUBJECT = "watch/pace"
REMEDY = (
    "Nothing is lost: seeds are asked first, then the newest pages are read.",
    "Give it more with `worker.processes` and `crawl.max_hosts`, or stretch `every` of some publishers.",
)


def tell(session: Session, backlog: Backlog, *, at_once: int, routing: Routing, now: datetime) -> bool:
    """One notice when the watch falls behind, and one when it has caught up; whether there was one."""
    behind, told = backlog.is_behind(at_once), ledger.last_episode(session, SUBJECT) % 2 == 1
    if behind:
        log.warning("watch behind", seeds=backlog.seeds, pages=backlog.pages, since=str(backlog.since))
    if behind == told:
        return False
    caught_up = "The watch has caught up: everything is read in time again"
    notify(
        session,
        "watch-behind" if behind else "watch-caught-up",
        subject_key=SUBJECT,
        headline=words(backlog, now) if behind else caught_up,
        lines=REMEDY if behind else (),
        urgent=behind,
        routing=routing,
        now=now,
    )
    return True


def words(backlog: Backlog, now: datetime) -> str:
    """What is overdue, in a sentence."""
    counts = {"seed": backlog.seeds, "page": backlog.pages}
    late = " and ".join(f"{count} {what}{'s' * (count != 1)}" for what, count in counts.items() if count)
    return f"The watch is behind: {late} overdue, the longest since {moment(backlog.since or now)}"

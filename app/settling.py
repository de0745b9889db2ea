"""Settles the link of a page that was read: done, to be looked at again for edits, or to be tried again.

It runs inside the transaction that writes what the page tells. The crawler settles fetches that failed.
"""

from datetime import datetime

from sqlmodel import Session

from app.reading import Outcome
from crawler import schedule
from crawler.frontier import settle_page
from store.models import Link
from store.queries import frontier
from store.values import FetchedPage

BROKEN = frozenset({Outcome.TOO_SLOW, Outcome.TOO_LARGE, Outcome.WORKER_DIED, Outcome.FAULT})
"""Outcomes that say nothing of the page's words; a busy machine can have caused them."""

WATCHED = frozenset({Outcome.MATCHED, Outcome.NOTHING_SAID, Outcome.UNCHANGED})
"""Outcomes of articles on a claim's subject: there an edit may add a denial."""

RETRIES = 1


def settle(
    session: Session, page: FetchedPage, outcome: Outcome, *, now: datetime, recheck_for: float
) -> None:
    """Write down how the page's reading ended, and when its link is due again, if ever."""
    if outcome in BROKEN:
        link = session.get(Link, page.link_id)
        if link is None:  # the publisher was taken out of the configuration meanwhile
            return
        again = schedule.retry_link(link.tries + 1, now) if link.tries < RETRIES else None
        frontier.settle_failure(session, page.link_id, outcome=outcome, now=now, again_at=again)
        return
    settle_page(
        session,
        page,
        outcome=outcome,
        now=now,
        watch_for=recheck_for if outcome in WATCHED else 0.0,
    )

"""How polls and fetches change the frontier: each outcome, with what follows from it, in one transaction.

The statements are in store/queries/frontier.py, the decisions in crawler/schedule.py; here they meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from sqlmodel import Session

from crawler import health, schedule, spiders
from crawler.answer import Answer, header, max_age
from crawler.schedule import Hints, Limits
from crawler.spiders.base import Entry, Found
from crawler.trouble import FINAL, Report
from store.queries import frontier as queries
from store.queries.frontier import Added, LinkJob, NewLink, SeedJob, Settled
from store.queries.publishers import publisher_of
from store.urls import domain_of, host_of, link_key
from store.values import FetchedPage

FULL_GET_EVERY = timedelta(days=1)
MAX_NEW_UNDATED = 200
"""More undated links than this in one poll are an archive or a flood, not news."""

HANDFUL = 4
"""Links taken at once: as many as are surely fetched, or given up, before their lease ends."""

TOO_OLD, BACKLOG = "too-old", "backlog"


@dataclass(frozen=True, slots=True)
class Poll:
    """One good poll: what was found, and where the answer came from."""

    answer: Answer
    found: Found
    moved: bool = False

    @property
    def digest(self) -> str:
        """What the seed says, without what changes at every request: to catch validators that lie."""
        told = "\n".join(sorted(f"{link_key(entry.url)} {entry.title}" for entry in self.found.entries))
        return body_hash(told.encode())


def may_be_conditional(job: SeedJob, now: datetime) -> bool:
    """Validators are used for a day after the last full answer, and never for a host that lied."""
    fresh = job.last_full_get is not None and now - job.last_full_get < FULL_GET_EVERY
    return fresh and not job.distrusted


def claim(session: Session, host: str, now: datetime) -> SeedJob | list[LinkJob]:
    """The host's next work: a seed first, because it tells what is new; a few links otherwise."""
    return queries.claim_seed(session, host, now) or queries.claim_links(session, host, now, limit=HANDFUL)


def give_back(session: Session, work: SeedJob | list[LinkJob], until: datetime) -> None:
    if isinstance(work, SeedJob):
        queries.postpone_seed(session, work.id, until)
    else:
        queries.postpone_links(session, work, until)


def record_poll(session: Session, job: SeedJob, poll: Poll, *, now: datetime, max_age: timedelta) -> Added:
    """A seed was read: its links are remembered, and its next poll follows from how many are new."""
    links = new_links(poll.found.entries, now=now, max_age=max_age)
    added = _add(session, job, links, now)
    settled = {
        **_good(job, now),
        **_planned(job, added.known_share, hints_of(poll.answer, poll.found.ttl), now),
        **_validators(job, poll),
        "last_full_get": now,
        "last_status": poll.answer.status,
        "last_error": str(poll.found.note or ""),
        "moved_to": poll.answer.final_url if poll.moved else "",
    }
    if added.new or poll.digest != job.body_hash:
        settled |= _news(job, now)
    if poll.found.kind is not None:
        settled["kind"] = poll.found.kind
    seed = queries.settle_seed(session, job.id, settled)
    for lead in poll.found.leads:
        queries.add_lead(session, seed, url=lead.url, kind=lead.kind, now=now)
    return added


def _add(session: Session, job: SeedJob, links: Sequence[NewLink], now: datetime) -> Added:
    """Remember the links, each for the outlet that it belongs to."""
    owners = {"": job.publisher_id}
    if spiders.names_outlets(job.kind):
        owners = {link.domain: publisher_of(session, link.domain) for link in links}
    new: dict[str, int] = {}
    known = 0
    for domain, owner in owners.items():
        own = [link for link in links if not domain or link.domain == domain]
        added = queries.add_links(session, own, publisher_id=owner, seed_id=job.id, now=now)
        new |= added.new
        known += added.known
    return Added(new, known)


def record_unchanged(session: Session, job: SeedJob, answer: Answer, *, now: datetime) -> None:
    """A 304: the seed is well, and says the same as before."""
    settled = {**_good(job, now), **_planned(job, 1.0, hints_of(answer), now)}
    seed = queries.settle_seed(session, job.id, {**settled, "last_status": 304})
    seed.polls_unchanged += 1


def record_poll_failure(session: Session, job: SeedJob, report: Report, *, now: datetime) -> None:
    """A poll failed: asked again ever later, for ever. The next good answer is to be a full one."""
    plan = schedule.after_failure(
        job.interval,
        Limits(job.min_interval, job.max_interval),
        failures=job.failures + 1,
        now=now,
        chance=_chance(job),
        hints=Hints(retry_after=report.retry_after),
    )
    settled: dict[str, Any] = {
        "failures": job.failures + 1,
        "polls": job.polls + 1,
        "last_poll": now,
        "last_status": report.status,
        "last_error": f"{report.trouble}: {report.detail}",
        "next_check": plan.next_check,
        "etag": "",
        "last_modified": "",
    }
    if job.failures == 0:
        settled["failing_since"] = now
    queries.settle_seed(session, job.id, settled)


def record_page_failure(session: Session, job: LinkJob, report: Report, *, now: datetime) -> bool:
    """An article could not be had; True where it will be asked for again."""
    final = report.trouble in FINAL
    tries = job.rechecks + 1 if job.is_recheck else job.tries + 1
    again = None if final else schedule.retry_link(tries, now, report.retry_after)
    queries.settle_failure(session, job.id, outcome=report.trouble, now=now, again_at=again)
    return again is not None


def record_unchanged_page(session: Session, job: LinkJob, *, now: datetime, keep_for: float) -> None:
    again = schedule.recheck(job.rechecks + 1, now, keep_for=keep_for)
    queries.settle_unchanged(session, job.id, now=now, recheck_at=again)


def settle_page(
    session: Session, page: FetchedPage, *, outcome: str, now: datetime, watch_for: float = 0.0
) -> None:
    """The page was processed. For `watch_for` seconds it is looked at again for edits, at growing gaps.

    Called by the pipeline, in the transaction in which what the page tells is committed. A flaw that the
    crawler saw outlives a reading of which no article came.
    """
    again = None
    if watch_for:
        again = schedule.recheck(queries.looks(session, page.link_id), now, keep_for=watch_for)
    if page.flaw and not queries.was_kept(session, page.link_id):
        outcome = page.flaw
    settled = Settled(
        page.link_id,
        outcome,
        now,
        body_hash(page.body),
        header(page.headers, "etag"),
        header(page.headers, "last-modified"),
        again,
    )
    queries.settle_links(session, [settled])


def settle_unread(session: Session, pages: Sequence[FetchedPage], *, outcome: str, now: datetime) -> None:
    """Pages that nobody had to read, or looks at again; what comes again within its seed needs its hash."""
    queries.settle_links(
        session,
        [
            Settled(page.link_id, page.flaw or outcome, now, "" if page.packed else body_hash(page.body))
            for page in pages
        ],
    )


def body_hash(body: bytes) -> str:
    """For noticing a change, not for evidence: BLAKE2 takes a seventh of SHA-256's time."""
    return blake2b(body, digest_size=20).hexdigest()


def new_links(entries: Sequence[Entry], *, now: datetime, max_age: timedelta) -> list[NewLink]:
    """The entries as links. Old ones, and archives without dates, are known from now on and not fetched."""
    undated = 0
    links = []
    for entry in entries:
        undated += entry.published is None
        skipped = ""
        if entry.published is not None and now - entry.published > max_age:
            skipped = TOO_OLD
        elif entry.published is None and undated > MAX_NEW_UNDATED:
            skipped = BACKLOG
        links.append(_new_link(entry, skipped))
    return links


def hints_of(answer: Answer, ttl: float | None = None) -> Hints:
    return Hints(ttl=ttl, max_age=max_age(answer.header("cache-control")))


def _new_link(entry: Entry, skipped: str) -> NewLink:
    return NewLink(
        key=link_key(entry.url),
        url=entry.url,
        host=host_of(entry.url),
        domain=domain_of(entry.url),
        title=entry.title,
        published=entry.published,
        skipped=skipped,
        is_carried=entry.body is not None,
    )


def _good(job: SeedJob, now: datetime) -> dict[str, Any]:
    return {
        "polls": job.polls + 1,
        "failures": 0,
        "failing_since": None,
        "last_error": "",
        "last_poll": now,
        "last_good": now,
    }


def _news(job: SeedJob, now: datetime) -> dict[str, Any]:
    """The seed says something else than before, be it known from another path already: it lives."""
    if job.last_new is None:
        return {"last_new": now}
    return {"last_new": now, "usual_gap": health.usual_gap(job.usual_gap, now - job.last_new)}


def _planned(job: SeedJob, known_share: float, hints: Hints, now: datetime) -> dict[str, Any]:
    limits = Limits(job.min_interval, job.max_interval)
    plan = schedule.after_poll(
        job.interval, limits, known_share=known_share, now=now, chance=_chance(job), hints=hints
    )
    return {"interval": plan.interval, "next_check": plan.next_check}


def _validators(job: SeedJob, poll: Poll) -> dict[str, Any]:
    """Kept after a good parse alone; dropped for ever where the same ones came with other news."""
    etag, modified = poll.answer.header("etag"), poll.answer.header("last-modified")
    same = (etag and etag == job.etag) or (not etag and modified and modified == job.last_modified)
    lies = job.distrusted or bool(same and job.body_hash and poll.digest != job.body_hash)
    # an index may stay as it is while its parts move
    kept = ("", "") if lies or poll.found.more else (etag, modified)
    return {"etag": kept[0], "last_modified": kept[1], "distrusted": lies, "body_hash": poll.digest}


def _chance(job: SeedJob) -> int:
    return job.id * 1_000_003 + job.polls

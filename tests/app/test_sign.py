"""A watch shows that it lives; what a dead one had taken is free again when the next one starts."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from app import sign
from app.sign import DEAD_AFTER
from config.sections import PublisherSettings
from store.migrations import prepare
from store.models import Alert, Delivery, Link, Seed
from store.queries import frontier, outbox
from store.queries.frontier import LEASE, NewLink, Settled
from store.session import SCRATCH, Store

NOW = datetime(2022, 3, 1, 12, tzinfo=UTC)
WALL = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://news.example"
MINE = sign.own(WALL)


@pytest.fixture
def dead_pid() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    return child.pid


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in which a seed, a new link and a known page are taken, and others wait for their time."""
    store = Store(SCRATCH)
    prepare(store.url)
    seeds = [f"{URL}/a.xml", f"{URL}/b.xml"]
    outlet = PublisherSettings.model_validate({"domain": "news.example", "seeds": seeds})
    with store.write() as session:
        frontier.sync_publishers(session, [outlet], NOW)
        links = [NewLink(f"k{n}", f"{URL}/{n}", "news.example", "news.example") for n in range(3)]
        frontier.add_links(session, links, publisher_id=1, seed_id=1, now=NOW)
        carried = NewLink("k9", f"{URL}/9", "news.example", "news.example", is_carried=True)
        frontier.add_links(session, [carried], publisher_id=1, seed_id=1, now=NOW)
        jobs = frontier.claim_links(session, "news.example", NOW, limit=3)
        frontier.settle_links(session, [Settled(jobs[0].id, "matched", NOW, recheck_at=NOW)])
        frontier.postpone_links(session, [jobs[1]], NOW + timedelta(minutes=2))
        frontier.claim_links(session, "news.example", NOW, limit=3)  # the page to look at again
        first = frontier.claim_seed(session, "news.example", NOW)
        assert first is not None
        frontier.postpone_seed(session, first.id, NOW + timedelta(minutes=2))
        assert frontier.claim_seed(session, "news.example", NOW) is not None
        session.add(Alert(id=1, uid="a", subject_key="a", created_at=NOW))
        session.flush()
        session.add(Delivery(alert_id=1, route="r", channel="desk", next_attempt=NOW))
        session.flush()
        outbox.lease(session, outbox.due(session, "desk", NOW), owner=MINE.owner, until=NOW + LEASE)
    yield store
    store.close()


def waits(session: Session) -> tuple[list[datetime], list[datetime], datetime | None, bool]:
    """When seeds, new links and known pages are due, and whether the delivery is held."""
    seeds = session.exec(select(Seed.next_check).order_by(col(Seed.id))).all()
    links = session.exec(select(Link.next_try).where(Link.state == "pending").order_by(col(Link.id))).all()
    again = session.exec(select(Link.recheck_at).where(Link.state == "done")).one()
    held = session.exec(select(Delivery.leased_until)).one() is not None
    return list(seeds), list(links), again, held


HELD = ([NOW + timedelta(minutes=2), NOW + LEASE], [NOW + timedelta(minutes=2), NOW + LEASE, NOW + LEASE])


def taken_over(store: Store, before: sign.Sign | None, seen: datetime) -> bool:
    with store.write() as session:
        if before is not None:
            sign.show(session, before, at=seen)
        return sign.take_over(session, MINE, at=WALL, now=NOW)


def test_what_a_dead_watch_had_taken_is_due_and_what_waits_for_its_time_waits_on(
    store: Store, dead_pid: int
) -> None:
    with store.read() as session:
        assert waits(session) == (*HELD, NOW + LEASE, True)
    with store.write() as session:
        session.exec(select(Delivery)).one().leased_by = replace(MINE, pid=dead_pid).owner
    assert taken_over(store, replace(MINE, pid=dead_pid), WALL)
    with store.read() as session:
        later = NOW + timedelta(minutes=2)
        assert waits(session) == ([later, NOW], [later, NOW, NOW], NOW, False)
        assert sign.last(session) == (MINE, WALL)


@pytest.mark.parametrize("ended", [True, False])
def test_the_same_number_in_a_container_is_a_watch_that_was_there_before(store: Store, ended: bool) -> None:
    assert taken_over(store, replace(MINE, began="before", ended=ended), WALL)
    with store.read() as session:
        assert waits(session)[2:] == (NOW, False)


@pytest.mark.parametrize("before", [replace(MINE, pid=os.getppid()), replace(MINE, host="elsewhere")])
def test_what_another_living_watch_has_taken_is_left_to_it(store: Store, before: sign.Sign) -> None:
    assert not taken_over(store, before, WALL - DEAD_AFTER)
    with store.read() as session:
        assert waits(session) == (*HELD, NOW + LEASE, True)
        assert sign.last(session) == (before, WALL - DEAD_AFTER)


def test_a_watch_that_hangs_is_replaced(store: Store) -> None:
    assert taken_over(store, replace(MINE, pid=os.getppid()), WALL - DEAD_AFTER - timedelta(seconds=1))


def test_a_dead_machines_leases_end_by_themselves(store: Store) -> None:
    assert taken_over(store, replace(MINE, host="elsewhere", ended=True), WALL)
    with store.read() as session:
        assert waits(session) == (*HELD, NOW + LEASE, True)


def test_the_first_watch_of_a_store_takes_it(store: Store) -> None:
    assert taken_over(store, None, WALL)


@pytest.mark.parametrize(
    ("silent", "shows"), [(DEAD_AFTER, False), (DEAD_AFTER + timedelta(seconds=1), True)]
)
def test_a_watch_beside_another_shows_itself_once_that_shows_nothing(
    store: Store, silent: timedelta, shows: bool
) -> None:
    elsewhere = replace(MINE, host="elsewhere")
    assert not taken_over(store, elsewhere, WALL)
    with store.write() as session:
        assert sign.succeed(session, MINE, at=WALL + silent) is shows
        told = sign.last(session)
        assert told is not None
        assert told[0] == (MINE if shows else elsewhere)

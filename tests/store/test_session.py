"""Reading beside writing, one writer at a time, and failures told in one line."""

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session, SQLModel, select

from store.errors import StoreError, shown
from store.models import Link, Publisher, Story
from store.session import SCRATCH, Store
from store.values import LinkState, Tier

pytestmark = pytest.mark.anyio

NOW = datetime(2022, 2, 24, 4, 30, tzinfo=UTC)


def add(session: Session, domain: str = "example.org") -> int | None:
    publisher = Publisher(domain=domain, name=domain)
    session.add(publisher)
    session.flush()
    return publisher.id


def domains(store: Store) -> list[str]:
    with store.read() as session:
        return sorted(session.exec(select(Publisher.domain)).all())


async def test_work_is_committed_and_its_value_given(store: Store) -> None:
    assert await store.run(add, "publisher:example.org") == 1
    assert domains(store) == ["example.org"]


async def test_failed_work_leaves_nothing(store: Store) -> None:
    def work(session: Session) -> None:
        add(session)
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        await store.run(work)
    assert domains(store) == []


async def test_a_broken_constraint_reaches_the_caller(store: Store) -> None:
    await store.run(add)
    with pytest.raises(IntegrityError):
        await store.run(add)


async def test_all_work_is_done_in_one_thread(store: Store) -> None:
    names = await asyncio.gather(*(store.run(lambda _: threading.current_thread().name) for _ in range(20)))
    assert len(set(names)) == 1
    assert names[0] != threading.current_thread().name


async def test_work_begun_is_finished_though_nobody_waits(store: Store) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(session: Session) -> None:
        begun.set()
        go_on.wait(10)
        add(session)

    task = asyncio.create_task(store.run(work))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.run(lambda _: None)
    assert domains(store) == ["example.org"]


async def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError, match="the store is closed"):
        await store.run(add)


def test_readers_do_not_wait_for_the_writer(store: Store) -> None:
    with store.write() as session:
        add(session)
        assert domains(store) == []
    assert domains(store) == ["example.org"]


def test_a_reader_sees_one_state_throughout(store: Store) -> None:
    with store.read() as session:
        before = session.exec(select(Publisher.domain)).all()
        with store.write() as writing:
            add(writing)
        assert session.exec(select(Publisher.domain)).all() == before


def test_a_reading_session_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError, match="readonly"), store.read() as session:
        add(session)


def test_a_write_that_read_first_does_not_fail_beside_another(store: Store) -> None:
    def count_and_add(number: int) -> None:
        with store.write() as session:
            known = len(session.exec(select(Publisher.id)).all())
            add(session, f"{known}-{number}.org")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_and_add, range(40)))
    assert sorted(int(domain.split("-")[0]) for domain in domains(store)) == list(range(40))


def test_the_pragmas_hold_on_both_engines(store: Store) -> None:
    for opened in (store.read, store.write):
        with opened() as session:
            connection = session.connection()
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == (opened == store.write)


def test_a_reference_to_nothing_is_refused(store: Store) -> None:
    link = Link(key="k", url="u", host="h", publisher_id=99, first_seen=NOW, next_try=NOW)
    with pytest.raises(IntegrityError), store.write() as session:
        session.add(link)


async def test_a_checkpoint_cuts_the_log(store: Store, tmp_path: Path) -> None:
    await store.run(add)
    log = tmp_path / "tocsin.db-wal"
    assert log.stat().st_size > 0
    assert await store.checkpoint()
    assert log.stat().st_size == 0
    await store.run(lambda session: add(session, "after.org"))


async def test_a_checkpoint_gives_way_to_a_long_reader(store: Store) -> None:
    with store.read() as session:
        session.exec(select(Publisher.id)).all()
        await store.run(add)
        assert not await store.checkpoint()
    assert await store.checkpoint()


def test_words_lie_in_the_file_as_their_values(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        add(session)
        session.add(Link(key="k", url="u", host="h", publisher_id=1, first_seen=NOW, next_try=NOW))
    file = sqlite3.connect(tmp_path / "tocsin.db")
    assert file.execute("SELECT tier, state FROM publisher, link").fetchall() == [("national", "pending")]
    file.close()
    with store.read() as session:
        assert session.exec(select(Publisher.tier)).one() is Tier.NATIONAL
        assert session.exec(select(Link).where(Link.state == LinkState.PENDING)).one().key == "k"


def test_moments_come_back_aware_and_in_utc(store: Store) -> None:
    kyiv = NOW.astimezone(timezone(timedelta(hours=2)))
    with store.write() as session:
        session.add(Story(first_seen=kyiv))
    with store.read() as session:
        assert session.exec(select(Story.first_seen).where(Story.first_seen <= kyiv)).one() == NOW
        assert session.exec(select(Story)).one().first_seen.tzinfo is UTC


def test_a_moment_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="must have timezone information"), store.write() as session:
        session.add(Story(first_seen=NOW.replace(tzinfo=None)))


def test_a_scratch_store_behaves_as_any_and_is_gone_when_closed() -> None:
    scratch = Store(SCRATCH)
    with scratch.write() as session:
        SQLModel.metadata.create_all(session.connection())
        add(session)
    assert domains(scratch) == ["example.org"]
    file = Path(scratch.url.removeprefix("sqlite:///"))
    assert file.exists()
    scratch.close()
    assert not file.parent.exists()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite:////nowhere/at/all.db", r"/nowhere/at/all.db: unable to open database file; check that"),
        ("mongodb://x", r"no driver for mongodb://x; write it like sqlite:///tocsin.db"),
        ("tocsin.db", r"no driver for database.url; write it like"),
    ],
)
def test_a_database_that_cannot_be_opened_is_one_line(url: str, told: str) -> None:
    with pytest.raises(StoreError, match=told):
        use(url)


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("buy milk\n" * 500)
    with pytest.raises(StoreError, match=r"notes.txt: file is not a database; name another file"):
        use(f"sqlite:///{tmp_path / 'notes.txt'}")


def use(url: str) -> None:
    store = Store(url)
    try:
        with store.write() as session:
            add(session)
    finally:
        store.close()


def test_a_url_is_shown_without_its_password() -> None:
    assert shown("postgresql://tocsin:secret@db/x") == "postgresql://tocsin:***@db/x"

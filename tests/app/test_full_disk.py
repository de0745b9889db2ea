"""A disk that takes nothing more stops the watch from telling, not from living; nothing is lost."""

import asyncio
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import select

from app.demo.site import Reply, Request, Site
from app.jobs import Jobs
from app.pipeline import Counters
from app.wiring import Wiring
from config.settings import Settings
from store.errors import StoreError
from store.migrations import prepare
from store.models import Publisher
from store.session import Store
from store.spool import Spool
from tests.app.bureau import MISSILES, ROOT, TROOPS, Bureau, Said, wait_for

BEFORE, MEANWHILE = Said("John Kirby", MISSILES, "deny"), Said("Artis Pabriks", TROOPS)


class Daemon:
    """A daemon whose log goes through a pipe, which needs no disk."""

    def __init__(self, bureau: Bureau) -> None:
        command = [sys.executable, "-m", "app", "run", "--config", str(bureau.config)]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=bureau._environ({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def log(self) -> str:
        return "".join(self.lines)

    def leave_room(self, size: int) -> None:
        """Let no file of the daemon grow beyond a size, as a full disk does."""
        _, hard = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, hard))

    def stop(self) -> int:
        self.process.terminate()
        code = self.process.wait(15)
        self._reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    with Bureau(tmp_path) as bureau:
        bureau.skip_first_round()
        yield bureau


@pytest.mark.timeout(300)
def test_a_full_disk_is_told_and_loses_nothing(bureau: Bureau) -> None:
    bureau.paper.out.append(BEFORE)
    daemon = Daemon(bureau)
    wait_for(lambda: BEFORE in bureau.told(), seconds=90, told=daemon.log)
    daemon.leave_room(0)
    wait_for(lambda: "disk I/O error; " in daemon.log(), seconds=90, told=daemon.log)
    assert "check that disk and the room on it" in daemon.log()
    bureau.paper.out.append(MEANWHILE)
    told = len(daemon.lines)
    wait_for(lambda: len(daemon.lines) > told + 3, seconds=90, told=daemon.log)
    assert daemon.process.poll() is None
    assert "Traceback" not in daemon.log()
    daemon.leave_room(resource.RLIM_INFINITY)
    wait_for(lambda: MEANWHILE in bureau.told(), seconds=90, told=daemon.log)
    assert daemon.stop() == 0
    assert {said: len(ids) for said, ids in bureau.told().items()} == {BEFORE: 1, MEANWHILE: 1}
    assert bureau.rows("pragma integrity_check") == [("ok",)]


@pytest.mark.timeout(300)
def test_a_watch_that_can_write_nothing_ends_in_order_when_it_is_told_to(bureau: Bureau) -> None:
    daemon = Daemon(bureau)
    wait_for(lambda: "watch begins" in daemon.log(), seconds=90, told=daemon.log)
    daemon.leave_room(0)
    bureau.paper.out.append(MEANWHILE)
    wait_for(lambda: "disk I/O error; " in daemon.log(), seconds=90, told=daemon.log)
    assert daemon.stop() == 0
    assert "no sign could be left" in daemon.log()


def test_the_dead_mans_switch_hears_nothing_of_a_watch_that_cannot_write(tmp_path: Path) -> None:
    """Pings go on for a process that lives; this one is dead to its readers."""
    asked: list[str] = []

    def answer(request: Request) -> Reply:
        asked.append(request.path)
        return Reply(b"ok")

    store, spool = Store(f"sqlite:///{tmp_path / 'tocsin.db'}"), Spool(None)
    prepare(store.url)
    with Site(answer) as switch:
        alerts = {"ping_url": switch.url("/alive")}
        crawl = {"allow_private": ["127.0.0.0/8"]}
        wiring = Wiring(Settings.model_validate({"alerts": alerts, "crawl": crawl}))
        jobs = Jobs(wiring, store, spool, Counters(), lambda: None)
        asyncio.run(jobs.ping())
        assert asked == ["/alive"]
        with store.write() as session:
            session.connection().exec_driver_sql("PRAGMA query_only=ON")
        with pytest.raises(StoreError):
            asyncio.run(jobs.ping())
        assert asked == ["/alive"]
    store.close()
    spool.close()


def test_a_full_database_says_so_and_goes_on_with_room(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'tocsin.db'}")
    prepare(store.url)
    room = [10**9]

    @event.listens_for(store._writing, "checkout")
    def bound(connection: object, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={room[0]}").close()  # type: ignore[attr-defined]

    room[0] = 1  # SQLite takes the size that it has
    with pytest.raises(StoreError, match="is full; free some space on that disk"), store.write() as session:
        session.add_all(Publisher(domain=f"{n}.example", name="x" * 1000) for n in range(500))
    room[0] = 10**6
    with store.write() as session:
        session.add(Publisher(domain="a.example", name="A"))
    with store.read() as session:
        assert session.exec(select(Publisher.domain)).all() == ["a.example"]
    store.close()

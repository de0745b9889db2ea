"""Every trouble is one line, and a watch that lives without any is well."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import Session

from app import sign
from app.health import Trouble, of_all, of_watch
from store.migrations import prepare
from store.models import Alert, ChannelHealth, Delivery, Publisher, Seed
from store.session import SCRATCH, Store
from store.values import DeliveryState
from tests.app.bureau import Bureau, wait_for

WALL = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOW = datetime(2022, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def session() -> Iterator[Session]:
    """A store whose watch lives."""
    store = Store(SCRATCH)
    prepare(store.url)
    with store.write() as session:
        sign.show(session, sign.own(WALL), at=WALL)
        session.add(Publisher(id=1, domain="news.example", name="News"))
        session.flush()
        yield session
    store.close()


def troubles(session: Session, url: str = "postgresql://") -> list[Trouble]:
    return list(of_all(session, url, at=WALL, now=NOW, at_once=16))


def seed(session: Session, number: int, **state: Any) -> None:
    values: dict[str, Any] = {"next_check": NOW, "host": "news.example", **state}
    session.add(Seed(publisher_id=1, url=f"https://news.example/{number}", **values))
    session.flush()


def test_a_watch_that_lives_without_trouble_is_well(session: Session) -> None:
    seed(session, 1)
    assert troubles(session) == []


@pytest.mark.parametrize(
    ("ended", "ago", "told"),
    [
        (False, timedelta(minutes=2), ""),
        (False, timedelta(minutes=4), "shows no sign of life since 2026-11-24 11:56 UTC: it died or hangs"),
        (True, timedelta(minutes=1), "was ended at 2026-11-24 11:59 UTC"),
    ],
)
def test_a_watch_is_judged_by_its_last_sign(session: Session, ended: bool, ago: timedelta, told: str) -> None:
    sign.show(session, replace(sign.own(WALL), ended=ended), at=WALL - ago)
    assert "".join(trouble.told for trouble in of_watch(session, at=WALL)) == told


def test_a_watch_that_never_ran_is_no_watch() -> None:
    store = Store(SCRATCH)
    prepare(store.url)
    with store.read() as session:
        (trouble,) = of_watch(session, at=WALL)
    store.close()
    assert "tocsin run" in trouble.told


def test_channels_that_fail_and_letters_that_died_are_told(session: Session) -> None:
    session.add(ChannelHealth(name="desk", failing_since=NOW - HOUR, last_error="connection refused"))
    session.add(ChannelHealth(name="hook", disabled_at=NOW, last_error="410"))
    session.add(ChannelHealth(name="slack"))
    session.add(Alert(id=1, uid="a", subject_key="a", created_at=NOW))
    session.flush()
    dead = Delivery(alert_id=1, route="r", channel="slack", state=DeliveryState.DEAD, next_attempt=NOW)
    session.add(dead)
    session.flush()
    assert [(trouble.part, trouble.name, trouble.told) for trouble in troubles(session)] == [
        ("channel", "desk", "fails since 2022-03-01 11:00 UTC: connection refused"),
        ("channel", "hook", "is switched off since 2022-03-01 12:00 UTC: 410"),
        ("channel", "slack", "1 dead letters, see: tocsin deliveries --state dead"),
    ]


def test_an_outlet_of_which_no_path_is_left_is_told(session: Session) -> None:
    seed(session, 1, silent_since=NOW - HOUR, silence_cause="forbidden")
    seed(session, 2)
    assert troubles(session) == []
    seed(session, 3, enabled=False)
    seed_two = session.get_one(Seed, 2)
    seed_two.silent_since, seed_two.silence_cause = NOW, "quiet"
    session.flush()
    (trouble,) = troubles(session)
    assert (trouble.part, trouble.name, trouble.since) == ("publisher", "News", NOW)
    assert trouble.told == "is silent since 2022-03-01 12:00 UTC: forbidden (all 2 paths)"


def test_a_crawl_that_stands_still_is_told(session: Session) -> None:
    seed(session, 1, next_check=NOW - HOUR)
    (trouble,) = troubles(session)
    assert (trouble.part, trouble.since) == ("crawl", NOW - HOUR)


def test_a_disk_that_fills_up_is_told(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'tocsin.db'}"
    assert troubles(session, url) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=5_000_000))
    (trouble,) = troubles(session, url)
    assert (trouble.part, trouble.name, trouble.told) == (
        "disk",
        str(tmp_path),
        "5 MB are left for the database",
    )


@pytest.mark.timeout(300)
def test_the_command_asks_the_daemon_from_outside(tmp_path: Path) -> None:
    with Bureau(tmp_path) as bureau:
        assert bureau.tocsin("health", "--alive").returncode == 1
        daemon = bureau.start()
        wait_for(lambda: bureau.tocsin("health", "--alive").returncode == 0, seconds=90, told=bureau.log)
        well = bureau.tocsin("health")
        assert (well.returncode, well.stdout) == (0, "all is well\n")
        bureau.stop(daemon)
        ended = bureau.tocsin("health")
        assert ended.returncode == 1
        assert ended.stdout.startswith("watch ")
        assert "was ended at" in ended.stdout
        assert '"part": "watch"' in bureau.tocsin("health", "--json").stdout
        copy = tmp_path / "copy.db"
        assert bureau.tocsin("db", "backup", str(copy)).returncode == 0
        assert copy.stat().st_size > 0
        assert bureau.tocsin("db", "backup", str(copy)).returncode == 1

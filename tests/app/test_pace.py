"""A watch that cannot keep up says so once, and once more when it can."""

from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import select

from alerts.routing import Routing
from app import pace
from crawler.backlog import Backlog
from store import migrations
from store.models import Alert
from store.session import Store

NOW = datetime(2022, 6, 1, 12, tzinfo=UTC)


def test_falling_behind_and_catching_up_are_told_once_each(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tocsin.db'}"
    migrations.prepare(url)

    def told(backlog: Backlog) -> list[str]:
        store = Store(url)  # a restart between two looks changes nothing
        with store.write() as session:
            pace.tell(session, backlog, at_once=16, routing=Routing(), now=NOW)
        with store.read() as session:
            headlines = [str(alert.payload["headline"]) for alert in session.exec(select(Alert))]
        store.close()
        return headlines

    assert told(Backlog()) == []
    assert told(Backlog(pages=900, hosts=16, since=NOW)) == []
    behind = told(Backlog(seeds=1, pages=900, hosts=17, since=NOW))
    assert behind == [
        "The watch is behind: 1 seed and 900 pages overdue, the longest since 2022-06-01 12:00 UTC"
    ]
    assert told(Backlog(seeds=3, since=NOW)) == behind
    caught_up = [*behind, "The watch has caught up: everything is read in time again"]
    assert told(Backlog(pages=4, hosts=1, since=NOW)) == caught_up
    assert told(Backlog()) == caught_up
    assert len(told(Backlog(seeds=1, since=NOW))) == 3

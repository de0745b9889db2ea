"""Killed at twenty points between fetch and send, the watch loses nothing and tells nothing under two ids.

One store lives through all of it: each kill is followed by a restart that is killed somewhere else.
"""

from pathlib import Path

import pytest

from app.failpoint import Failpoint
from tests.app.bureau import MISSILES, TROOPS, Bureau, Said, wait_for

VOICES = (
    "Volodymyr Zelensky",
    "Artis Pabriks",
    "Valerii Zaluzhnyi",
    "John Kirby",
    "Anton Gerashchenko",
    "Yurii Ihnat",
    "Oleksiy Arestovych",
    "Oleksii Danilov",
    "Viacheslav Chaus",
    "Ivan Fedorov",
)
SAYINGS = [
    Said(voice, claim, stance)
    for claim, stance in ((TROOPS, "confirm"), (MISSILES, "deny"))
    for voice in VOICES
]
FAILPOINTS = [
    Failpoint.PAGE_FETCHED,
    Failpoint.PAGE_READ,
    Failpoint.SPOOLED,
    Failpoint.WRITE_BEGUN,
    Failpoint.ARTICLE_WRITTEN,
    Failpoint.STATEMENTS_WRITTEN,
    Failpoint.ALERTS_RECORDED,
    Failpoint.LINK_SETTLED,
    Failpoint.COMMITTED,
    Failpoint.HOST_ENDED,
    Failpoint.DISPATCH_BEGUN,
    Failpoint.DISPATCH_ENDED,
    Failpoint.BEFORE_SEND,
    Failpoint.AFTER_SEND,
    Failpoint.HOST_BEGUN,
]


@pytest.mark.timeout(300)
def test_twenty_kills_between_fetch_and_send_lose_nothing_and_tell_nothing_twice(tmp_path: Path) -> None:
    with Bureau(tmp_path) as bureau:
        bureau.skip_first_round()
        sayings = iter(SAYINGS)
        for point in FAILPOINTS:
            bureau.paper.out.append(next(sayings))
            daemon = bureau.start(TOCSIN_FAILPOINT=point)
            assert daemon.wait(timeout=40) == -9, bureau.log()
            check_wreck(bureau)
        for moment in range(5):
            bureau.paper.out.append(next(sayings))
            kill_at(bureau, moment)
            check_wreck(bureau)
        daemon = bureau.start()
        wait_for(
            lambda: set(bureau.told()) >= set(SAYINGS) and all_sent(bureau),
            told=lambda: f"missing {set(SAYINGS) - set(bureau.told())}\n{bureau.log()}",
        )
        assert bureau.stop(daemon) < 10
        check_end(bureau)


def kill_at(bureau: Bureau, moment: int) -> None:
    """Kill a running daemon for real when the outside sees something, not at a failpoint."""
    path = f"/news/report-{len(bureau.paper.out) - 1}"
    hooks, mails = len(bureau.inbox.hooks), len(bureau.inbox.mails)
    signs = (
        lambda: bureau.site.hits(path),
        lambda: len(bureau.inbox.hooks) > hooks,
        lambda: len(bureau.inbox.mails) > mails,
        lambda: bureau.rows("select 1 from link where outcome = 'matched' order by id desc limit 1"),
        lambda: len(bureau.inbox.hooks) > hooks and len(bureau.inbox.mails) > mails,
    )
    daemon = bureau.start()
    wait_for(signs[moment], told=bureau.log)
    daemon.kill()
    assert daemon.wait(timeout=10) == -9


def check_wreck(bureau: Bureau) -> None:
    """What a kill leaves: a sound database, and no process."""
    assert bureau.rows("pragma integrity_check") == [("ok",)]
    wait_for(lambda: not bureau.processes(), seconds=10, told=lambda: "a worker outlived its daemon")


def all_sent(bureau: Bureau) -> bool:
    return not bureau.rows("select 1 from delivery where state != 'sent'")


def check_end(bureau: Bureau) -> None:
    told = bureau.told()
    assert set(told) == set(SAYINGS)
    assert {key: len(ids) for key, ids in told.items() if len(ids) > 1} == {}
    alerts = bureau.rows("select uid from alert where kind = 'statement'")
    assert len(alerts) == len(SAYINGS)
    assert {uid for (uid,) in alerts} == {
        id[: len(uid)] for ids in told.values() for id in ids for (uid,) in alerts[:1]
    }
    statements = {hooked.id for hooked in bureau.inbox.hooks}
    assert len(set(bureau.mailed())) == len(statements)
    repeated = len(bureau.inbox.hooks) - len(statements)
    assert repeated <= len(FAILPOINTS) + 5, "more than one duplicate a kill"
    assert bureau.rows("select count(*) from article") == [(len(SAYINGS),)]
    assert bureau.rows("select count(*) from link where state != 'done'") == [(0,)]
    assert not bureau.processes()


def test_the_order_of_kills_names_every_failpoint_of_the_daemon() -> None:
    assert set(FAILPOINTS) == set(Failpoint) - {Failpoint.WORKER_READING}

"""Kills of a running watch, and what must hold after each: for the test and for bench/kills.py."""

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
PATIENCE = 40.0
SIGNS = 5
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


def publish(bureau: Bureau) -> None:
    """Let the paper print the next article; there are twenty in a store."""
    bureau.paper.out.append(SAYINGS[len(bureau.paper.out)])


def kill_at_failpoint(bureau: Bureau, point: Failpoint) -> None:
    """Let a daemon run until it kills itself where it passes the point."""
    daemon = bureau.start(TOCSIN_FAILPOINT=point)
    code = daemon.wait(timeout=PATIENCE)
    assert code == -9, f"the daemon ended with {code} before it came to {point}\n{bureau.log()}"


def kill_at_sign(bureau: Bureau, sign: int) -> None:
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
    wait_for(signs[sign], seconds=PATIENCE, told=bureau.log)
    daemon.kill()
    assert daemon.wait(timeout=10) == -9


def check_wreck(bureau: Bureau) -> None:
    """What a kill leaves: a sound database, and no process."""
    assert bureau.rows("pragma integrity_check") == [("ok",)]
    wait_for(lambda: not bureau.processes(), seconds=10, told=lambda: "a worker outlived its daemon")


def finish(bureau: Bureau) -> float:
    """Let a last daemon tell what is left; how many seconds it took to stop."""
    begun = bureau.begun()
    daemon = bureau.start()
    # A daemon that is told to stop while it still loads ends by the signal, as any process does.
    wait_for(
        lambda: bureau.begun() > begun and set(bureau.told()) >= set(bureau.paper.out) and all_sent(bureau),
        seconds=PATIENCE,
        told=lambda: f"missing {set(bureau.paper.out) - set(bureau.told())}\n{bureau.log()}",
    )
    return bureau.stop(daemon)


def all_sent(bureau: Bureau) -> bool:
    return not bureau.rows("select 1 from delivery where state != 'sent'")


def check_end(bureau: Bureau, kills: int) -> None:
    """Everything was told, nothing under two ids, and nothing is left over."""
    sayings = bureau.paper.out
    told = bureau.told()
    assert set(told) == set(sayings)
    assert {key: len(ids) for key, ids in told.items() if len(ids) > 1} == {}
    alerts = bureau.rows("select uid from alert where kind = 'statement'")
    assert len(alerts) == len(sayings)
    assert {uid for (uid,) in alerts} == {
        id[: len(uid)] for ids in told.values() for id in ids for (uid,) in alerts[:1]
    }
    statements = {hooked.id for hooked in bureau.inbox.hooks}
    assert len(set(bureau.mailed())) == len(statements)
    repeated = len(bureau.inbox.hooks) - len(statements)
    assert repeated <= kills, "more than one duplicate a kill"
    assert bureau.rows("select count(*) from article") == [(len(sayings),)]
    assert bureau.rows("select count(*) from link where state != 'done'") == [(0,)]
    assert not bureau.processes()

"""The watch end to end: real HTTP in, real SMTP and webhooks out, through the command that operators run."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.demo.site import Reply, Site, routes
from tests.app.bureau import MISSILES, SAYING, TROOPS, Bureau, Said, page_of, wait_for

KNOWN, NEW, EDITED = Said("John Kirby", TROOPS), Said("Artis Pabriks", TROOPS), Said("Yurii Ihnat", MISSILES)
SOON = timedelta(minutes=20)
"""Later than the first look for edits."""


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    """A paper that is known, then prints news, then edits it twice: a round of the watch after each."""
    with Bureau(tmp_path_factory.mktemp("watch")) as bureau:
        crawl = {"user_agent": "t", "allow_private": ["127.0.0.0/8"], "host_gap": 0.01, "recheck_for": "48h"}
        bureau.change({"crawl": crawl})
        bureau.paper.out.append(KNOWN)
        assert bureau.tocsin("run", "--once").returncode == 0
        bureau.paper.out.append(NEW)
        bureau.jump(SOON)
        assert bureau.tocsin("run", "--once").returncode == 0
        added = f"<p>Yurii Ihnat confirmed on Tuesday {SAYING[MISSILES]}.</p></article>"
        bureau.paper.oddities["/news/report-1"] = Reply(
            page_of(NEW, 1).replace("</article>", added).encode(), validators=True
        )
        bureau.jump(timedelta(hours=2))
        assert bureau.tocsin("run", "--once").returncode == 0
        bureau.paper.oddities["/news/report-1"] = Reply(
            page_of(EDITED, 1).replace("Yurii Ihnat", "Nobody").encode(), validators=True
        )
        bureau.jump(timedelta(hours=4))
        assert bureau.tocsin("run", "--once").returncode == 0
        yield bureau


def kinds(bureau: Bureau) -> list[str]:
    """The kinds of what the webhook was told, in order."""
    return [json.loads(hooked.body)["data"]["kind"] for hooked in bureau.inbox.hooks]


def test_the_first_round_over_an_empty_store_is_told_in_one_message(bureau: Bureau) -> None:
    assert kinds(bureau)[0] == "standings"
    assert KNOWN.speaker.encode() in bureau.inbox.hooks[0].body
    assert KNOWN not in bureau.told()


def test_news_rings_once_on_every_channel(bureau: Bureau) -> None:
    assert len(bureau.told()[NEW]) == 1
    rung = [mail for mail in bureau.inbox.mails if NEW.speaker in mail.as_string()]
    assert rung


def test_a_statement_that_an_edit_adds_is_found(bureau: Bureau) -> None:
    assert len(bureau.told()[EDITED]) == 1


def test_statements_that_an_edit_takes_away_are_told_as_withdrawn(bureau: Bureau) -> None:
    assert kinds(bureau).count("withdrawn") == 2
    withdrawn = bureau.rows("select count(*) from statement where withdrawn_at is not null")
    assert withdrawn == [(2,)]


def test_every_text_of_an_edited_page_is_kept(bureau: Bureau) -> None:
    assert bureau.rows("select max(number) from revision") == [(3,)]


def test_each_page_is_fetched_once_and_then_looked_at_for_edits_alone(bureau: Bureau) -> None:
    asked = [request for request in bureau.site.requests if request.path == "/news/report-0"]
    assert "if-none-match" not in asked[0].headers
    assert all("if-none-match" in request.headers for request in asked[1:])


def test_a_worker_that_dies_costs_a_page_some_time_and_nothing_else(tmp_path: Path) -> None:
    with Bureau(tmp_path) as bureau:
        bureau.skip_first_round()
        bureau.paper.out.append(NEW)
        bureau.jump(SOON)
        assert bureau.tocsin("run", "--once", TOCSIN_FAILPOINT="worker-reading").returncode == 0
        assert bureau.rows("select outcome, state from link") == [("worker-died", "pending")]
        bureau.jump(SOON)
        assert bureau.tocsin("run", "--once").returncode == 0
        assert set(bureau.told()) == {NEW}


def test_sigterm_ends_the_watch_within_ten_seconds_whatever_hangs(tmp_path: Path) -> None:
    dripping = threading.Event()

    def drip() -> Iterator[bytes]:
        dripping.set()
        for _ in range(600):
            yield b"a "
            time.sleep(0.1)

    rows = "<tr><td>a b c</td></tr>" * 59_000
    slow = f"<article><p>{NEW.speaker} confirmed {SAYING[TROOPS]}.</p><table>{rows}</table></article>"
    settings = {"worker": {"time_limit": "60s"}}
    with (
        Bureau(tmp_path, settings=settings) as bureau,
        Site(routes({"/feed.xml": Reply(b"<rss>", drip=drip())}), address="127.0.0.2") as dripper,
    ):
        drips = {"domain": "127.0.0.2", "seeds": [dripper.url("/feed.xml")]}
        bureau.change({"publishers": [bureau.publisher(), drips]})
        bureau.paper.oddities["/news/slow"] = Reply(slow.encode())
        daemon = bureau.start()
        wait_for(lambda: dripping.is_set() and bureau.site.hits("/news/slow"), told=bureau.log)
        assert bureau.stop(daemon) < 10
        wait_for(lambda: not bureau.processes(), seconds=5, told=lambda: "a worker outlived its daemon")
        assert bureau.rows("pragma integrity_check") == [("ok",)]

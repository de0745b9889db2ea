"""The watch end to end: real HTTP in, real SMTP and webhooks out, through the command that operators run."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

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


def test_the_edits_of_an_article_are_shown_with_what_they_did_to_statements(bureau: Bureau) -> None:
    (number,) = bureau.rows("select article_id from revision where number = 3")[0]
    steps = json.loads(bureau.tocsin("articles", "diff", str(number), "--json").stdout)
    assert [one["speaker"] for one in steps[0]["appeared"]] == [EDITED.speaker]
    assert sorted(one["speaker"] for one in steps[1]["vanished"]) == [NEW.speaker, EDITED.speaker]
    shown = bureau.tocsin("articles", "diff", str(number)).stdout
    assert f"appeared: {EDITED.speaker} confirms it happened ({MISSILES})" in shown
    assert f"{{+{EDITED.speaker} confirmed on Tuesday" in shown
    whole = json.loads(bureau.tocsin("articles", "diff", str(number), "--from", "1", "--json").stdout)
    assert [(step["before"], step["after"]) for step in whole] == [(1, 3)]
    assert bureau.tocsin("articles", "diff", str(number), "--to", "9").returncode == 2
    assert bureau.tocsin("articles", "diff", "999").returncode == 1


def test_every_page_that_an_article_ever_was_can_be_exported(bureau: Bureau) -> None:
    (number,) = bureau.rows("select article_id from revision where number = 3")[0]
    target = bureau.folder / "kept.warc.gz"
    ended = bureau.tocsin("articles", "export", str(number), "--warc", str(target))
    assert (ended.returncode, ended.stderr) == (0, "")
    with target.open("rb") as stream:
        bodies = [
            one.content_stream().read() for one in ArchiveIterator(stream) if one.rec_type == "response"
        ]
    assert [EDITED.speaker.encode() in body for body in bodies] == [False, True, False]
    assert page_of(NEW, 1).encode() == bodies[0]


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

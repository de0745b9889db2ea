"""The commands that ask and decide, on a store: what they print, where, and with which exit code."""

import csv
import io
import json
import shlex
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.bureau import MISSILES, SAYING, TROOPS, Bureau, Said
from tests.app.shell import DENIES, Shell

NEW = Said("Artis Pabriks", TROOPS)


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    """A store with one known and one new statement; the new one was told."""
    with Bureau(tmp_path_factory.mktemp("cli")) as bureau:
        bureau.paper.out.append(Said("John Kirby", MISSILES, "deny"))
        assert bureau.tocsin("run", "--once").returncode == 0
        bureau.paper.out.append(NEW)
        bureau.jump(timedelta(minutes=20))
        assert bureau.tocsin("run", "--once").returncode == 0
        yield bureau


@pytest.fixture
def changing(bureau: Bureau, tmp_path: Path) -> Iterator[Bureau]:
    """The bureau for a test that changes its store: put back afterwards, for tests come in any order."""
    kept = [shutil.copy(path, tmp_path) for path in bureau.folder.glob("tocsin.db*")]
    yield bureau
    for path in bureau.folder.glob("tocsin.db*"):
        path.unlink()
    for copy in kept:
        shutil.copy(copy, bureau.folder)


@pytest.mark.parametrize(
    "command", ["ledger", "statements", "articles", "alerts", "deliveries", "publishers", "speakers"]
)
def test_every_question_is_answered_as_a_table_as_json_and_as_csv(
    shell: Shell, bureau: Bureau, command: str
) -> None:
    config = ("--config", str(bureau.config))
    assert shell.run(command, "--json", *config) == 0
    rows = json.loads(shell.out)
    assert rows
    assert shell.run(command, "--csv", *config) == 0
    assert len(list(csv.DictReader(io.StringIO(shell.out)))) == len(rows)
    assert shell.run(command, *config) == 0
    assert len(shell.out.splitlines()) == len(rows) + 4  # in a pipe each row is one line


def test_an_empty_answer_says_whether_there_is_nothing_or_nothing_of_that_kind(
    shell: Shell, bureau: Bureau
) -> None:
    config = ("--config", str(bureau.config))
    assert shell.run("verdicts", *config) == 0
    assert shell.err == "nobody has judged an alert yet\n"
    assert shell.run("deliveries", "--state", "dead", *config) == 0
    assert shell.err == "nothing found; fewer options show more\n"


def test_the_ledger_shows_the_whole_sentence_in_a_pipe(shell: Shell, bureau: Bureau) -> None:
    assert shell.run("ledger", "--config", str(bureau.config)) == 0
    assert f"{NEW.speaker} confirmed on Tuesday {SAYING[TROOPS]}." in shell.out


def test_articles_are_found_by_their_words(shell: Shell, bureau: Bureau) -> None:
    config = ("--config", str(bureau.config))
    assert shell.run("articles", "--search", "pabriks", "--json", *config) == 0
    assert [row["title"] for row in json.loads(shell.out)] == ["Artis Pabriks speaks"]
    assert shell.run("articles", "--search", "nowhere", "--json", *config) == 0
    assert json.loads(shell.out) == []


@pytest.mark.parametrize("spelling", ["Пабрікс", "pabriksa", "Артис Пабрикс", "Pabriks"])
def test_a_voice_is_found_by_spellings_that_were_never_seen(
    shell: Shell, bureau: Bureau, spelling: str
) -> None:
    config = ("--config", str(bureau.config))
    for command in ("statements", "ledger", "alerts", "articles"):
        assert shell.run(command, "--speaker", spelling, "--json", *config) == 0
        assert [row.get("speaker", NEW.speaker) for row in json.loads(shell.out)] == [NEW.speaker]
    assert shell.run("speakers", spelling, "--json", *config) == 0
    assert [row["name"] for row in json.loads(shell.out)] == [NEW.speaker]
    assert shell.run("statements", "--speaker", "Łukaszenka", "--json", *config) == 0
    assert json.loads(shell.out) == []


def test_a_spelling_of_several_voices_names_them(shell: Shell, bureau: Bureau) -> None:
    assert shell.run("statements", "--speaker", "Łukaszenka Pabriksa", "--config", str(bureau.config)) == 2
    assert "several speakers: Alexander Lukashenko, Artis Pabriks" in shell.err


def test_a_name_that_nobody_bears_is_told_with_the_nearest(shell: Shell, bureau: Bureau) -> None:
    assert shell.run("statements", "--speaker", "Pabrisk", "--config", str(bureau.config)) == 2
    assert "Pabrisk" in shell.err


def test_a_list_of_feeds_goes_in_and_comes_out(shell: Shell, tmp_path: Path) -> None:
    feed = "https://news.example/rss"
    mine = tmp_path / "mine.opml"
    mine.write_text(f'<opml><outline xmlUrl="{feed}"/><outline xmlUrl="no feed"/></opml>', encoding="utf-8")
    assert shell.run("publishers", "import", str(mine)) == 2
    assert "tocsin init" in shell.err
    assert shell.run("init") == 0
    before = (tmp_path / "tocsin.yaml").read_text(encoding="utf-8")
    assert shell.run("publishers", "import", str(mine), "--dry-run", "--json") == 1
    assert [(row["feed"], row["fate"]) for row in json.loads(shell.out)] == [
        (feed, "added"),
        ("no feed", "refused"),
    ]
    assert (tmp_path / "tocsin.yaml").read_text(encoding="utf-8") == before
    assert shell.run("publishers", "import", str(mine)) == 1
    assert shell.err.startswith("1 added, 0 known already, 1 refused; ")
    after = (tmp_path / "tocsin.yaml").read_text(encoding="utf-8")
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        f"  - {{domain: news.example, seeds: ['{feed}']}}"
    ]
    assert shell.run("publishers", "export") == 0
    assert feed in shell.out
    assert shell.run("publishers", "export", "out.opml") == 0
    assert shell.run("publishers", "import", "out.opml", "--json") == 0
    assert {row["fate"] for row in json.loads(shell.out)} == {"known"}
    assert shell.run("publishers", "export", "out.opml") == 2


def test_publishers_are_asked_for_by_name(shell: Shell, bureau: Bureau) -> None:
    config = ("--config", str(bureau.config))
    assert shell.run("publishers", "pap", "--json", *config) == 0
    assert [row["name"] for row in json.loads(shell.out)] == ["Paper"]
    assert shell.run("publishers", "pap", *config) == 0
    assert [word for word in ("/feed.xml", "feed", "well") if word not in shell.out] == []
    assert shell.run("publishers", "nobody", *config) == 2


def test_routes_explain_says_where_a_statement_goes(shell: Shell, bureau: Bureau) -> None:
    config = ("--config", str(bureau.config))
    assert shell.run("routes", "explain", "1", "--json", *config) == 0
    assert {row["channel"] for row in json.loads(shell.out)} == {"desk", "hook"}
    assert shell.run("routes", "explain", "1", *config) == 0
    assert "It rang as alert" in shell.out
    assert shell.run("routes", "explain", "999", *config) == 1


def test_check_shows_every_stage_and_writes_nothing(shell: Shell, bureau: Bureau, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    miss = "Russian troops entered Ukraine from Belarus."
    page.write_text(f"<html lang=en><article><p>{DENIES}</p><p>{miss}</p></article></html>", "utf-8")
    before = bureau.rows("select count(*) from statement")
    assert shell.run("check", str(page), "--config", str(bureau.config)) == 0
    for stage in ("page", "gate", "statement", "near miss", "novelty", "alert"):
        assert f"\n{stage}" in f"\n{shell.out}"
    assert miss in shell.out
    assert bureau.rows("select count(*) from statement") == before


def test_alerts_test_sends_through_every_channel(bureau: Bureau) -> None:
    hooks, mails = len(bureau.inbox.hooks), len(bureau.inbox.mails)
    ended = bureau.tocsin("alerts", "test")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("sent") == 2
    assert (len(bureau.inbox.hooks), len(bureau.inbox.mails)) == (hooks + 1, mails + 1)


def test_a_verdict_is_stored_and_corrects_the_thread(changing: Bureau) -> None:
    (number,) = changing.rows("select id from alert where kind = 'statement' order by id desc limit 1")[0]
    ended = changing.tocsin("verdict", str(number), "wrong", "--note", "misread")
    assert ended.returncode == 0, ended.stderr
    assert ("wrong", "misread") in changing.rows("select verdict, verdict_note from alert")
    assert changing.rows("select count(*) from alert where kind = 'correction'") == [(1,)]


def test_dead_letters_are_sent_again_when_a_person_says_so(changing: Bureau) -> None:
    assert changing.tocsin("deliveries", "retry").returncode == 1
    changing.write("update delivery set state = 'dead' where id = 1")
    ended = changing.tocsin("deliveries", "retry", "1")
    assert (ended.returncode, ended.stdout) == (0, "1 due again\n")
    assert changing.rows("select state from delivery where id = 1") == [("pending",)]
    ended = changing.tocsin("deliveries", "retry", "1", "2")
    assert ended.returncode == 1
    assert "no dead letter: 1, 2" in ended.stderr


def test_verdicts_are_listed_and_exported_as_documents_that_match_reads(
    changing: Bureau, shell: Shell
) -> None:
    config = ("--config", str(changing.config))
    (number,) = changing.rows("select id from alert where kind = 'statement' order by id desc limit 1")[0]
    assert shell.run("verdicts", "--json", *config) == 0
    assert shell.lines == [[]]
    assert shell.run("verdict", str(number), "right", *config) == 0
    assert shell.run("verdicts", "--json", *config) == 0
    assert [row["verdict"] for row in json.loads(shell.out)] == ["right"]
    assert shell.run("verdicts", "export", *config) == 0
    exported = shell.out
    assert shell.lines[0]["statements"][0]["speaker"] == NEW.speaker
    assert shell.run("match", "-", stdin=exported.encode()) == 0
    assert shell.lines[0]["statements"][0]["speaker"] == NEW.speaker


def test_a_silence_is_added_listed_and_removed(changing: Bureau, shell: Shell) -> None:
    config = ("--config", str(changing.config))
    what = ("--claim", MISSILES, "--speaker", "KIRBY", "--publisher", "paper", "--channel", "desk")
    assert shell.run("silences", "add", *what, "--for", "6h", "--reason", "live speech", *config) == 0
    assert "a reversal is still sent. Undo: tocsin silences remove 1" in shell.out
    assert shell.run("silences", "list", "--json", *config) == 0
    (row,) = json.loads(shell.out)
    assert row["silences"] == f"claim {MISSILES}; speaker John Kirby; publisher 127.0.0.1; channel desk"
    assert shell.run("silences", "remove", "1", *config) == 0
    assert shell.run("silences", "--json", *config) == 0
    assert json.loads(shell.out) == []
    assert shell.run("silences", "--all", "--csv", *config) == 0
    assert len(shell.out.splitlines()) == 2
    assert shell.run("silences", "remove", "1", *config) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--reason", "x", "--for", "1h"], "name what to silence"),
        (["--reason", "x", "--claim", MISSILES], "--for 3d"),
        (["--reason", "x", "--claim", MISSILES, "--for", "soon"], "soon"),
        (["--reason", "x", "--claim", MISSILES, "--until", "soon"], "soon"),
        (["--reason", "x", "--claim", "missles", "--for", "1h"], "missles"),
        (["--reason", "x", "--speaker", "alexander", "--for", "1h"], "may be several speakers"),
        (["--reason", "x", "--channel", "dsek", "--for", "1h"], "did you mean 'desk'"),
        (["--claim", MISSILES, "--for", "1h"], "--reason"),
    ],
)
def test_a_silence_that_says_too_little_or_too_much_is_refused(
    bureau: Bureau, shell: Shell, words: list[str], told: str
) -> None:
    assert shell.run("silences", "add", *words, "--config", str(bureau.config)) == 2
    assert told in shell.err


def test_speakers_are_merged_and_the_undo_that_is_named_undoes_it(changing: Bureau, shell: Shell) -> None:
    config = ("--config", str(changing.config))
    assert shell.run("ledger", "--json", *config) == 0
    before = json.loads(shell.out)
    assert shell.run("speakers", "merge", "Artis Pabriks", "John Kirby", *config) == 0
    undo = shlex.split(shell.out.partition("Undo: ")[2])
    assert shell.run("ledger", "--json", *config) == 0
    assert {row["speaker"] for row in json.loads(shell.out)} == {"Artis Pabriks"}
    assert shell.run("speakers", "kirby", "--json", *config) == 0
    assert [row["name"] for row in json.loads(shell.out)] == ["Artis Pabriks"]
    assert shell.run(*undo[1:], *config) == 0
    assert shell.run("ledger", "--json", *config) == 0
    assert json.loads(shell.out) == before
    assert shell.run("speakers", "merge", "Artis Pabriks", "Artis Pabriks", *config) == 1
    assert shell.run("speakers", "split", "Artis Pabriks", "Kirby", *config) == 1

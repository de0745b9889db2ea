"""The commands that need no store: documents in, answers out, and what a shell sees of wrong usage."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.bureau import ROOT, TROOPS
from tests.app.shell import DENIES, ITEM, Shell, jsonl


def test_match_answers_each_document_in_order(shell: Shell) -> None:
    assert shell.run("match", "-", stdin=jsonl(ITEM, {**ITEM, "id": 2, "text": "Bread costs more."})) == 0
    first, second = shell.lines
    assert (first["id"], first["schema"], first["lang"]) == ("a", 1, "en")
    assert (second["id"], second["statements"]) == (2, [])
    statement = first["statements"][-1]
    assert (statement["claim"], statement["stance"], statement["about"]) == (TROOPS, "deny", "occurrence")
    assert statement["speaker"] == "Alexander Lukashenko"
    assert statement["said_on"] == "2022-03-01"
    text = ITEM["title"] if statement["in"] == "title" else ITEM["text"]
    assert text[statement["start"] : statement["end"]] == statement["evidence"]
    assert set(statement) == {
        *("claim", "stance", "about", "speaker", "speaker_as_written", "via", "said_on", "event_on"),
        *("certainty", "status", "evidence", "in", "start", "end", "why"),
    }


def test_match_reads_on_after_a_bad_line_and_fails_at_the_end(shell: Shell) -> None:
    bad = b'nonsense\n[1]\n{"id": 3}\n{"id": 4, "text": "x", "published": "soon"}\n\xff\xfe\n'
    assert shell.run("match", "-", stdin=bad + jsonl(ITEM)) == 1
    assert [row["id"] for row in shell.lines] == ["a"]
    told = shell.err.splitlines()
    assert [line.split(":")[1].strip() for line in told] == [f"line {number}" for number in range(1, 6)]


def test_match_says_why_it_skips_a_language_without_a_pack(shell: Shell) -> None:
    assert shell.run("match", "-", stdin=jsonl({**ITEM, "lang": "fi"})) == 0
    assert shell.lines[0]["statements"] == []
    assert "fi" in shell.lines[0]["skipped"]


def test_match_takes_other_claims(shell: Shell, tmp_path: Path) -> None:
    watchlist = tmp_path / "bread.yaml"
    claim = "id: bread\ntitle: Bread is dearer\nall: [[bread*], [dearer]]\n"
    watchlist.write_text(claim, encoding="utf-8")
    item = {**ITEM, "text": "Artis Pabriks denied on Tuesday that bread is dearer."}
    assert shell.run("match", "-", "--watchlist", str(watchlist), stdin=jsonl(item)) == 0
    assert {statement["claim"] for statement in shell.lines[0]["statements"]} == {"bread"}


def test_match_of_a_letter_that_no_encoding_has_is_still_json(shell: Shell) -> None:
    assert shell.run("match", "-", stdin=b'{"id": "\\ud800", "text": "x", "lang": "en"}\n') == 0
    assert shell.lines[0]["id"] == "\ud800"


def test_match_starts_without_the_crawler_and_the_store() -> None:
    script = (
        "import sys, io\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO(b''))\n"
        "from app.cli import main\n"
        "try:\n    main(['match', '-'])\nexcept SystemExit:\n    pass\n"
        "heavy = ('scrapy', 'twisted', 'sqlalchemy', 'trafilatura', 'apscheduler', 'rich.table')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    asked = [sys.executable, "-c", script]
    ended = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_a_reader_that_goes_away_is_no_error() -> None:
    asked = f"{sys.executable} -m app match --help | head -c 1; exit ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", asked], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_replay_rings_for_what_is_new_by_the_day_on_which_it_was_said(shell: Shell, tmp_path: Path) -> None:
    items = tmp_path / "items.jsonl"
    later = {**ITEM, "id": "b", "text": DENIES.replace("denied", "confirmed"), "published": "2022-03-08"}
    copy = {**ITEM, "id": "c"}
    items.write_bytes(jsonl(later, ITEM, copy))
    assert shell.run("replay", str(items)) == 0
    rung = [(row["item"], row["stance"], row["novelty"]) for row in shell.lines]
    assert rung == [("a", "deny", "first"), ("b", "confirm", "reversal")]
    keys = ["item", "claim", "stance", "about", "speaker", "said_on", "novelty"]
    assert [list(row) for row in shell.lines] == [keys, keys]


def test_extract_prints_the_article_of_a_file(shell: Shell, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<html lang=en><h1>A title</h1><article><p>{DENIES}</p></article></html>", "utf-8")
    assert shell.run("extract", str(page), "--url", "https://news.example/1") == 0, shell.err
    row = json.loads(shell.out)
    assert DENIES in row["text"]
    assert list(row) == ["file", "url", "title", "published", "authors", "lang", "text"]


def test_extract_answers_a_batch_in_order_and_names_what_it_could_not_read(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text(f"<article><p>{DENIES}</p></article>", encoding="utf-8")
    files = [
        {"file": name, "url": "https://news.example/1"} for name in ("page.html", "gone.html", "page.html")
    ]
    stdin = jsonl(*files) + b"nonsense\n"
    assert shell.run("extract", "--batch", "--root", str(tmp_path), stdin=stdin) == 1
    assert [row["file"] for row in shell.lines] == ["page.html", "gone.html", "page.html", ""]
    assert ["error" in row for row in shell.lines] == [False, True, False, True]


def test_what_init_writes_runs_as_it_is(shell: Shell, tmp_path: Path) -> None:
    assert shell.run("init") == 0
    assert shell.run("config", "check") == 0
    assert "fine" in shell.out
    outlets = re.search(r"(\d+) publishers", shell.out)
    assert outlets
    assert int(outlets[1]) >= 60
    assert shell.run("init") == 2
    assert "--force" in shell.err
    (tmp_path / "tocsin.yaml").write_text("log: {}", encoding="utf-8")
    assert shell.run("init", "--force") == 0
    assert "shipped" in (tmp_path / "tocsin.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("channels: {desk: {kind: emial}}", "email"),
        ("crawl: {tikc: 5}", "tick"),
        ("claims: [shiped]", "shipped"),
        ("routes: [{to: nobody}]", "nobody"),
        ("publishers: [", "YAML"),
    ],
)
def test_config_check_names_the_place_and_the_remedy(
    shell: Shell, tmp_path: Path, written: str, told: str
) -> None:
    (tmp_path / "tocsin.yaml").write_text(written, encoding="utf-8")
    assert shell.run("config", "check") == 2
    assert told in shell.err
    assert "tocsin.yaml" in shell.err or "claims" in shell.err


@pytest.mark.parametrize(
    "words",
    [["nonsense"], ["run", "--nonsense"], ["verdict", "1", "perhaps"], ["extract"], ["match", "gone.jsonl"]],
)
def test_wrong_usage_is_one_line_and_exit_code_2(shell: Shell, words: list[str]) -> None:
    assert shell.run(*words) == 2
    assert shell.err.count("\n") == 1
    assert shell.err.startswith("tocsin: ")


def test_a_store_that_is_not_there_is_told_with_the_command_that_makes_it(shell: Shell) -> None:
    assert shell.run("ledger") == 1
    assert "tocsin run" in shell.err
    assert shell.err.count("\n") == 1

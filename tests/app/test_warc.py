"""Kept pages leave as a WARC file that other tools read, or not at all."""

import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from app.warc import Exported, WarcError, export
from store.queries.history import History, State

NOW = datetime(2022, 3, 2, tzinfo=UTC)
FETCHED = datetime(2022, 3, 1, 14, 30, 0, 5, tzinfo=timezone(timedelta(hours=2)))
BODY = "<p>Війська перетнули кордон.</p>".encode()
HEADERS = (
    ("content-type", "text/html; charset=utf-8"),
    ("etag", '"1"'),
    ("set-cookie", "a=1"),
    ("set-cookie", "b=2"),
    ("content-encoding", "gzip"),
    ("transfer-encoding", "chunked"),
    ("content-length", "7"),
)


def state(number: int, body: bytes = BODY) -> State:
    packed = zlib.compress(body) if body else b""
    return State(number, FETCHED, "t", "x", packed, sha256(body).hexdigest(), HEADERS, ())


def article(*states: State, number: int = 7) -> History:
    return History(number, "https://news.example/7", "https://news.example/7?from=feed", "News", states)


@pytest.mark.parametrize("name", ["kept.warc", "kept.warc.gz"])
def test_what_was_fetched_is_read_back_by_other_tools(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    assert export([article(state(1), state(2, b"<p>Edited.</p>"))], target, now=NOW) == [Exported(7, 2, ())]
    with target.open("rb") as stream:
        info, first, second = [
            (record.rec_type, record.rec_headers, record.http_headers, record.content_stream().read())
            for record in ArchiveIterator(stream, check_digests="raise")
        ]
    assert (info[0], info[1].get_header("WARC-Filename")) == ("warcinfo", name)
    kind, about, http, body = first
    assert (kind, body, second[3]) == ("response", BODY, b"<p>Edited.</p>")
    assert about.get_header("WARC-Target-URI") == "https://news.example/7?from=feed"
    assert about.get_header("WARC-Date") == "2022-03-01T12:30:00.000005Z"
    assert about.get_header("WARC-Payload-Digest").startswith("sha1:")
    assert (http.get_statuscode(), http.get_header("etag")) == ("200", '"1"')
    assert [value for name, value in http.headers if name == "set-cookie"] == ["a=1", "b=2"]
    assert http.get_header("content-length") == str(len(BODY))
    assert http.get_header("content-encoding") is None
    assert http.get_header("transfer-encoding") is None
    assert list(tmp_path.iterdir()) == [target]


def test_the_checker_of_the_format_finds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "kept.warc"
    export([article(state(1))], target, now=NOW)

    class Asked:
        inputs, verbose = (str(target),), False

    checker = Checker(Asked())
    checker.process_all()
    assert (checker.exit_value, capsys.readouterr().out) == (0, "")


def test_the_same_page_has_the_same_name_in_every_export(tmp_path: Path) -> None:
    for name in ("a.warc", "b.warc"):
        export([article(state(1))], tmp_path / name, now=NOW)
    names = []
    for name in ("a.warc", "b.warc"):
        with (tmp_path / name).open("rb") as stream:
            names.append([r.rec_headers.get_header("WARC-Record-ID") for r in ArchiveIterator(stream)][1])
    assert names[0] == names[1]


def test_what_has_no_bytes_is_named_and_makes_no_file(tmp_path: Path) -> None:
    target = tmp_path / "kept.warc"
    assert export([article(state(1, b""))], target, now=NOW) == [Exported(7, 0, (1,))]
    assert list(tmp_path.iterdir()) == []
    told = export([article(state(1, b""), state(2)), article(state(1), number=8)], target, now=NOW)
    assert told == [Exported(7, 1, (1,)), Exported(8, 1, ())]


def test_bytes_that_are_not_those_fetched_are_no_evidence(tmp_path: Path) -> None:
    for broken in (replace(state(1), page_sha256="0" * 64), replace(state(1), page=b"no zlib")):
        with pytest.raises(WarcError, match="article 7, revision 1"):
            export([article(broken)], tmp_path / "kept.warc", now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_written_over(tmp_path: Path) -> None:
    target = tmp_path / "kept.warc"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(WarcError, match="is there already"):
        export([article(state(1))], target, now=NOW)
    with pytest.raises(WarcError, match="cannot be written"):
        export([article(state(1))], tmp_path / "gone" / "kept.warc", now=NOW)
    assert target.read_text(encoding="utf-8") == "mine"

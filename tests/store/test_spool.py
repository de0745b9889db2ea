"""The spool keeps what was read for a while, and never more than it may."""

import gzip
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import spool as spool_module
from store.errors import StoreError
from store.spool import Spool, Verdict
from store.values import FetchedPage

pytestmark = pytest.mark.anyio

NOW = datetime(2022, 2, 24, 4, 30, tzinfo=UTC)


def page(number: int = 1, *, at: datetime = NOW, url: str = "") -> FetchedPage:
    address = url or f"https://example.org/{number}"
    return FetchedPage(
        link_id=number,
        publisher_id=7,
        url=address,
        final_url=f"{address}?moved",
        status=200,
        content_type="text/html",
        headers=(),
        body=b"",
        fetched_at=at,
    )


GATED = Verdict(outcome="gated")
MATCHED = Verdict(
    outcome="matched", title="Заголовок", lang="uk", published="2022-02-24", matcher="1", extracted=True
)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool.db")
    yield spool
    spool.close()


async def test_a_page_comes_back_as_it_went_in(spool: Spool) -> None:
    await spool.put(page(), "Війська 🚨 \x00 перетнули кордон.", MATCHED)
    (kept,) = spool.pages()
    assert kept.text == "Війська 🚨 \x00 перетнули кордон."
    assert kept.verdict == MATCHED
    assert (kept.fetched_at, kept.publisher_id, kept.link_id) == (NOW, 7, 1)


async def test_text_that_no_encoding_takes_costs_no_page(spool: Spool) -> None:
    await spool.put(page(), "half \ud83d of a sign", GATED)
    assert [kept.text for kept in spool.pages()] == ["half ? of a sign"]


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        gzip.compress(b"<p>kept</p>"),
        gzip.compress(b"<p>ke") + gzip.compress(b"pt</p>"),
        gzip.compress(b"<p>kept</p>") + b"junk",
    ],
    ids=["unpacked", "packed", "in two parts", "with something behind it"],
)
async def test_a_page_that_nobody_read_is_read_when_it_is_asked_for(tmp_path: Path, packed: bytes) -> None:
    spool = Spool(tmp_path / "spool.db", words=lambda body, kind: f"{kind}: {body.decode()}")
    await spool.put_unread([replace(page(), body=b"<p>kept</p>", packed=packed)], GATED)
    (kept,) = spool.pages()
    assert kept.text == "text/html: <p>kept</p>"
    spool.close()


async def test_why_it_did_not_ring_is_found_by_url(spool: Spool) -> None:
    await spool.put(page(1), "a", Verdict(outcome="gated", reason="no claim is named"))
    await spool.put(page(2), "b", GATED)
    assert [kept.verdict.reason for kept in spool.find("https://example.org/1")] == ["no claim is named"]
    assert [kept.link_id for kept in spool.find("https://example.org/2?moved")] == [2]


async def test_pages_are_read_oldest_first_in_any_number(spool: Spool) -> None:
    for number in range(1, 451):
        await spool.put(page(number, at=NOW + timedelta(minutes=number)), "text", GATED)
    await spool.put(page(451, at=NOW + timedelta(days=1)), "text", MATCHED)
    assert [kept.link_id for kept in spool.pages()] == list(range(1, 452))
    assert [kept.link_id for kept in spool.pages(outcome="matched")] == [451]
    assert len(list(spool.pages(since=NOW + timedelta(minutes=440)))) == 12


async def test_a_reader_may_take_its_time_while_pages_arrive(spool: Spool) -> None:
    await spool.put(page(1), "a", GATED)
    reading = spool.pages()
    assert next(reading).link_id == 1
    await spool.put(page(2), "b", GATED)
    assert next(reading).link_id == 2


async def test_pages_too_old_are_forgotten(spool: Spool) -> None:
    await spool.put(page(1), "old", GATED)
    await spool.put(page(2, at=NOW + timedelta(days=2)), "new", GATED)
    assert await spool.trim(NOW + timedelta(days=3, seconds=1)) == 1
    assert [kept.link_id for kept in spool.pages()] == [2]


async def test_the_oldest_go_when_there_are_too_many_bytes(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", max_bytes=2_000_000)
    noise = random.Random(7)  # noqa: S311
    for number in range(1, 1501):
        await spool.put(page(number), noise.randbytes(2000).hex(), GATED)
    await spool.trim(NOW)
    kept = [one.link_id for one in spool.pages()]
    assert spool.extent().used_bytes <= 2_000_000
    assert kept == list(range(kept[0], 1501))
    assert len(kept) > 200
    assert spool.path.stat().st_size < 4_000_000
    spool.close()


async def test_the_spool_cuts_itself_without_being_asked(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "TRIM_EVERY", 10)
    for number in range(1, 31):
        await spool.put(page(number, at=NOW + timedelta(days=number)), "text", GATED)
    assert spool.extent().pages <= 4
    assert spool.extent().oldest == NOW + timedelta(days=27)


async def test_what_was_kept_outlives_a_restart(spool: Spool) -> None:
    await spool.put(page(), "text", GATED)
    again = Spool(spool.path)
    assert [kept.text for kept in again.pages()] == ["text"]
    again.close()


def test_a_spool_of_another_layout_is_begun_anew(spool: Spool) -> None:
    other = sqlite3.connect(spool.path)
    other.executescript("DROP TABLE page; CREATE TABLE page (id); PRAGMA user_version=99")
    other.close()
    again = Spool(spool.path)
    assert again.extent().pages == 0
    again.close()


def test_a_file_that_is_no_spool_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "spool.db").write_text("buy milk\n" * 1000)
    with pytest.raises(StoreError, match=r"spool.db: file is not a database; check spool.path, or delete"):
        Spool(tmp_path / "spool.db")


def test_a_spool_without_a_path_is_gone_when_closed() -> None:
    spool = Spool(None)
    assert spool.path.exists()
    spool.close()
    assert not spool.path.parent.exists()

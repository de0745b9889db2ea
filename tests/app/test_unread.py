"""What the sieve stopped is written down some at a time, and nothing of it is lost."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from app.unread import MOST, Unread
from config.sections import PublisherSettings
from store.migrations import prepare
from store.models import Link
from store.queries import frontier
from store.queries.frontier import NewLink
from store.session import SCRATCH, Store
from store.spool import Spool
from store.values import FetchedPage, LinkState

pytestmark = pytest.mark.anyio

NOW = datetime(2022, 2, 24, 4, 30, tzinfo=UTC)
BODY = b"<p>The bridge is open.</p>"


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store(SCRATCH)
    prepare(store.url)
    outlet = PublisherSettings.model_validate(
        {"domain": "news.example", "seeds": ["https://news.example/rss"]}
    )
    with store.write() as session:
        frontier.sync_publishers(session, [outlet], NOW)
        links = [
            NewLink(f"k{n}", f"https://news.example/{n}", "news.example", "news.example") for n in range(50)
        ]
        frontier.add_links(session, links, publisher_id=1, seed_id=1, now=NOW)
    yield store
    store.close()


@pytest.fixture
def spool() -> Iterator[Spool]:
    spool = Spool(None)
    yield spool
    spool.close()


def page(link: int, *, flaw: str = "", packed: bytes = b"") -> FetchedPage:
    url = f"https://news.example/{link}"
    return FetchedPage(link, 1, url, url, 200, "text/html", (), BODY, NOW, flaw=flaw, packed=packed)


def outcomes(store: Store) -> list[str]:
    with store.read() as session:
        return [link.outcome for link in session.exec(select(Link)) if link.state is LinkState.DONE]


async def test_pages_wait_for_others_and_are_written_together(store: Store, spool: Spool) -> None:
    unread = Unread(store, spool, now=lambda: NOW)
    for link in range(1, MOST):
        await unread.add(page(link))
    assert outcomes(store) == []
    await unread.add(page(MOST, packed=gzip.compress(BODY)))
    assert outcomes(store) == ["gated"] * MOST
    assert {kept.text for kept in spool.pages(outcome="gated")} == {BODY.decode()}


async def test_the_last_ones_are_written_when_asked(store: Store, spool: Spool) -> None:
    unread = Unread(store, spool, now=lambda: NOW)
    await unread.add(page(1, flaw="paywall"))
    await unread.add(page(99))  # its publisher was taken out meanwhile
    await unread.flush()
    await unread.flush()
    assert outcomes(store) == ["paywall"]


async def test_a_spool_that_fails_costs_nothing_else(store: Store, spool: Spool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.spool.INSERT", "INSERT INTO nowhere VALUES (1)")
        unread = Unread(store, spool, now=lambda: NOW)
        await unread.add(page(1))
        await unread.flush()
    assert outcomes(store) == ["gated"]
    assert spool.extent().pages == 0

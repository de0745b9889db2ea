"""A store as the daemon has it: migrated, in a file of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store import migrations
from store.session import Store

NOW = datetime(2022, 2, 24, 4, 30, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'tocsin.db'}")
    migrations.prepare(store.url)
    yield store
    store.close()


@pytest.fixture
def now() -> datetime:
    return NOW

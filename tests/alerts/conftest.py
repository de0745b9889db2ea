"""A scratch store, and a newsroom that fills it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.migrations import upgrade
from store.session import Store
from tests.alerts.newsroom import Newsroom


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One migrated database for all; each test gets a copy, which costs less than migrating again."""
    path = tmp_path_factory.mktemp("store") / "tocsin.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    copy = Path(shutil.copy(migrated, tmp_path / "tocsin.db"))
    opened = Store(f"sqlite:///{copy}")
    yield opened
    opened.close()


@pytest.fixture
def newsroom(store: Store) -> Newsroom:
    room = Newsroom(store)
    room.claim("troops")
    room.claim("missiles", recurring=True)
    return room

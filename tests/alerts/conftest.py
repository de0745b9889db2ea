"""A scratch store, and a newsroom that fills it."""

from collections.abc import Iterator

import pytest

from store.migrations import upgrade
from store.session import Store
from tests.alerts.newsroom import Newsroom


@pytest.fixture
def store() -> Iterator[Store]:
    scratch = Store("sqlite://")
    upgrade(scratch.url)
    yield scratch
    scratch.close()


@pytest.fixture
def newsroom(store: Store) -> Newsroom:
    room = Newsroom(store)
    room.claim("troops")
    room.claim("missiles", recurring=True)
    return room

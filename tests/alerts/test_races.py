"""Two feeders at once, and every order of arrival: the ledger is the same and nothing rings twice."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest
from sqlmodel import Session

from alerts.ledger import Recorded
from store.migrations import upgrade
from store.session import Store
from store.values import Novelty
from tests.alerts.newsroom import Newsroom

ROUNDS = 12
SAID = [
    {"stance": stance, "said": said, "outlet": outlet}
    for stance, said, outlet in [
        ("deny", "02-26", "first.example"),
        ("deny", "02-26", "second.example"),
        ("confirm", "02-27", "first.example"),
        ("deny", "02-28", "third.example"),
        ("confirm", "02-28", "second.example"),
        ("deny", "03-01", "first.example"),
    ]
]


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_arrival_never_changes_the_ledger(seed: int) -> None:
    orders: list[Sequence[dict[str, Any]]] = [SAID, Random(seed).sample(SAID, len(SAID))]  # noqa: S311
    stands = [_position_after(order) for order in orders]
    assert stands[0] == stands[1]


def _position_after(order: Sequence[dict[str, Any]]) -> tuple[object, ...]:
    store = Store("sqlite://")
    try:
        upgrade(store.url)
        room = Newsroom(store)
        for said in order:
            room.tell(**said)
        row = room.stands()
        return (row.stance, row.since, row.last_said, row.disputed, row.episode)
    finally:
        store.close()


def test_two_feeders_of_one_utterance_ring_once(newsroom: Newsroom) -> None:
    other = Store(newsroom.store.url)
    try:
        for number in range(ROUNDS):
            pair = [_feeder(newsroom, f"Voice {number}", f"{side}.example", "deny") for side in ("a", "b")]
            _race(newsroom.store, other, pair)
            assert len(newsroom.alerts("statement")) == number + 1
    finally:
        other.close()


def test_confirmation_and_denial_at_once_are_never_first_twice(newsroom: Newsroom) -> None:
    other = Store(newsroom.store.url)
    try:
        for number in range(ROUNDS):
            sides = [("a", "deny"), ("b", "confirm")]
            pair = [_feeder(newsroom, f"Voice {number}", f"{side}.example", stance) for side, stance in sides]
            _race(newsroom.store, other, pair)
        novelties = [alert.novelty for alert in newsroom.alerts("statement")]
        assert Counter(novelties) == {Novelty.FIRST: ROUNDS, Novelty.CONFLICT: ROUNDS}
    finally:
        other.close()


def _feeder(room: Newsroom, speaker: str, outlet: str, stance: str) -> Callable[[Session], Recorded]:
    article = room.article(outlet)

    def feed(session: Session) -> Recorded:
        return room.record(session, [room.write_down(session, article, stance, speaker=speaker)])

    return feed


def _race(one: Store, other: Store, feeders: Sequence[Callable[[Session], Recorded]]) -> None:
    async def both() -> None:
        await asyncio.gather(one.run(feeders[0], "ledger"), other.run(feeders[1], "ledger"))

    asyncio.run(both())

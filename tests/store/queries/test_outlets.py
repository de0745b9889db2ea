"""Several paths to one outlet keep watch on each other: the one that lags or died is named."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from store.models import Link, Publisher, Seed
from store.queries.answers import PublisherRow
from store.queries.outlets import FEWEST_FINDS, FEWEST_POLLS, publishers
from store.session import Store

NOW = datetime(2022, 3, 1, 12, tzinfo=UTC)


def seed(
    session: Session, number: int, *, first: int = 0, age: timedelta = timedelta(days=1), **state: Any
) -> None:
    """A path of the outlet that was the first to find so many links."""
    values = {"kind": "feed", "polls": FEWEST_POLLS, "last_poll": NOW, **state}
    url = f"https://news.example/{number}.xml"
    session.add(Seed(id=number, publisher_id=1, url=url, host="news.example", next_check=NOW, **values))
    session.flush()
    for count in range(first):
        address = f"https://news.example/{number}/{count}"
        session.add(
            Link(
                key=address, url=address, host="news.example", publisher_id=1, seed_id=number,
                first_seen=NOW - age, next_try=NOW,
            )
        )  # fmt: skip
    session.flush()


def asked(store: Store, *seeds: dict[str, Any]) -> PublisherRow:
    with store.write() as session:
        session.add(Publisher(id=1, domain="news.example", name="News"))
        session.flush()
        for number, one in enumerate(seeds, start=1):
            seed(session, number, **one)
    with store.read() as session:
        return publishers(session)[0]


def test_a_path_that_is_never_first_is_named_with_the_one_that_is(store: Store) -> None:
    row = asked(store, {"first": FEWEST_FINDS}, {"kind": "sitemap"})
    assert row.lag == "sitemap /2.xml: never first in 7 days, feed /1.xml is"
    assert [(one.firsts, one.lags) for one in row.seeds] == [(FEWEST_FINDS, False), (0, True)]
    assert row.trouble == ""


@pytest.mark.parametrize(
    "seeds",
    [
        [{"first": FEWEST_FINDS}],
        [{"first": FEWEST_FINDS}, {"first": 1}],
        [{"first": FEWEST_FINDS - 1}, {}],
        [{"first": FEWEST_FINDS}, {"polls": FEWEST_POLLS - 1}],
        [{"first": FEWEST_FINDS, "age": timedelta(days=8)}, {}],
        [{"first": FEWEST_FINDS}, {"enabled": False}],
    ],
)
def test_a_path_without_a_rival_or_too_young_does_not_lag(store: Store, seeds: list[dict[str, Any]]) -> None:
    assert asked(store, *seeds).lag == ""


@pytest.mark.parametrize(
    ("seeds", "told"),
    [
        ([{}, {"silent_since": NOW, "silence_cause": "forbidden"}], "forbidden: feed /2.xml, of 2 paths"),
        (
            [{"failures": 3, "last_error": "dns: no such host"}, {}],
            "dns: no such host: feed /1.xml, of 2 paths",
        ),
        (
            [{}, {"failures": 1, "last_error": "slow"}, {"silent_since": NOW, "silence_cause": "quiet"}],
            "quiet: feed /3.xml and 1 more, of 3 paths",
        ),
        ([{"failures": 1, "last_error": "slow"}] * 2, "slow (all 2 paths)"),
        ([{"failures": 1, "last_error": "slow"}], "slow"),
        ([{"enabled": False, "failures": 1}], "no seed found yet"),
    ],
)
def test_a_path_that_died_is_named(store: Store, seeds: list[dict[str, Any]], told: str) -> None:
    assert asked(store, *seeds).trouble == told

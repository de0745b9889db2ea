"""A first start tells where things stand in one message, and nothing twice."""

from datetime import timedelta

from sqlmodel import Session

from alerts.standings import FirstRound, close_standings, first_round, open_standings
from store.models import Link, Seed
from tests.alerts.newsroom import Newsroom


def opened(newsroom: Newsroom) -> FirstRound | None:
    with newsroom.store.write() as session:
        return open_standings(session, now=newsroom.now)


def close(newsroom: Newsroom) -> bool:
    with newsroom.store.write() as session:
        return close_standings(session, now=newsroom.now, routing=newsroom.routing) is not None


def test_what_the_first_round_finds_is_one_message(newsroom: Newsroom) -> None:
    assert opened(newsroom) is not None
    for number in range(20):
        newsroom.tell("confirm", speaker=f"Voice {number}", outlet=f"paper{number % 5}.example")
    assert newsroom.deliveries() == []
    assert close(newsroom)
    assert len(newsroom.deliveries()) == 1
    message = newsroom.alerts("standings")[0].payload
    assert message["headline"] == "Where things stand: 20 positions known"
    rows = message["sections"][0]["rows"]
    assert rows[0]["headline"].startswith("CONFIRMS it happened: Voice")
    assert (rows[0]["stance"], rows[0]["claim"]) == ("confirm", "troops")


def test_after_the_first_round_each_change_rings(newsroom: Newsroom) -> None:
    opened(newsroom)
    newsroom.tell("deny")
    close(newsroom)
    newsroom.later(days=1)
    assert newsroom.tell("deny", said="03-01", outlet="second.example").alerts == ()
    newsroom.tell("confirm", said="03-02")
    assert len(newsroom.deliveries()) == 2


def test_a_restart_goes_on_with_an_open_round_and_never_opens_a_second(newsroom: Newsroom) -> None:
    opened(newsroom)
    newsroom.tell("deny")
    assert opened(newsroom) is not None
    close(newsroom)
    assert opened(newsroom) is None
    assert not close(newsroom)


def test_a_store_that_knows_something_has_no_first_round(newsroom: Newsroom) -> None:
    newsroom.tell("deny")
    assert opened(newsroom) is None


def test_an_empty_first_round_says_that_nothing_was_found(newsroom: Newsroom) -> None:
    opened(newsroom)
    close(newsroom)
    assert newsroom.headlines() == ["Where things stand: nothing found yet"]


def test_corroboration_of_what_the_round_found_stays_quiet(newsroom: Newsroom) -> None:
    opened(newsroom)
    newsroom.tell("deny")
    close(newsroom)
    for number in range(5):
        newsroom.tell("deny", outlet=f"paper{number}.example")
    assert len(newsroom.deliveries()) == 1


def test_the_round_is_over_when_all_seeds_are_polled_and_all_links_read(newsroom: Newsroom) -> None:
    publisher = newsroom.outlet("first.example")
    with newsroom.store.write() as session:
        open_standings(session, now=newsroom.now)
        seed = Seed(
            publisher_id=publisher, url="https://f.example/", host="f.example", next_check=newsroom.now
        )
        session.add(seed)
        assert _waiting(session, newsroom) == (1, 0, False)
        seed.last_poll = newsroom.now
        link = Link(
            key="k",
            url="https://f.example/1",
            host="f.example",
            publisher_id=publisher,
            first_seen=newsroom.now,
            next_try=newsroom.now,
        )
        session.add(link)
        assert _waiting(session, newsroom) == (0, 1, False)
        session.delete(link)
        assert _waiting(session, newsroom) == (0, 0, True)


def test_no_slow_host_keeps_the_round_open_for_ever(newsroom: Newsroom) -> None:
    waiting = FirstRound(newsroom.now, seeds=3, links=9)
    assert not waiting.is_over(newsroom.now)
    assert waiting.is_over(newsroom.now + timedelta(hours=1))


def _waiting(session: Session, newsroom: Newsroom) -> tuple[int, int, bool]:
    session.flush()
    now = first_round(session)
    assert now is not None
    return now.seeds, now.links, now.is_over(newsroom.now)

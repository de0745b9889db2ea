"""What becomes of a delivery after each try."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import outbox
from alerts.channels.base import Outcome, Result
from alerts.outbox import PATIENCE, decide, wait
from store.queries import outbox as queries
from store.values import DeliveryState
from tests.alerts.newsroom import NOON, Newsroom

FAILED = Outcome(Result.RETRY, "answered 500")


def test_a_failed_try_is_repeated_after_seconds_at_first() -> None:
    settled = decide(FAILED, attempts=1, uid="u", first_try=NOON, now=NOON)
    assert settled.state is DeliveryState.PENDING
    assert settled.next_attempt is not None
    assert timedelta(seconds=4) < settled.next_attempt - NOON < timedelta(seconds=6)


def test_the_tries_spread_over_three_days_and_then_end() -> None:
    now, attempts = NOON, 0
    while True:
        attempts += 1
        settled = decide(FAILED, attempts=attempts, uid="u", first_try=NOON, now=now)
        if settled.next_attempt is None:
            break
        assert settled.next_attempt > now
        now = settled.next_attempt
    assert now == NOON + PATIENCE
    assert settled.state is DeliveryState.DEAD
    assert settled.error == f"given up after {attempts} tries in 3 days; last: answered 500"
    assert 20 <= attempts <= 40


@given(st.integers(1, 60), st.text(max_size=20))
def test_the_jitter_is_the_deliverys_own_and_bounded(attempts: int, uid: str) -> None:
    base = outbox.SCHEDULE[min(attempts, len(outbox.SCHEDULE)) - 1]
    pause = wait(attempts, uid)
    assert pause == wait(attempts, uid)
    assert 0.85 * base <= pause.total_seconds() <= 1.15 * base


def test_retry_after_is_never_undercut() -> None:
    asked = Outcome(Result.RETRY, "answered 429", retry_after=timedelta(hours=5))
    settled = decide(asked, attempts=1, uid="u", first_try=NOON, now=NOON)
    assert settled.next_attempt == NOON + timedelta(hours=5)


@pytest.mark.parametrize("result", [Result.REJECTED, Result.GONE])
def test_what_can_never_be_sent_is_a_dead_letter_with_its_reason(result: Result) -> None:
    settled = decide(Outcome(result, "why"), attempts=1, uid="u", first_try=NOON, now=NOON)
    assert (settled.state, settled.error) == (DeliveryState.DEAD, "why")


def test_what_is_settled_stays_settled(newsroom: Newsroom) -> None:
    newsroom.tell("deny")
    delivery = newsroom.deliveries()[0].id
    assert delivery is not None
    with newsroom.store.write() as session:
        outbox.settle(session, delivery, Outcome(Result.SENT), uid="u", now=NOON)
        assert outbox.settle(session, delivery, FAILED, uid="u", now=NOON) is None
    assert newsroom.deliveries()[0].state is DeliveryState.SENT


def test_dead_letters_are_listed_and_replayed(newsroom: Newsroom) -> None:
    newsroom.tell("deny")
    delivery = newsroom.deliveries()[0].id
    assert delivery is not None
    with newsroom.store.write() as session:
        outbox.settle(session, delivery, Outcome(Result.GONE, "answered 410"), uid="u", now=NOON)
        assert queries.health(session, "desk").disabled_at == NOON
    with newsroom.store.read() as session:
        assert [due.delivery.last_error for due in queries.listed(session, state=DeliveryState.DEAD)] == [
            "answered 410"
        ]
    with newsroom.store.write() as session:
        assert outbox.revive(session, queries.dead(session, channel="desk"), now=NOON) == 1
        assert queries.health(session, "desk").disabled_at is None
    again = newsroom.deliveries()[0]
    assert (again.state, again.attempts, again.next_attempt) == (DeliveryState.PENDING, 0, NOON)

"""The daily message, silences, and the ping of a dead man's switch."""

import asyncio
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts import heartbeat
from alerts.channels.base import Result
from alerts.routing import Choice, Route, Routing
from alerts.silences import SilenceError, end, silence
from app.demo.site import Reply, Site
from store.values import DeliveryState, Status
from tests.alerts.newsroom import Newsroom
from tests.alerts.post import tools


def beat(newsroom: Newsroom) -> dict[str, object]:
    with newsroom.store.write() as session:
        alert = heartbeat.beat(
            session, now=newsroom.now, routing=newsroom.routing, lines=("12 publishers answer.",)
        )
        return dict(alert.payload)


def test_the_daily_message_lists_what_rang_and_what_waits_for_review(newsroom: Newsroom) -> None:
    newsroom.tell("deny")
    newsroom.tell("confirm", speaker="Bob Other", status=Status.REVIEW)
    newsroom.later(hours=3)
    message = beat(newsroom)
    assert message["headline"] == "Watching: 1 alert and 1 statement for review in the last day"
    assert message["lines"] == ["12 publishers answer."]
    sections = {section["title"]: section["rows"] for section in message["sections"]}  # type: ignore[attr-defined]
    assert sections["Claim of the troops"][0]["headline"] == "DENIES it happened: Ann Example"
    assert sections["For review: read these yourself"][0]["headline"].startswith(
        "Perhaps CONFIRMS it happened: Bob Other"
    )


def test_yesterdays_alerts_are_not_told_again(newsroom: Newsroom) -> None:
    newsroom.tell("deny")
    newsroom.later(days=2)
    assert beat(newsroom)["headline"] == "Watching: 0 alerts and 0 statements for review in the last day"


def test_the_daily_message_is_due_once_a_day_at_its_hour_and_late_after_a_stop(newsroom: Newsroom) -> None:
    began = newsroom.now  # noon

    def due(**later: float) -> bool:
        now = began + timedelta(**later)
        with newsroom.store.read() as session:
            return heartbeat.is_due(session, at=time(8), zone=ZoneInfo("UTC"), now=now, since=began)

    assert not due(hours=19.9)
    assert due(hours=20)
    newsroom.now = began + timedelta(hours=20)
    beat(newsroom)
    assert not due(hours=43)
    assert due(hours=50)  # the daemon was down at the hour itself


@pytest.mark.parametrize(("status", "result"), [(200, Result.SENT), (404, Result.RETRY)])
def test_a_ping_tells_whether_it_was_heard(status: int, result: Result) -> None:
    with Site(lambda _: Reply(status=status)) as site:
        outcome = asyncio.run(heartbeat.ping(tools(), site.url("/token")))
        assert site.paths() == ["/token"]
    assert outcome.result is result


def test_a_ping_that_nobody_answers_is_no_error() -> None:
    with Site(lambda _: Reply()) as site:
        url = site.url("/token")
    assert asyncio.run(heartbeat.ping(tools(), url)).result is Result.RETRY


def test_a_silence_keeps_the_alert_and_sends_nothing_until_it_ends(newsroom: Newsroom) -> None:
    with newsroom.store.write() as session:
        until = newsroom.now + timedelta(hours=1)
        silence(
            session, Choice(claim=frozenset({"troops"})), until=until, reason="exercise", now=newsroom.now
        )
    newsroom.tell("deny")
    (kept,) = newsroom.deliveries()
    assert (kept.state, kept.last_error) == (
        DeliveryState.SILENCED,
        "silenced until 2022-03-01 13:00 UTC: exercise",
    )
    newsroom.later(hours=1)
    newsroom.tell("deny", speaker="Bob Other")
    assert [row.state for row in newsroom.deliveries()] == [DeliveryState.SILENCED, DeliveryState.PENDING]


def test_the_daily_message_says_what_was_silenced_and_by_what(newsroom: Newsroom) -> None:
    with newsroom.store.write() as session:
        until = newsroom.now + timedelta(hours=6)
        choice = Choice(speaker=frozenset({"Ann Example"}))
        silence(session, choice, until=until, reason="exercise", now=newsroom.now, channels=("desk", "other"))
    newsroom.tell("deny")
    newsroom.later(hours=2)
    message = beat(newsroom)
    sections = {section["title"]: section["rows"] for section in message["sections"]}  # type: ignore[attr-defined]
    (kept,) = sections["Silenced: recorded, not sent"]
    assert kept["headline"] == "DENIES it happened: Ann Example — Claim of the troops"
    assert kept["detail"] == "desk: silenced until 2022-03-01 18:00 UTC: exercise"
    (held,) = sections["Silences in force"]
    assert held["headline"] == "speaker Ann Example; channel desk or other"
    assert held["detail"] == "until 2022-03-01 18:00 UTC: exercise"


def test_a_silence_of_one_channel_leaves_the_others_told_and_a_reversal_is_told_to_all(
    newsroom: Newsroom,
) -> None:
    newsroom.routing = Routing(routes=(Route("all", ("desk", "hook")),))
    with newsroom.store.write() as session:
        until = newsroom.now + timedelta(days=3)
        silence(session, Choice(), until=until, reason="noise", now=newsroom.now, channels=("desk",))
    newsroom.tell("deny")
    assert {row.channel: row.state for row in newsroom.deliveries()} == {
        "desk": DeliveryState.SILENCED,
        "hook": DeliveryState.PENDING,
    }
    newsroom.later(days=1)
    newsroom.tell("confirm", said="03-02")
    assert [row.state for row in newsroom.deliveries()[2:]] == [DeliveryState.PENDING] * 2


def test_a_silence_that_a_person_ends_holds_no_longer(newsroom: Newsroom) -> None:
    with newsroom.store.write() as session:
        until = newsroom.now + timedelta(days=3)
        choice = Choice(publisher=frozenset({"first.example"}))
        number = silence(session, choice, until=until, reason="noise", now=newsroom.now).id
    newsroom.tell("deny", outlet="first.example")
    newsroom.tell("deny", speaker="Bob Other", outlet="second.example")
    with newsroom.store.write() as session:
        assert number is not None
        end(session, number, now=newsroom.now)
    newsroom.tell("deny", speaker="Cid Third", outlet="first.example")
    states = [row.state for row in newsroom.deliveries()]
    assert states == [DeliveryState.SILENCED, DeliveryState.PENDING, DeliveryState.PENDING]
    with newsroom.store.write() as session, pytest.raises(SilenceError):
        end(session, number, now=newsroom.now)


@pytest.mark.parametrize(("hours", "reason"), [(0, "why"), (-1, "why"), (1, " ")])
def test_a_silence_without_an_end_or_a_reason_is_refused(newsroom: Newsroom, hours: int, reason: str) -> None:
    until = newsroom.now + timedelta(hours=hours)
    with newsroom.store.write() as session, pytest.raises(SilenceError):
        silence(session, Choice(), until=until, reason=reason, now=newsroom.now)

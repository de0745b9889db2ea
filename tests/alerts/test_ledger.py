"""What a page's statements do to the ledger, and what rings."""

from datetime import timedelta
from typing import Any

import pytest

from store.values import PRESS, Basis, Novelty, Stance, Status
from tests.alerts.newsroom import Newsroom


def test_a_first_statement_rings_once_and_takes_a_position(newsroom: Newsroom) -> None:
    recorded = newsroom.tell("deny")
    assert len(recorded.alerts) == 1
    assert newsroom.headlines() == ["DENIES it happened: Ann Example — Claim of the troops"]
    position = newsroom.stands()
    assert (position.stance, position.episode) == (Stance.DENY, 1)
    assert [delivery.channel for delivery in newsroom.deliveries()] == ["desk"]


def test_another_outlets_report_of_the_same_words_rings_nothing(newsroom: Newsroom) -> None:
    newsroom.tell("deny")
    recorded = newsroom.tell("deny", outlet="second.example")
    assert recorded.alerts == ()
    assert recorded.novelties[0][1] is Novelty.REPEAT


def test_the_other_stance_on_a_later_day_is_a_reversal_and_urgent(newsroom: Newsroom) -> None:
    newsroom.tell("deny", said="02-27")
    newsroom.tell("confirm", said="03-01")
    last = newsroom.alerts()[-1]
    assert last.novelty is Novelty.REVERSAL
    assert last.payload["urgent"] is True
    assert last.payload["headline"].startswith("REVERSAL, now CONFIRMS it happened")


def test_the_same_stance_a_day_later_rings_as_said_again(newsroom: Newsroom) -> None:
    newsroom.tell("deny", said="02-27")
    newsroom.tell("deny", said="03-01")
    assert newsroom.headlines()[-1].startswith("AGAIN DENIES it happened")


def test_both_stances_on_one_day_ring_once_as_disputed(newsroom: Newsroom) -> None:
    newsroom.tell("deny")
    newsroom.tell("confirm", outlet="second.example")
    newsroom.tell("deny", outlet="third.example")
    assert [alert.novelty for alert in newsroom.alerts("statement")] == [Novelty.FIRST, Novelty.CONFLICT]
    assert newsroom.stands().disputed


def test_denying_intent_and_occurrence_in_one_breath_is_one_alert_that_says_so(newsroom: Newsroom) -> None:
    article = newsroom.article()
    with newsroom.store.write() as session:
        both = [
            newsroom.write_down(session, article, "deny", about=about) for about in ("intent", "occurrence")
        ]
        recorded = newsroom.record(session, both)
    assert len(recorded.alerts) == 1
    assert newsroom.headlines() == ["DENIES it happened or is intended: Ann Example — Claim of the troops"]
    assert newsroom.stands("intent").stance is Stance.DENY


def test_a_speculation_and_a_statement_for_review_never_ring(newsroom: Newsroom) -> None:
    newsroom.tell("speculate")
    newsroom.tell("deny", status=Status.REVIEW)
    assert newsroom.alerts() == []
    assert newsroom.position() is None


@pytest.mark.parametrize(
    "said",
    [
        {"said": "02-20"},
        {"said": None},
        {"basis": Basis.BACKGROUND},
        {"speaker": PRESS, "lead": False},
    ],
    ids=["said long ago", "undated", "background", "press below its lead"],
)
def test_what_is_no_news_is_recorded_as_old(newsroom: Newsroom, said: dict[str, Any]) -> None:
    recorded = newsroom.tell("confirm", **said)
    assert recorded.alerts == ()
    assert recorded.novelties[0][1] is Novelty.OLD


def test_forty_outlets_in_their_own_voice_are_one_voice(newsroom: Newsroom) -> None:
    for number in range(40):
        newsroom.tell("confirm", speaker=PRESS, outlet=f"paper{number}.example")
    assert len(newsroom.alerts("statement")) == 1
    assert newsroom.headlines()[0] == "CONFIRMS it happened: The press — Claim of the troops"


def test_three_ten_and_thirty_publishers_update_the_thread_once_each(newsroom: Newsroom) -> None:
    for number in range(35):
        newsroom.tell("confirm", outlet=f"paper{number}.example")
    updates = newsroom.alerts("corroboration")
    assert [alert.payload["statement"]["publishers"] for alert in updates] == [3, 10, 30]
    assert {alert.thread for alert in newsroom.alerts()} == {"claim/troops"}
    first = newsroom.alerts("statement")[0]
    assert {alert.payload["refers_to"] for alert in updates} == {first.uid}


def test_feeding_a_page_twice_changes_nothing(newsroom: Newsroom) -> None:
    article = newsroom.article()
    with newsroom.store.write() as session:
        statement = newsroom.write_down(session, article, "deny")
        newsroom.record(session, [statement])
        again = newsroom.record(session, [statement])
    assert again.alerts == ()
    assert len(newsroom.alerts()) == 1
    assert newsroom.stands().episode == 1


def test_an_older_report_that_comes_late_is_no_reversal(newsroom: Newsroom) -> None:
    newsroom.tell("confirm", said="03-01")
    newsroom.tell("deny", said="02-27", outlet="second.example")
    late = newsroom.alerts()[-1]
    assert late.novelty is Novelty.FIRST
    assert late.payload["statement"]["late"] is True
    assert late.payload["urgent"] is False
    assert newsroom.stands().stance is Stance.CONFIRM


def test_a_report_told_at_night_of_what_was_said_in_the_evening_is_a_repeat(newsroom: Newsroom) -> None:
    newsroom.tell("deny", said="03-01", basis=Basis.PUBLISHED)
    newsroom.later(hours=14)
    recorded = newsroom.tell("deny", said="03-02", basis=Basis.PUBLISHED, outlet="second.example")
    assert recorded.alerts == ()


def test_the_alert_says_where_the_voice_and_the_others_stood(newsroom: Newsroom) -> None:
    newsroom.tell("confirm", speaker="Bob Other", said="02-28")
    newsroom.tell("deny", said="02-27")
    newsroom.tell("confirm", said="03-01")
    statement = newsroom.alerts()[-1].payload["statement"]
    assert [(stood["stance"], stood["since"]) for stood in statement["before"]] == [("deny", "2022-02-27")]
    assert [stood["voice"] for stood in statement["others"]] == ["Bob Other"]


def test_what_is_said_too_long_after_its_day_is_old_by_the_clock_alone(newsroom: Newsroom) -> None:
    newsroom.later(days=7, hours=11)
    assert newsroom.tell("deny", said="03-01").alerts
    newsroom.later(hours=2)
    newsroom.rules = type(newsroom.rules)(max_age=timedelta(days=7))
    assert not newsroom.tell("deny", said="03-01", speaker="Bob Other").alerts


def test_the_other_half_of_one_utterance_extends_the_thread_and_rings_no_second_alert(
    newsroom: Newsroom,
) -> None:
    newsroom.tell("deny")
    newsroom.tell("deny", about="intent", outlet="second.example")
    newsroom.tell("deny", about="intent", outlet="third.example")
    first, update, *more = newsroom.alerts()
    assert (first.kind, update.kind) == ("statement", "extended")
    assert [alert.kind for alert in more] == ["corroboration"]
    assert update.payload["headline"] == "ALSO DENIES intent: Ann Example — Claim of the troops"
    assert update.payload["refers_to"] == first.uid
    assert newsroom.stands("intent").stance is Stance.DENY
    assert len(newsroom.deliveries()) == 3


def test_the_other_half_said_on_another_day_or_in_the_other_sense_rings_by_itself(newsroom: Newsroom) -> None:
    newsroom.tell("deny", said="02-28")
    newsroom.tell("deny", about="intent", said="03-01", outlet="second.example")
    newsroom.tell("confirm", about="occurrence", speaker="Bob Other")
    newsroom.tell("deny", about="intent", speaker="Bob Other", outlet="second.example")
    assert [alert.kind for alert in newsroom.alerts()] == ["statement"] * 4


def test_both_halves_renewed_on_one_page_are_one_alert_that_says_both(newsroom: Newsroom) -> None:
    newsroom.tell("deny", said="02-27")
    newsroom.tell("deny", about="intent", said="02-28")
    before = len(newsroom.alerts())
    article = newsroom.article()
    with newsroom.store.write() as session:
        ids = [
            newsroom.write_down(session, article, "deny", about=about) for about in ("occurrence", "intent")
        ]
        newsroom.record(session, ids)
    (alert,) = newsroom.alerts()[before:]
    assert alert.payload["headline"].startswith("AGAIN DENIES it happened or is intended")

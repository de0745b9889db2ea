"""The demo's verdict: every way in which a run can differ from the scenario has its line."""

import json
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest

from alerts.facts import AlertFacts, Evidence, Report, StatementFacts, Voice
from app.demo.receivers import Hooked
from app.demo.scenario import Ring
from app.demo.verdict import findings
from store.values import About, Basis, Novelty, SpeakerKind, Stance

AT = datetime(2022, 3, 1, 12, tzinfo=UTC)
RING = Ring(
    claim="missiles-from-belarus",
    stance=Stance.DENY,
    about=About.OCCURRENCE,
    speaker="Alexander Lukashenko",
    novelty=Novelty.FIRST,
)


def hook(id: str, *, ring: Ring | None = RING, problem: str = "") -> Hooked:
    facts = AlertFacts(
        id=id,
        kind="statement" if ring else "heartbeat",
        thread="t",
        thread_title="t",
        headline="h",
        created_at=AT,
        statement=_statement(ring) if ring else None,
    )
    body = json.dumps({"data": facts.model_dump(mode="json")}).encode()
    return Hooked(id, body, problem)


def _statement(ring: Ring) -> StatementFacts:
    return StatementFacts(
        claim=ring.claim,
        claim_title="Missiles",
        voice=Voice(name=ring.speaker, kind=SpeakerKind.PERSON),
        stance=ring.stance,
        about=(ring.about,),
        novelty=ring.novelty,
        said_on=date(2022, 3, 1),
        said_basis=Basis.STATED,
        certainty=1.0,
        evidence=Evidence(sentence="No."),
        report=Report(outlet="O", domain="o.example", title="T", url="http://o.example/1", fetched=AT),
    )


def mail(id: str) -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = f"<{id}@tocsin>"
    return message


def test_what_came_exactly_as_demanded_finds_nothing() -> None:
    assert findings([RING], [], [hook("a")], [mail("a")]) == []


def test_an_alert_that_did_not_come_is_missing() -> None:
    assert findings([RING], [], [], []) == [f"- missing   {RING}"]


def test_an_alert_that_nobody_demanded_is_unasked() -> None:
    assert findings([], [], [hook("a")], [mail("a")]) == [f"+ unasked   {RING}"]


@pytest.mark.parametrize(
    "change", [{"novelty": Novelty.RENEWED}, {"speaker": "Minsk"}, {"stance": Stance.CONFIRM}]
)
def test_an_alert_with_one_wrong_fact_is_missing_and_unasked(change: dict[str, object]) -> None:
    wrong = RING.model_copy(update=change)
    assert findings([RING], [], [hook("a", ring=wrong)], [mail("a")]) == [
        f"- missing   {RING}",
        f"+ unasked   {wrong}",
    ]


def test_a_notice_must_be_asked_for() -> None:
    assert findings([], ["heartbeat"], [hook("a", ring=None)], [mail("a")]) == []
    assert findings([], [], [hook("a", ring=None)], [mail("a")]) == ["+ unasked   heartbeat"]
    assert findings([], ["heartbeat"], [], []) == ["- missing   heartbeat"]


def test_one_alert_twice_is_told_for_each_way() -> None:
    assert findings([RING], [], [hook("a"), hook("a")], [mail("a"), mail("a")]) == [
        "* twice     webhook a",
        "* twice     mail <a@tocsin>",
    ]


def test_each_alert_must_come_by_both_ways() -> None:
    assert findings([RING], [], [hook("a")], []) == ["- missing   mail for h"]
    assert findings([], [], [], [mail("b")]) == ["- missing   webhook for mail <b@tocsin>"]


def test_a_signature_that_does_not_hold_is_told() -> None:
    [first, *_] = findings([RING], [], [hook("a", problem="No matching signature")], [])
    assert first == "! refused   webhook a: No matching signature"

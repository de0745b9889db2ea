"""Which alert goes where, and the words for why not."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from alerts.routing import Choice, Mute, Route, Routed, Routing, explain, plan
from alerts.timing import Digest, Quiet, Timing
from tests.alerts.post import NOON, alert, report, statement

CASES: list[tuple[dict[str, Any], str]] = [
    ({"claim": frozenset({"missiles"})}, "claim is troops"),
    ({"stance": frozenset({"confirm"})}, "stance is deny"),
    ({"about": frozenset({"intent"})}, "about is occurrence"),
    ({"novelty": frozenset({"reversal"})}, "novelty is first"),
    ({"tier": frozenset({"agency", "primary"})}, "tier is national"),
    ({"language": frozenset({"en"})}, "language is uk"),
    ({"speaker": frozenset({"Bob Other"})}, "speaker is Ann Example"),
    ({"kind": frozenset({"heartbeat"})}, "kind is statement"),
    ({"certainty": 0.95}, "certainty is 0.93"),
]
FITTING: list[dict[str, Any]] = [
    {},
    {"claim": frozenset({"troops"}), "stance": frozenset({"deny", "confirm"})},
    {"tier": frozenset({"national"}), "certainty": 0.93},
]


def routing(**timing: Any) -> Routing:
    return Routing((Route("all", ("desk",)),), {"desk": Timing(**timing)})


@pytest.mark.parametrize(("when", "note"), CASES)
def test_a_route_that_asks_for_something_else_says_what_does_not_fit(when: dict[str, Any], note: str) -> None:
    whole = Routing((Route("some", ("desk",), Choice(**when)),))
    decision = explain(alert(), whole, now=NOON)[0]
    assert (decision.why, decision.note, decision.at) == (Routed.NOT_CHOSEN, note, None)


@pytest.mark.parametrize("when", FITTING)
def test_a_route_takes_what_fits_all_it_asks(when: dict[str, Any]) -> None:
    whole = Routing((Route("some", ("desk",), Choice(**when)),))
    assert [decision.channel for decision in plan(alert(), whole, now=NOON)] == ["desk"]


def test_a_channel_of_two_routes_is_told_once() -> None:
    whole = Routing((Route("a", ("desk", "hook")), Route("b", ("hook", "phone"))))
    assert [(d.route, d.channel) for d in plan(alert(), whole, now=NOON)] == [
        ("a", "desk"),
        ("a", "hook"),
        ("b", "phone"),
    ]
    assert Routed.ALREADY in {d.why for d in explain(alert(), whole, now=NOON)}


def test_a_notice_goes_past_what_is_asked_of_statements_but_not_past_kinds() -> None:
    notice = alert().model_copy(update={"kind": "heartbeat", "statement": None})
    picky = Route("picky", ("desk",), Choice(stance=frozenset({"deny"}), certainty=0.99))
    kinds = Route("kinds", ("hook",), Choice(kind=frozenset({"statement"})))
    assert [d.channel for d in plan(notice, Routing((picky, kinds)), now=NOON)] == ["desk"]


def test_quiet_hours_hold_until_their_end() -> None:
    decision = plan(alert(), routing(quiet=Quiet(time(10), time(14))), now=NOON)[0]
    assert (decision.why, decision.at) == (Routed.QUIET, NOON + timedelta(hours=2))


def test_a_reversal_breaks_through_quiet_hours_and_silences() -> None:
    urgent = alert().model_copy(update={"urgent": True})
    mute = Mute(Choice(), NOON + timedelta(hours=1), "exercise")
    decision = plan(urgent, routing(quiet=Quiet(time(10), time(14))), now=NOON, mutes=[mute])[0]
    assert decision.why is Routed.NOW


def test_a_silence_holds_what_it_names_while_it_lasts_and_says_why() -> None:
    mute = Mute(Choice(stance=frozenset({"deny"})), NOON + timedelta(hours=1), "known exercise")
    decision = explain(alert(), routing(), now=NOON, mutes=[mute])[0]
    assert (decision.why, decision.at) == (Routed.SILENCED, None)
    assert "known exercise" in decision.note
    assert plan(alert(), routing(), now=NOON, mutes=[replace(mute, until=NOON)])
    other = replace(mute, choice=Choice(stance=frozenset({"confirm"})))
    assert plan(alert(), routing(), now=NOON, mutes=[other])


def test_a_digest_channel_is_told_at_its_hour() -> None:
    decision = plan(alert(), routing(digest=Digest.HOURLY), now=NOON)[0]
    assert (decision.why, decision.at) == (Routed.DIGEST, NOON + timedelta(hours=1))


def test_tier_and_language_are_those_of_the_outlet() -> None:
    said = statement(report=report(language="be"))
    whole = Routing((Route("some", ("desk",), Choice(language=frozenset({"be"}))),))
    assert plan(alert(said), whole, now=NOON)

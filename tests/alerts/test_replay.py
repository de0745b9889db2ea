"""Labelled news fed to the ledger as perfect statements: how many of novelty's own alerts are right."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from store.values import OUTLET, PRESS, Basis
from tests.alerts.newsroom import Newsroom

ITEMS = sorted(Path("tests/eval").glob("*.jsonl"))
RECURRING = {"missiles-from-belarus"}
FIRM = ("confirm", "deny")
FLOOR = 0.98
MAX_AGE = 7

Event = tuple[str, str, str, str]


@dataclass(frozen=True)
class Score:
    right: int
    wrong: int
    due: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / self.due


def items() -> list[dict[str, Any]]:
    read = [json.loads(line) for path in ITEMS for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted(read, key=lambda item: (item["published"], item["id"]))


def firm(item: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return (one for one in item["statements"] if one["stance"] in FIRM)


def event(said: dict[str, Any]) -> Event:
    """Day, voice, claim and stance: what a label calls one utterance."""
    day, voice, claim, stance = said["event"].split("/")
    return (day, PRESS if said["speaker"] == OUTLET else voice, claim, stance)


def due(read: Iterable[dict[str, Any]]) -> set[Event]:
    """What some item reports within a week, by somebody who is not the press."""
    return {
        event(said)
        for item in read
        for said in firm(item)
        if said["speaker"] != OUTLET
        and (date.fromisoformat(item["published"][:10]) - date.fromisoformat(said["event"][:10])).days
        <= MAX_AGE
    }


def feed(newsroom: Newsroom, item: dict[str, Any], *, dated: bool = True) -> None:
    """One item; where its days are not `dated` by the text, those of its own day rest on publication."""
    newsroom.now = datetime.combine(date.fromisoformat(item["published"][:10]), time(12), tzinfo=UTC)
    said = list(firm(item))
    if not said:
        return
    article = newsroom.article(item["outlet"])
    with newsroom.store.write() as session:
        rows = {}
        for one in said:
            _, voice, claim, _ = event(one)
            key = (claim, voice, one["stance"], one["about"])
            if key not in rows:
                rows[key] = newsroom.write_down(
                    session,
                    article,
                    one["stance"],
                    speaker=voice,
                    said=one["event"][:10],
                    about=one["about"],
                    claim=claim,
                    lead=_leads(item, one["evidence"]),
                    basis=Basis.STATED
                    if dated or one["event"][:10] != item["published"]
                    else Basis.PUBLISHED,
                )
        newsroom.record(session, list(rows.values()))


def _leads(item: dict[str, Any], evidence: str) -> bool:
    return evidence in item["title"] or evidence in item["text"].partition("\n")[0]


def score(newsroom: Newsroom, expected: set[Event]) -> Score:
    rang: list[Event] = []
    for alert in newsroom.alerts("statement"):
        said = alert.payload["statement"]
        if said["voice"]["name"] != PRESS:
            rang.append((said["said_on"], said["voice"]["name"], said["claim"], said["stance"]))
    right = len(set(rang) & expected)
    return Score(right, len(rang) - right, len(expected))


@pytest.mark.parametrize("late", [0, 2], ids=["in order", "up to two days late"])
def test_on_the_labelled_news_novelty_is_right(newsroom: Newsroom, late: int) -> None:
    read = items()
    for claim in {said["claim"] for item in read for said in firm(item)}:
        newsroom.claim(claim, recurring=claim in RECURRING)
    shifted = sorted(read, key=lambda item: (_shifted(item, late), item["id"]))
    for item in shifted:
        feed(newsroom, {**item, "published": str(_shifted(item, late))})
    found = score(newsroom, due(read))
    assert found.precision >= FLOOR, found
    assert found.recall >= (FLOOR if not late else 0.95), found


def test_where_no_text_names_a_day_what_is_said_in_passing_costs_little_and_adds_nothing(
    newsroom: Newsroom,
) -> None:
    read = items()
    for claim in {said["claim"] for item in read for said in firm(item)}:
        newsroom.claim(claim, recurring=claim in RECURRING)
    for item in read:
        feed(newsroom, item, dated=False)
    found = score(newsroom, due(read))
    assert found.precision >= FLOOR, found
    assert found.recall >= 0.97, found


def _shifted(item: dict[str, Any], late: int) -> date:
    """Some items come late, and the same ones each time."""
    days = sum(item["id"].encode()) % (late + 1)
    return date.fromisoformat(item["published"][:10]) + timedelta(days=days)

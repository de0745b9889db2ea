"""Two spellings that turn out to be one voice: the ledger is recounted and nothing rings."""

import pytest
from sqlmodel import col, select

from alerts.novelty import Rules
from alerts.voices import MergeError, merge
from store.models import Speaker
from store.values import PRESS, Novelty, Stance
from tests.alerts.newsroom import Newsroom


def merged(newsroom: Newsroom, keep: str, gone: str) -> int:
    with newsroom.store.write() as session:
        rows = {
            row.name: row for row in session.exec(select(Speaker).where(col(Speaker.name).in_([keep, gone])))
        }
        return merge(session, keep=rows[keep], gone=rows[gone], rules=Rules())


def test_merged_voices_have_one_position_over_all_they_said(newsroom: Newsroom) -> None:
    newsroom.tell("deny", speaker="Ann Example", said="02-27")
    newsroom.tell("confirm", speaker="A. Example", said="03-01")
    before = len(newsroom.alerts())
    assert merged(newsroom, "Ann Example", "A. Example") == 1
    position = newsroom.stands()
    assert (position.stance, position.since, position.episode) == (Stance.CONFIRM, position.last_said, 2)
    assert newsroom.position(speaker="A. Example") is None
    assert len(newsroom.alerts()) == before


def test_what_was_told_of_either_is_not_told_again(newsroom: Newsroom) -> None:
    newsroom.tell("deny", speaker="Ann Example")
    newsroom.tell("deny", speaker="A. Example", outlet="second.example")
    merged(newsroom, "Ann Example", "A. Example")
    recorded = newsroom.tell("deny", speaker="A. Example", outlet="third.example")
    assert recorded.novelties[0][1] is Novelty.REPEAT
    assert newsroom.alerts("corroboration")[0].payload["statement"]["publishers"] == 3


def test_a_voice_is_not_merged_with_itself_or_with_another_kind(newsroom: Newsroom) -> None:
    newsroom.tell("deny", speaker="Ann Example")
    newsroom.tell("deny", speaker=PRESS)
    for keep, gone in [("Ann Example", "Ann Example"), ("Ann Example", PRESS)]:
        with pytest.raises(MergeError):
            merged(newsroom, keep, gone)

"""Two spellings that turn out to be one voice, or not to be: the ledger is recounted and nothing rings."""

import pytest
from sqlmodel import col, select

from alerts.novelty import Rules
from alerts.voices import MergeError, SplitError, merge, split
from store.models import Position, Speaker
from store.values import PRESS, Novelty, Stance
from tests.alerts.newsroom import Newsroom


def merged(newsroom: Newsroom, keep: str, gone: str) -> tuple[str, ...]:
    with newsroom.store.write() as session:
        rows = {
            row.name: row for row in session.exec(select(Speaker).where(col(Speaker.name).in_([keep, gone])))
        }
        return merge(session, keep=rows[keep], gone=rows[gone], rules=Rules())


def parted(newsroom: Newsroom, voice: str, *spellings: str) -> str:
    with newsroom.store.write() as session:
        row = session.exec(select(Speaker).where(col(Speaker.name) == voice)).one()
        return split(session, row, spellings, rules=Rules()).name


def ledger(newsroom: Newsroom) -> set[tuple[object, ...]]:
    """Where every voice stands, without the rows' own keys."""
    with newsroom.store.read() as session:
        rows = session.exec(select(Position, Speaker).join(Speaker, col(Position.speaker_id) == Speaker.id))
        return {(who.name, *row.model_dump(exclude={"id", "speaker_id"}).values()) for row, who in rows}


def test_merged_voices_have_one_position_over_all_they_said(newsroom: Newsroom) -> None:
    newsroom.tell("deny", speaker="Ann Example", said="02-27")
    newsroom.tell("confirm", speaker="A. Example", said="03-01")
    before = len(newsroom.alerts())
    assert merged(newsroom, "Ann Example", "A. Example") == ("A. Example",)
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


def test_a_split_undoes_a_merge_and_tells_nothing(newsroom: Newsroom) -> None:
    newsroom.tell("deny", speaker="Ann Example", said="02-27")
    newsroom.tell("confirm", speaker="A. Example", said="03-01")
    newsroom.tell("deny", speaker="An. Example", said="02-28", claim="missiles")
    merged(newsroom, "A. Example", "An. Example")
    before, told = ledger(newsroom), len(newsroom.alerts())
    moved = merged(newsroom, "Ann Example", "A. Example")
    assert moved == ("A. Example", "An. Example")
    assert ledger(newsroom) != before
    assert parted(newsroom, "Ann Example", *moved) == "A. Example"
    assert ledger(newsroom) == before
    assert len(newsroom.alerts()) == told


def test_after_a_split_what_either_said_is_known_and_only_news_rings(newsroom: Newsroom) -> None:
    newsroom.tell("deny", speaker="Ann Example", said="02-28")
    newsroom.tell("deny", speaker="A. Example", said="02-28", outlet="second.example")
    parted(newsroom, "Ann Example", *merged(newsroom, "Ann Example", "A. Example"))
    for speaker in ("Ann Example", "A. Example"):
        again = newsroom.tell("deny", speaker=speaker, said="02-28", outlet="third.example")
        assert again.novelties[0][1] is Novelty.REPEAT
    turned = newsroom.tell("confirm", speaker="A. Example", said="03-01")
    assert turned.novelties[0][1] is Novelty.REVERSAL
    assert newsroom.stands(speaker="Ann Example").stance is Stance.DENY


@pytest.mark.parametrize(
    "spellings", [(), ("Nobody",), ("Ann Example",), ("Ann Example", "A. Example")], ids=len
)
def test_a_voice_keeps_its_name_and_gives_only_spellings_it_has(
    newsroom: Newsroom, spellings: tuple[str, ...]
) -> None:
    newsroom.tell("deny", speaker="Ann Example")
    newsroom.tell("deny", speaker="A. Example")
    merged(newsroom, "Ann Example", "A. Example")
    with pytest.raises(SplitError):
        parted(newsroom, "Ann Example", *spellings)

"""What an edit changed, in sentences, in words and in statements."""

from datetime import UTC, datetime

import pytest

from app.revisions import Change, Op, changes, steps
from store.queries.history import State, Told
from store.values import About, Stance, Status

NOW = datetime(2022, 3, 1, 12, tzinfo=UTC)
FIRST = "Troops crossed the border at dawn, the mayor said. Bread costs more than before."


def told(speaker: str, evidence: str, stance: Stance = Stance.CONFIRM) -> Told:
    return Told(1, "troops", speaker, stance, About.OCCURRENCE, Status.FIRM, None, evidence, False)


def state(number: int, text: str, *said: Told, title: str = "A title") -> State:
    return State(number, NOW, title, text, b"", "", (), said)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (FIRST, []),
        (FIRST.replace(" ", "  "), []),
        (f"{FIRST} He denied it later.", [("", "He denied it later.")]),
        (FIRST.partition("Bread")[0], [("Bread costs more than before.", "")]),
        (
            FIRST.replace("mayor", "governor"),
            [
                (
                    "Troops crossed the border at dawn, the mayor said.",
                    "Troops crossed the border at dawn, the governor said.",
                )
            ],
        ),
        (
            f"Nobody was there, says the ministry.\n{FIRST.partition('Bread')[2]}",
            [
                ("Troops crossed the border at dawn, the mayor said.", ""),
                ("", "Nobody was there, says the ministry."),
                ("Bread costs more than before.", "costs more than before."),
            ],
        ),
    ],
)
def test_sentences_that_are_not_the_same_are_named(after: str, expected: list[tuple[str, str]]) -> None:
    found = [(change.before, change.after) for change in changes(FIRST, after)]
    assert sorted(found) == sorted(expected)


def test_a_changed_sentence_is_told_word_by_word() -> None:
    pieces = list(Change("The mayor said so.", "The old governor said so.").pieces())
    assert [(piece.op, piece.text) for piece in pieces] == [
        (Op.KEPT, "The "),
        (Op.REMOVED, "mayor"),
        (Op.ADDED, "old governor"),
        (Op.KEPT, " said so."),
    ]
    assert (
        "".join(piece.text for piece in pieces if piece.op is not Op.REMOVED) == "The old governor said so."
    )


def test_statements_appear_and_vanish_with_their_sentences() -> None:
    mayor = told("The mayor", "Troops crossed the border at dawn, the mayor said.")
    minister = told("The minister", "The minister denies it.", Stance.DENY)
    added, gone = steps(
        [
            state(1, FIRST, mayor),
            state(2, f"{FIRST} The minister denies it.", minister),
            state(3, "The minister denies it."),
        ]
    )
    assert (added.appeared, added.vanished) == ((minister,), ())
    assert (gone.appeared, gone.vanished) == ((), (mayor,))
    assert (gone.before, gone.after) == (2, 3)


def test_a_statement_in_other_words_has_neither_appeared_nor_vanished() -> None:
    old = told("The mayor", "The mayor confirms it.")
    new = told("The mayor", "It is true, the mayor confirms.")
    (one,) = steps([state(1, old.evidence, old), state(2, new.evidence, new)])
    assert (one.appeared, one.vanished) == ((), ())
    assert one.changes


def test_a_new_title_is_told_apart() -> None:
    (one,) = steps([state(1, FIRST), state(2, FIRST, title="Another title")])
    assert (one.title, one.changes) == (Change("A title", "Another title"), ())

"""A person's verdicts become labelled items that the matcher can be measured on."""

from typing import Any

from sqlmodel import col, select

from alerts.corrections import Verdict, verdict
from app.cli.output import dumps
from app.cli.shapes import item_of as document_of
from app.labels import item_of
from store.models import Alert, Statement
from store.queries.verdicts import judged_texts
from store.values import PRESS, Status
from tests.alerts.conftest import migrated, newsroom, store  # noqa: F401  fixtures
from tests.alerts.newsroom import Newsroom

TEXT = "Ann Example denied it. Bob Other may be there. Енн Приклад said so."


def call(newsroom: Newsroom, number: int, called: Verdict, note: str = "") -> None:  # noqa: F811
    with newsroom.store.write() as session:
        alert = session.exec(select(Alert).where(col(Alert.id) == number)).one()
        verdict(
            session,
            alert,
            called,
            now=newsroom.now,
            rules=newsroom.rules,
            routing=newsroom.routing,
            note=note,
        )


def exported(newsroom: Newsroom) -> list[dict[str, Any]]:  # noqa: F811
    with newsroom.store.read() as session:
        return [item_of(text) for text in judged_texts(session)]


def test_a_right_alert_is_a_row_with_its_sentence_and_its_day(newsroom: Newsroom) -> None:  # noqa: F811
    article = newsroom.article("paper.example", text=TEXT)
    newsroom.tell("deny", article=article, said="02-28", evidence="Ann Example denied it.")
    call(newsroom, 1, Verdict.RIGHT, "checked")
    (item,) = exported(newsroom)
    assert (item["kind"], item["outlet"], item["published"]) == ("positive", "paper.example", "2022-03-01")
    assert item["statements"] == [
        {
            "claim": "troops",
            "stance": "deny",
            "speaker": "Ann Example",
            "aliases": [],
            "about": "occurrence",
            "evidence": "Ann Example denied it.",
            "event": "2022-02-28/ann-example/troops/deny",
        }
    ]
    assert item["notes"] == "called right: deny by Ann Example (checked)"


def test_a_wrong_alert_is_no_row_and_what_nobody_judged_is_named(newsroom: Newsroom) -> None:  # noqa: F811
    article = newsroom.article(text=TEXT)
    newsroom.tell("deny", article=article, evidence="Ann Example denied it.")
    newsroom.tell("speculate", article=article, speaker="Bob Other", evidence="Bob Other may be there.")
    newsroom.tell("deny", article=article, speaker="Unsure", status=Status.REVIEW, evidence="said so")
    newsroom.tell("deny", article=article, speaker="Elsewhere", evidence="Of another revision.")
    call(newsroom, 1, Verdict.WRONG)
    (item,) = exported(newsroom)
    assert [(row["speaker"], row["stance"]) for row in item["statements"]] == [("Bob Other", "speculate")]
    assert item["kind"] == "hard-negative"
    assert item["notes"] == "called wrong: deny by Ann Example; not judged: speculate by Bob Other"


def test_a_verdict_taken_back_is_a_row_again(newsroom: Newsroom) -> None:  # noqa: F811
    newsroom.tell("deny", article=newsroom.article(text=TEXT), evidence="Ann Example denied it.")
    call(newsroom, 1, Verdict.WRONG)
    call(newsroom, 1, Verdict.RIGHT)
    (item,) = exported(newsroom)
    assert [row["speaker"] for row in item["statements"]] == ["Ann Example"]


def test_the_press_is_labelled_as_the_outlet_and_spellings_as_the_text_has_them(
    newsroom: Newsroom,  # noqa: F811
) -> None:
    article = newsroom.article("kyiv.example", text=TEXT)
    newsroom.tell("confirm", article=article, speaker=PRESS, evidence="Ann Example denied it.")
    call(newsroom, 1, Verdict.RIGHT)
    other = newsroom.article("second.example", text=TEXT)
    newsroom.tell("deny", article=other, evidence="Ann Example denied it.")
    with newsroom.store.write() as session:
        said = session.exec(select(Statement).order_by(col(Statement.id).desc())).first()
        assert said is not None
        said.speaker_as_written = "Енн Приклад"
        session.add(said)
    call(newsroom, 2, Verdict.RIGHT)
    press, voice = exported(newsroom)
    assert press["statements"][0]["speaker"] == "(outlet)"
    assert press["statements"][0]["event"] == "2022-03-01/outlet-kyiv-example/troops/confirm"
    assert voice["statements"][0]["aliases"] == ["Енн Приклад"]


def test_one_row_stands_for_both_sides_of_a_stance(newsroom: Newsroom) -> None:  # noqa: F811
    article = newsroom.article(text=TEXT)
    with newsroom.store.write() as session:
        ids = [
            newsroom.write_down(session, article, "deny", about=about, evidence="Ann Example denied it.")
            for about in ("intent", "occurrence")
        ]
        newsroom.record(session, ids)
    call(newsroom, 1, Verdict.RIGHT)
    (item,) = exported(newsroom)
    assert [row["about"] for row in item["statements"]] == ["occurrence"]


def test_an_exported_item_is_a_document_for_the_matcher(newsroom: Newsroom) -> None:  # noqa: F811
    newsroom.tell("deny", article=newsroom.article(text=TEXT), evidence="Ann Example denied it.")
    call(newsroom, 1, Verdict.RIGHT)
    (item,) = exported(newsroom)
    read = document_of(dumps(item))
    assert (read.id, read.document.text, read.document.lang) == (item["id"], TEXT, "en")

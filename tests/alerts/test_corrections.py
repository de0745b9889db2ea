"""What was told is taken back in the same thread: by an outlet's edit, or by a person's verdict."""

import pytest

from alerts import corrections
from alerts.corrections import Verdict, VerdictError
from alerts.posting import notify
from store.values import Stance
from tests.alerts.newsroom import Newsroom

WORDS = "She said so."
FULL = f"Before it. {WORDS} After it, a long paragraph that stays as it is."
EDITED = "Before it. After it, a long paragraph that stays as it is. Corrected."


def told(newsroom: Newsroom, outlet: str = "first.example", stance: str = "deny") -> int:
    article = newsroom.article(outlet, text=FULL)
    newsroom.tell(stance, article=article)
    return article


def edit(newsroom: Newsroom, article: int, text: str) -> None:
    revision = newsroom.revise(article, text)
    with newsroom.store.write() as session:
        newsroom.record(session, [], revision)


def call(newsroom: Newsroom, verdict: Verdict, alert: int = 0) -> str | None:
    with newsroom.store.write() as session:
        row = session.merge(newsroom.alerts()[alert])
        return corrections.verdict(
            session,
            row,
            verdict,
            now=newsroom.now,
            rules=newsroom.rules,
            routing=newsroom.routing,
            note="misread",
        )


def test_a_sentence_that_an_edit_removed_is_withdrawn_in_its_thread(newsroom: Newsroom) -> None:
    article = told(newsroom)
    edit(newsroom, article, EDITED)
    first, notice = newsroom.alerts()
    assert (notice.kind, notice.thread, notice.payload["refers_to"]) == ("withdrawn", first.thread, first.uid)
    assert notice.payload["headline"].startswith("WITHDRAWN: DENIES it happened")
    assert "No other report" in notice.payload["lines"][1]
    assert newsroom.position() is None


def test_what_others_still_carry_stays_the_position(newsroom: Newsroom) -> None:
    article = told(newsroom)
    told(newsroom, "second.example")
    edit(newsroom, article, EDITED)
    assert newsroom.stands().stance is Stance.DENY
    assert "Second.Example" in newsroom.alerts("withdrawn")[0].payload["lines"][1]


def test_an_edit_that_leaves_the_sentence_withdraws_nothing(newsroom: Newsroom) -> None:
    article = told(newsroom)
    edit(newsroom, article, FULL + " One more line.")
    assert len(newsroom.alerts()) == 1


def test_a_page_that_came_cut_withdraws_nothing(newsroom: Newsroom) -> None:
    article = told(newsroom)
    edit(newsroom, article, "Subscribe to read on.")
    assert len(newsroom.alerts()) == 1
    assert newsroom.stands().stance is Stance.DENY


def test_an_edit_that_turns_a_statement_round_withdraws_and_then_tells(newsroom: Newsroom) -> None:
    article = told(newsroom, stance="confirm")
    revision = newsroom.revise(article, EDITED + " She said no.")
    with newsroom.store.write() as session:
        statement = newsroom.write_down(session, article, "deny", evidence="She said no.")
        newsroom.record(session, [statement], revision)
    assert [alert.kind for alert in newsroom.alerts()] == ["statement", "withdrawn", "statement"]
    assert newsroom.stands().stance is Stance.DENY
    assert not newsroom.stands().disputed


def test_a_wrong_alert_is_corrected_in_its_thread_and_no_longer_counts(newsroom: Newsroom) -> None:
    told(newsroom)
    assert call(newsroom, Verdict.WRONG)
    first, correction = newsroom.alerts()
    assert (first.verdict, first.verdict_note) == ("wrong", "misread")
    assert (correction.kind, correction.thread) == ("correction", first.thread)
    assert correction.payload["lines"][1] == "Note: misread"
    assert newsroom.position() is None


def test_what_was_called_wrong_does_not_ring_from_the_next_outlet(newsroom: Newsroom) -> None:
    told(newsroom)
    call(newsroom, Verdict.WRONG)
    told(newsroom, "second.example")
    assert len(newsroom.alerts("statement")) == 1
    assert newsroom.position() is None


def test_a_later_utterance_rings_in_spite_of_an_earlier_wrong_alert(newsroom: Newsroom) -> None:
    told(newsroom)
    call(newsroom, Verdict.WRONG)
    newsroom.later(days=2)
    newsroom.tell("deny", said="03-03")
    assert len(newsroom.alerts("statement")) == 2


def test_a_verdict_taken_back_lets_the_statement_count_again(newsroom: Newsroom) -> None:
    told(newsroom)
    call(newsroom, Verdict.WRONG)
    newsroom.later(hours=1)
    call(newsroom, Verdict.RIGHT)
    assert newsroom.stands().stance is Stance.DENY
    assert newsroom.headlines()[-1].startswith("RIGHT AFTER ALL")


def test_calling_a_right_alert_right_says_nothing_new(newsroom: Newsroom) -> None:
    told(newsroom)
    assert call(newsroom, Verdict.RIGHT) is None
    assert newsroom.alerts()[0].verdict == "right"
    assert len(newsroom.alerts()) == 1


def test_a_notice_can_be_neither_right_nor_wrong(newsroom: Newsroom) -> None:
    with newsroom.store.write() as session:
        notify(
            session, "test", subject_key="test", headline="A test", routing=newsroom.routing, now=newsroom.now
        )
    with pytest.raises(VerdictError, match="is a notice"):
        call(newsroom, Verdict.WRONG)

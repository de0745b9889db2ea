"""Copies of one report are one story; opposite sides never are."""

from store.fingerprint import signature
from store.models import Article
from tests.alerts.newsroom import Newsroom

WIRE = (
    "The defence ministry said on Tuesday evening that not a single soldier of the country had crossed the "
    "border, and that reports to the contrary were the work of people who wished to see the war grow. "
    "Asked about columns seen on the road to the south, the spokeswoman answered that they belonged to "
    "others and had turned round before the river. Residents of two villages near the crossing told of a "
    "quiet night with little traffic and no lights. The foreign minister is to meet his colleagues on Friday."
)
LEAD = "Our correspondent has followed the story since the morning and reports what is known so far. "
ELSEWHERE = (
    "The city council voted by a large majority to widen the tram line to the airport, after years of "
    "argument about noise, trees and the price of the land on which the depot is to stand one day soon."
)


def story(newsroom: Newsroom, article: int) -> int | None:
    with newsroom.store.read() as session:
        return session.get_one(Article, article).story_id


def publish(
    newsroom: Newsroom, outlet: str, text: str, stance: str = "deny", speaker: str = "Ann Example"
) -> int:
    article = newsroom.article(outlet, text=text, fingerprint=signature(text))
    newsroom.tell(stance, article=article, speaker=speaker)
    return article


def test_retitled_abridged_and_newly_led_copies_share_a_story(newsroom: Newsroom) -> None:
    first = publish(newsroom, "wire.example", WIRE)
    abridged = publish(newsroom, "short.example", WIRE[: len(WIRE) // 2])
    led = publish(newsroom, "led.example", LEAD + WIRE)
    assert story(newsroom, first) == story(newsroom, abridged) == story(newsroom, led)


def test_another_report_is_another_story(newsroom: Newsroom) -> None:
    first = publish(newsroom, "wire.example", WIRE)
    other = publish(newsroom, "other.example", ELSEWHERE)
    assert story(newsroom, first) != story(newsroom, other)


def test_the_same_words_with_the_opposite_stance_are_another_story(newsroom: Newsroom) -> None:
    first = publish(newsroom, "wire.example", WIRE)
    corrected = publish(newsroom, "other.example", WIRE + " Corrected.", stance="confirm")
    assert story(newsroom, first) != story(newsroom, corrected)


def test_opposite_voices_on_one_claim_are_another_story(newsroom: Newsroom) -> None:
    first = publish(newsroom, "wire.example", WIRE)
    other = publish(newsroom, "other.example", WIRE, stance="confirm", speaker="Bob Other")
    assert story(newsroom, first) != story(newsroom, other)


def test_a_text_that_returns_after_weeks_is_told_as_its_own_story(newsroom: Newsroom) -> None:
    first = publish(newsroom, "wire.example", WIRE)
    newsroom.later(days=20)
    again = publish(newsroom, "late.example", WIRE)
    assert story(newsroom, first) != story(newsroom, again)


def test_forty_copies_over_two_days_are_one_alert(newsroom: Newsroom) -> None:
    for number in range(40):
        newsroom.later(hours=1)
        text = f"Paper {number}: {WIRE[: 250 + 5 * number]}"
        article = newsroom.article(f"paper{number}.example", text=text, fingerprint=signature(text))
        newsroom.tell("deny", article=article, said=f"03-0{newsroom.now.day}", basis="published")
    assert len(newsroom.alerts("statement")) == 1
    assert [a.payload["statement"]["publishers"] for a in newsroom.alerts("corroboration")] == [3, 10, 30]

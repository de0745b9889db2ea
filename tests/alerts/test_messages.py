"""What an analyst reads first: the headline, the reason, how sure, and where all stand."""

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.facts import Evidence, Stood, Voice
from alerts.messages import web_link
from alerts.rendering import as_html, as_text
from alerts.wording import clean, headline, reason
from store.values import PRESS, About, Basis, Novelty, SpeakerKind, Stance
from tests.alerts.post import message, report, statement

BEFORE = "denied it before (since 24 February 2022, last on 27 February 2022)"
BOTH = (About.OCCURRENCE, About.INTENT)
STOOD = Stood(
    voice="Ann Example",
    about=About.OCCURRENCE,
    stance=Stance.DENY,
    since=date(2022, 2, 24),
    last_said=date(2022, 2, 27),
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "DENIES it happened"),
        ({"about": (About.INTENT,)}, "DENIES intent"),
        ({"about": BOTH}, "DENIES it happened or is intended"),
        ({"stance": Stance.CONFIRM}, "CONFIRMS it happened"),
        ({"stance": Stance.CONFIRM, "about": (About.INTENT,)}, "CONFIRMS intent"),
        ({"novelty": Novelty.REVERSAL}, "REVERSAL, now DENIES it happened"),
        ({"novelty": Novelty.RENEWED}, "AGAIN DENIES it happened"),
        ({"novelty": Novelty.CONFLICT}, "DISPUTED, also DENIES it happened"),
        ({"novelty": Novelty.NEW_EVENT}, "NEW EVENT, DENIES it happened"),
    ],
)
def test_the_headline_says_everything(changes: dict[str, Any], expected: str) -> None:
    assert headline(statement(**changes)) == f"{expected}: Ann Example — Belarusian troops in Ukraine"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Ann Example had taken no position on this before"),
        (
            {"novelty": Novelty.REVERSAL, "before": (STOOD,), "stance": Stance.CONFIRM},
            f"Ann Example {BEFORE}; this is the opposite",
        ),
        (
            {"novelty": Novelty.RENEWED, "before": (STOOD,)},
            f"Ann Example {BEFORE}; said again on 1 March 2022",
        ),
        (
            {"novelty": Novelty.CONFLICT, "before": (STOOD,)},
            "Ann Example is reported on both sides on 1 March 2022",
        ),
        (
            {"late": True},
            "Ann Example denied this on 1 March 2022, before what was known; it became known only now",
        ),
    ],
)
def test_the_reason_says_why_it_rang(changes: dict[str, Any], expected: str) -> None:
    assert reason(statement(**changes)) == expected


def test_the_press_is_named_as_such() -> None:
    said = statement(voice=Voice(name=PRESS, kind=SpeakerKind.PRESS))
    assert headline(said).startswith("DENIES it happened: The press — ")


def test_the_text_has_outlet_tier_time_with_zone_link_and_both_names() -> None:
    zone = timezone(timedelta(hours=2))
    said = statement(report=report(published=datetime(2022, 3, 1, 15, 42, tzinfo=zone)))
    text = as_text(message(said))
    for part in (
        "First Paper (UA, national)",
        "2022-03-01 15:42 +02:00 (13:42 UTC)",
        "https://first.example/1",
        "Ann Example (minister; written “Енн”)",
        "> Наших військ там немає.",
        "Ukrainian, as written",
        "very sure (0.93); the day is stated in the text",
        "Bob Other confirmed it happened (since 28 February 2022, last on 1 March 2022)",
    ):
        assert part in text


def test_an_hour_that_nobody_gave_is_not_made_up() -> None:
    said = statement(
        report=report(published=None, published_on=date(2022, 3, 3)),
        said_basis=Basis.PUBLISHED,
        certainty=0.5,
    )
    text = as_text(message(said))
    assert "3 March 2022, hour unknown" in text
    assert "unsure (0.50); the day is that of publication" in text


def test_what_was_taken_back_looks_like_it() -> None:
    taken = message(taken_back=True)
    assert taken.tone == "neutral"
    assert 'class="said gone"' in as_html(taken)
    assert "> [taken back]" in as_text(taken)


def test_the_language_of_the_quote_is_marked_for_screen_readers() -> None:
    assert 'lang="uk">Наших військ там немає.</span>' in as_html(message())


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "http://a b", "https://x/\n", "//x", "", "h" * 3000]
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    assert web_link(url) == ""
    assert "href" not in as_html(message(statement(report=report(url=url))))


@given(st.text(max_size=600), st.integers(1, 80))
def test_clean_text_is_one_short_visible_line(text: str, limit: int) -> None:
    line = clean(text, limit)
    assert len(line) <= limit
    assert line == line.strip()
    assert "\n" not in line
    assert "\r" not in line
    line.encode()


def test_a_sentence_in_the_title_is_said_to_be_there() -> None:
    said = statement(evidence=Evidence(sentence="They are in", place="title"))
    assert "in the title" in as_text(message(said))

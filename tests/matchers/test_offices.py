"""Offices that an article names without their nation: who is meant depends on the article and its outlet."""

from datetime import date

import pytest

from matchers.engine import Engine
from store.values import Document

TEXT = "Белорусские военные не пересекали границу Украины, заявили в Министерстве обороны."


@pytest.mark.parametrize(
    ("outlet", "url", "speaker"),
    [
        ("sb.by", None, "Ministry of Defence of Belarus"),
        ("SB", "https://www.sb.by/articles/1.html", "Ministry of Defence of Belarus"),
        ("unian.ua", None, "Ministry of Defence of Ukraine"),
        ("example.org", None, "Министерстве обороны"),
    ],
)
def test_an_office_without_a_nation_is_that_of_the_outlets_own(
    outlet: str, url: str | None, speaker: str
) -> None:
    found = Engine.load().match(Document(title="", text=TEXT, lang="ru", outlet=outlet, url=url)).matches
    assert [m.speaker for m in found] == [speaker]


def test_an_office_without_a_nation_is_first_that_of_whoever_the_article_named() -> None:
    text = f"Минобороны Украины показало снимки. {TEXT}"
    found = Engine.load().match(Document(title="", text=text, lang="ru", outlet="sb.by")).matches
    assert [m.speaker for m in found] == ["Ministry of Defence of Ukraine"]


@pytest.mark.parametrize(
    ("published", "speaker"),
    [(date(2023, 3, 3), "Oleksii Danilov"), (date(2024, 5, 3), "Oleksandr Lytvynenko")],
)
def test_an_office_of_one_body_is_who_held_it_that_day(published: date, speaker: str) -> None:
    text = "Секретарь СНБО сказал, что белорусские войска границу Украины не пересекали."
    found = Engine.load().match(Document(title="", text=text, lang="ru", published=published)).matches
    assert [m.speaker for m in found] == [speaker]

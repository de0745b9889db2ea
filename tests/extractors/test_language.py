"""The text decides its language; the page's word counts where the text is short."""

import pytest

from extractors.evidence import collect
from extractors.language import declared_language, language_of
from extractors.page import parse

UKRAINIAN = (
    "Голова громади заперечив, що пором зупинено, і додав, що переправа працює. Черг немає, кажуть водії."
)
DATA = '<script type="application/ld+json">{"@type": "Article", "headline": "x", "inLanguage": "be"}</script>'


def test_the_text_overrules_a_template() -> None:
    assert language_of(UKRAINIAN * 2, "ru") == "uk"
    assert language_of(UKRAINIAN * 2, None) == "uk"


def test_a_short_text_leaves_the_declaration() -> None:
    assert language_of("Ні.", "uk") == "uk"
    assert language_of("Ні.", None) is None


@pytest.mark.parametrize(
    ("head", "lang"),
    [
        ('<html lang="uk-UA">', "uk"),
        ('<html lang="ua">', "uk"),
        ('<html><meta property="og:locale" content="pl_PL">', "pl"),
        (f'<html lang="en">{DATA}', "be"),
        ("<html>", None),
        ('<html lang="x-klingon">', None),
    ],
)
def test_declarations_are_read_in_their_order(head: str, lang: str | None) -> None:
    assert declared_language(collect(parse(f"{head}<body><p>x".encode(), url=""))) == lang

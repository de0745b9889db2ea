"""When something was said: by the words around the verb of saying, never by those of what is said."""

from datetime import date

import pytest

from matchers.engine import Engine
from store.values import Basis, Document

PUBLISHED = date(2023, 3, 8)
"""A Wednesday."""
MONDAY = date(2023, 3, 6)


@pytest.mark.parametrize(
    ("lang", "text", "said", "basis"),
    [
        ("en", "John Kirby said on Monday that Belarusian troops were not in Ukraine.", MONDAY, Basis.STATED),
        (
            "en",
            "John Kirby said Belarusian troops, who drilled on Monday, were not in Ukraine.",
            PUBLISHED,
            Basis.PUBLISHED,
        ),
        (
            "en",
            "In February, President Alexander Lukashenko had said that his troops take no part in the war.",
            date(2023, 2, 1),
            Basis.BACKGROUND,
        ),
        # The beginning of a span is no day on which anything was said or happened.
        (
            "uk",
            "Ракети з білоруської території запустили вперше від кінця серпня, повідомив Юрій Ігнат.",
            PUBLISHED,
            Basis.PUBLISHED,
        ),
        (
            "de",
            "Zum ersten Mal seit Montag flogen Raketen aus Belarus auf die Ukraine, sagte Jurij Ihnat.",
            PUBLISHED,
            Basis.PUBLISHED,
        ),
        # What is recalled is old; that it is recalled is not.
        (
            "uk",
            "Володимир Зеленський нагадав, що на початку вторгнення ракети летіли з території Білорусі.",
            PUBLISHED,
            Basis.PUBLISHED,
        ),
        (
            "en",
            "Early in the war Volodymyr Zelensky said that missiles had been launched from Belarus.",
            PUBLISHED,
            Basis.BACKGROUND,
        ),
        (
            "ru",
            "Белорусские военные воевали в Украине в феврале прошлого года, выяснили журналисты «Заборона».",
            PUBLISHED,
            Basis.PUBLISHED,
        ),
        # The next sentence names the speaker, and the day; who goes on speaking does so on the same day.
        (
            "de",
            "Russland hat Raketen aus Belarus auf die Ukraine abgefeuert. Das sagte am Montag Jurij Ihnat.",
            MONDAY,
            Basis.STATED,
        ),
        (
            "en",
            "John Kirby said on Monday that all was calm. Belarusian troops are not in Ukraine, he added.",
            MONDAY,
            Basis.STATED,
        ),
    ],
)
def test_the_day_of_a_saying_is_told_by_its_own_words(lang: str, text: str, said: date, basis: Basis) -> None:
    found = Engine.load().match(Document(title="", text=text, lang=lang, published=PUBLISHED)).matches
    assert {(m.said_on, m.said_basis) for m in found} == {(said, basis)}

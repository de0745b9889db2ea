"""What a denial is about: that it happened, or that it is meant to happen."""

import pytest

from matchers.engine import Engine
from store.values import About, Document

NOT_THERE = "There is no sign that Belarusian forces are in Ukraine"


@pytest.mark.parametrize(
    ("lang", "text", "about"),
    [
        ("en", f"{NOT_THERE}, John Kirby said.", About.OCCURRENCE),
        ("en", f"{NOT_THERE} or even ready to go there, John Kirby said.", About.OCCURRENCE),
        ("en", "Belarusian forces are not ready to enter Ukraine, John Kirby said.", About.INTENT),
        (
            "de",
            "Keine Soldaten aus Belarus sind in der Ukraine oder bereit dazu, sagte John Kirby.",
            About.OCCURRENCE,
        ),
        (
            "uk",
            "Немає ознак, що білоруські війська є в Україні чи готуються зайти, заявив Джон Кірбі.",
            About.OCCURRENCE,
        ),
        (
            "pl",
            "Nie ma oznak, że białoruskie wojska są na Ukrainie lub szykują się tam wejść, mówi John Kirby.",
            About.OCCURRENCE,
        ),
    ],
)
def test_who_denies_both_denies_that_it_happened(lang: str, text: str, about: About) -> None:
    found = Engine.load().match(Document(title="", text=text, lang=lang)).matches
    assert [(m.stance.value, m.about) for m in found] == [("deny", about)]

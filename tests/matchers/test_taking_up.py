"""Denials that rest on what an article said before, where several voices stand between."""

from matchers.engine import Engine
from store.values import Document, Stance


def test_a_second_denial_takes_up_the_report_and_not_the_first_denial() -> None:
    text = (
        "Белорусские танки вошли в Городню, сообщил Виталий Кириллов. Белорусской армии на Черниговщине нет, "
        "сказал Вячеслав Чаус. Минск обвинения в свой адрес отмёл."
    )
    found = Engine.load().match(Document(title="", text=text, lang="ru")).matches
    assert {(m.speaker, m.stance) for m in found} == {
        ("Vitaliy Kyrylov", Stance.CONFIRM),
        ("Viacheslav Chaus", Stance.DENY),
        ("Belarusian authorities", Stance.DENY),
    }

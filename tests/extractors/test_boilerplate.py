"""Lines that no article says go; lines that an article says stay, whatever words they hold."""

import pytest

from extractors.boilerplate import is_boilerplate, is_label, phrases


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "РЕКЛАМА",
        "Реклама.",
        "Читайте также:",
        "Читайте також",
        "Чытайце таксама",
        "Czytaj więcej »",
        "Lesen Sie auch:",
        "— Anzeige —",
        "Les også",
        "Publicité",
    ],
)
def test_labels_are_known_in_every_language(line: str) -> None:
    assert is_label(line)
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    [
        "Читайте також: Міст добудують восени",
        "READ MORE: Ferry prices to rise before the summer",
        "Фото: пресслужба громади",
        "Fot. archiwum redakcji",
        "Sign up for our newsletter to get the morning’s tides by mail.",
        "Подписывайтесь на наш Telegram-канал",
        "Если вы заметили ошибку, выделите её и нажмите Ctrl+Enter",
        "© 2026 The Tidewater Post. All rights reserved.",
    ],
)
def test_pointers_credits_and_prompts_go(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    [
        "The ministry denied it.",
        "Реклама сигарет у метро заборонена з січня, повідомили в міськраді.",
        "More ships than ever passed the quay in March, the harbour master said.",
        "Follow-up inspections found no crack.",
        "Photographs shown by the ministry were taken a year ago, the analysts said.",
        "„Zapisz się na wizytę w urzędzie, a sami zobaczymy, kto ma rację” – odparł burmistrz.",
        "“Read more: that is all I can tell those who believe that the quay was ever closed,” he said.",
    ],
)
def test_sentences_of_an_article_stay(line: str) -> None:
    assert not is_boilerplate(line)


def test_no_language_of_the_data_is_empty() -> None:
    told = phrases()
    assert len(told.labels) > 200
    assert len(told.openers) > 100
    assert not told.prompts.search("")

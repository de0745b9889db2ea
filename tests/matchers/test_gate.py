"""The gate on texts that nearly name a claim: it opens for what the matcher can find, and for little else."""

import pytest

from matchers.engine import Engine

ENGINE = Engine.load()


@pytest.mark.parametrize(
    "text",
    [
        "Troops of White Russia have entered Ukraine.",
        "Troops of «White Russia» have entered Ukraine.",
        "Siły zbrojne Białorusi weszły na Ukrainę.",
        "Wojska bielaruskija: biełaruskija vojski ŭvajšli va Ukrainu.",
    ],
)
def test_it_opens_where_all_is_named(text: str) -> None:
    assert ENGINE.gate(text)


@pytest.mark.parametrize(
    "text",
    [
        "Troops entered Ukraine from Russia. The White House said so.",  # the phrase is "White Russia"
        "The press agency of the republic says that troops entered Ukraine.",
        "Les Biélorusses et leurs soldats sont entrés en Ukraine.",  # no language that is read
    ],
)
def test_it_stays_shut_where_words_only_resemble_it(text: str) -> None:
    assert not ENGINE.gate(text)


def test_a_flood_of_half_phrases_is_read_in_linear_time() -> None:
    assert not ENGINE.gate("white-white-" * 30_000 + "russia" * 30_000)

"""Sentences that differ in the word that decides: what each says about a claim, and who says it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from app.claimtests import run_examples
from matchers import pack
from matchers.engine import Engine
from store.values import Document, Stance

FOLDER = Path(__file__).parent / "sentences"
CLAIMS = {"t": "belarus-troops-in-ukraine", "m": "missiles-from-belarus"}
FIRM = (Stance.CONFIRM, Stance.DENY)

Case = tuple[str, str, str, str, str]


@cache
def engine() -> Engine:
    return Engine.load()


def _cases() -> Iterator[Case]:
    for file in sorted(FOLDER.glob("*.yaml")):
        for claim, stance, speaker, text in yaml.safe_load(file.read_text(encoding="utf-8")):
            yield file.stem, CLAIMS[claim], stance, speaker, text


def _heard(lang: str, claim: str, text: str) -> set[tuple[str, str]]:
    result = engine().match(Document(title="", text=text, lang=lang))
    assert result.skipped is None
    return {(m.stance.value, m.speaker) for m in result.matches if m.claim == claim and m.stance in FIRM}


@pytest.mark.parametrize(("lang", "claim", "stance", "speaker", "text"), list(_cases()))
def test_a_sentence_takes_the_side_that_its_words_take(
    lang: str, claim: str, stance: str, speaker: str, text: str
) -> None:
    expected = set() if stance == "none" else {(stance, speaker)}
    assert _heard(lang, claim, text) == expected


@pytest.mark.parametrize("lang", pack.languages())
def test_a_pack_keeps_the_promise_of_its_examples(lang: str) -> None:
    assert [str(f) for f in run_examples(pack.load(lang), engine())] == []

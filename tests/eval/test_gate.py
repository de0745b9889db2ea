"""The matcher may get better on the labelled items, never worse without somebody saying so."""

import json
from functools import cache
from typing import Any

import pytest

from matchers.engine import Engine
from tests.eval.gate import FLOORS, MARGIN, Figures, corpus, digest, measure

PINNED: dict[str, Any] = json.loads(FLOORS.read_text(encoding="utf-8"))
REMEDY = "see: python -m tests.eval.gate --help"


@cache
def _figures() -> Figures:
    return measure(corpus(), Engine.load())


def test_the_floors_belong_to_this_corpus() -> None:
    assert digest(corpus()) == PINNED["corpus"], f"the corpus changed: measure and pin anew; {REMEDY}"


@pytest.mark.parametrize("lang", sorted(PINNED["floors"]))
def test_no_figure_of_a_language_falls_below_its_floor(lang: str) -> None:
    fallen = {
        name: (_figures()[lang][name], floor)
        for name, floor in PINNED["floors"][lang].items()
        if _figures()[lang][name] < floor - MARGIN
    }
    assert fallen == {}, REMEDY

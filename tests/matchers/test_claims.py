"""Claim files: the minimal form, errors that name their place, and the promises of the shipped ones."""

from pathlib import Path

import pytest

from app.claimtests import run_tests, untested
from config.errors import ConfigError
from matchers import claims, pack
from matchers.engine import Engine
from store.values import Document, Stance

SHIPPED = [
    *claims.TRACKED,
    "north-korean-troops-in-ukraine",
    "nuclear-weapons-in-belarus",
    "ceasefire-agreed",
]

MINIMAL = """\
schema: 1
id: bridge-closed
title: The bridge over the strait is closed
all:
  - [bridge, crossing]
  - [closed, shut, blocked]
none: [toll*]
"""


def _stances(text: str, file: Path) -> set[str]:
    result = Engine.load([file]).match(Document(title="", text=text, lang="en"))
    return {m.stance.value for m in result.matches if m.stance is not Stance.SPECULATE}


def test_every_shipped_claim_keeps_the_promise_of_its_examples() -> None:
    loaded = claims.load(SHIPPED)
    assert [str(f) for f in (*untested(loaded), *run_tests(loaded, Engine.load(SHIPPED)))] == []


def test_claims_in_the_minimal_form_work_side_by_side_in_every_language() -> None:
    files = sorted((Path(__file__).parent / "minimal").glob("*.yaml"))
    loaded = claims.load(files)
    assert len(loaded) == 4
    assert [str(f) for f in (*untested(loaded), *run_tests(loaded, Engine.load(files)))] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge has been closed, the governor said.", {"confirm"}),
        ("The bridge has not been closed, the governor said.", {"deny"}),
        ("The governor denied that the bridge had been closed.", {"deny"}),
        ("The bridge could be closed, the governor said.", set()),
        ("The bridge is closed to those who pay no toll.", set()),
        ("The bridge is long.", set()),
    ],
)
def test_a_claim_in_the_minimal_form_tells_the_sides_apart(
    text: str, expected: set[str], tmp_path: Path
) -> None:
    file = tmp_path / "bridge.yaml"
    file.write_text(MINIMAL, encoding="utf-8")
    assert _stances(text, file) == expected


def test_claims_that_give_the_same_name_to_their_words_are_kept_apart(tmp_path: Path) -> None:
    """In the minimal form every claim's lists bear the same names; a full claim may reuse a pack's name."""
    other = "schema: 1\nid: port.shut\ntitle: The port is shut\nall: [[port], [shut]]\nnone: [wine]\n"
    full = "schema: 1\nid: full\nframes: [{all: [[troops], [parade]]}]\nconcepts:\n"
    full += "  troops: {en: [guard]}\n  parade: {en: [parad*]}\n"
    for name, text in (("a", MINIMAL), ("b", other), ("c", full)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    engine = Engine.load([tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "c.yaml", "shipped"])

    def heard(text: str) -> set[str]:
        return {m.claim for m in engine.match(Document(title="", text=text, lang="en")).matches}

    assert heard("The bridge is closed, the governor said.") == {"bridge-closed"}
    assert heard("The port is shut, the governor said.") == {"port.shut"}
    assert heard("The port of wine is shut, the governor said.") == set()
    assert heard("The guard was on parade, the governor said.") == {"full"}
    assert heard("Belarusian troops have entered Ukraine, the governor said.") == {claims.TRACKED[0]}
    assert engine.gate("The port was shut at night.")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (MINIMAL.replace("none:", "nnone:"), "c.yaml:7: nnone: unknown key; did you mean 'none'?"),
        (MINIMAL.replace("id: bridge-closed\n", ""), "c.yaml:1: id: is missing"),
        ("schema: 1\nid: x\nall: words\n", "c.yaml:3: all: is no list of word lists"),
        ("schema: 1\nid: x\n", "frames: is missing"),
        ("schema: 9\nid: x\nall: [[a]]\n", "c.yaml:1: schema: is 9"),
        ("schema: [1\n", "is no YAML"),
    ],
)
def test_a_broken_claim_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        claims.parse(text, "c.yaml")
    assert told in str(caught.value)


def test_a_claim_given_twice_is_refused() -> None:
    with pytest.raises(ConfigError, match="given twice"):
        claims.load(["shipped", claims.TRACKED[0]])


def test_an_unknown_claim_gets_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match="did you mean 'missiles-from-belarus'"):
        claims.load(["misiles-from-belarus"])


def test_a_pack_that_lacks_a_part_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"clauses\.coord: is empty"):
        pack.parse("schema: 1\nlang: xx\nclauses: {coord: []}\n", "packs/xx.yaml")


def test_every_pack_is_whole() -> None:
    assert all(len(pack.load(lang).terms) > 150 for lang in pack.languages())

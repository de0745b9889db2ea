"""Reprints of one report are alike, however they were cut; two reports are not."""

import hashlib
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.fingerprint import SAME_STORY, jaccard, signature, similarity

SUBJECTS = "the ministry|a spokesman|the harbour master|one pilot|the council|an engineer|the mayor|a reader"
VERBS = "denied|confirmed|measured|questioned|repaired|described|counted|welcomed|postponed|visited"
OBJECTS = "the bridge|a convoy|two ferries|the old depot|new rails|the northern gate|a report|the signal box"
TIMES = "on Monday|before noon|late at night|in the spring|after the storm|without warning|once more"


def report(seed: int, sentences: int = 30) -> list[str]:
    """Sentences that look like one another, and never repeat between two seeds but by chance."""
    words = [part.split("|") for part in (SUBJECTS, VERBS, OBJECTS, TIMES)]
    return [
        " ".join(
            w[int(hashlib.sha256(f"{seed}-{n}-{i}".encode()).hexdigest(), 16) % len(w)]
            for i, w in enumerate(words)
        )
        + f" near kilometre {seed * 100 + n}."
        for n in range(sentences)
    ]


WIRE = report(1)


def alike(one: list[str], other: list[str]) -> float:
    return similarity(signature(" ".join(one)), signature(" ".join(other)))


def test_a_text_is_wholly_like_itself() -> None:
    assert alike(WIRE, WIRE) == 1.0


@pytest.mark.parametrize(
    "reprint",
    [WIRE[:15], WIRE[:8], report(2, 4) + WIRE, report(2, 4) + WIRE[:15], WIRE[::2], WIRE[3:9] + WIRE[20:]],
    ids=["half", "quarter", "lead", "lead-and-half", "every-other", "rearranged"],
)
def test_a_reprint_is_alike(reprint: list[str]) -> None:
    assert alike(WIRE, reprint) > SAME_STORY


def test_a_reprint_with_changed_words_is_alike() -> None:
    changed = [w if n % 14 else "reportedly" for n, w in enumerate(" ".join(WIRE).split())]
    assert alike(WIRE, changed) > SAME_STORY


def test_reports_in_the_same_words_are_not_alike() -> None:
    assert max(alike(report(n), report(n + 1)) for n in range(1, 40)) < SAME_STORY


def test_spelling_of_apostrophes_case_and_soft_hyphens_does_not_matter() -> None:
    plain = " ".join(WIRE) + " п'ять об'єктів"
    fancy = " ".join(WIRE).upper().replace("BRIDGE", "BRI\u00adDGE") + " п’ять обʼєктів"
    assert similarity(signature(plain), signature(fancy)) == 1.0


def test_a_text_without_words_is_like_nothing() -> None:
    assert signature(" … — ") == b""
    assert similarity(b"", b"") == 0.0
    assert similarity(signature("one word or two"), b"") == 0.0


def test_a_signature_of_another_format_is_like_nothing() -> None:
    signed = signature(" ".join(WIRE))
    assert similarity(signed, b"\xff" + signed[1:]) == 0.0


def test_a_flash_of_one_sentence_is_not_part_of_everything() -> None:
    assert alike(WIRE, ["the ministry denied it again on Monday."]) < SAME_STORY


def test_the_signature_is_the_same_on_every_machine_and_release() -> None:
    digest = hashlib.sha256(
        signature("The harbour is closed, the harbour master said on Monday.")
    ).hexdigest()
    assert digest == "6cc8124e41e745792daecf6010e65e4286dd3e89100562c018a09a99b263093d"


def test_the_signature_does_not_depend_on_the_process() -> None:
    code = "from store.fingerprint import signature; print(signature('one two three four five').hex())"
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {signature("one two three four five").hex() + "\n"}


@given(st.text(), st.text())
def test_similarity_is_symmetric_and_bounded(one: str, other: str) -> None:
    a, b = signature(one), signature(other)
    assert similarity(a, b) == similarity(b, a)
    assert 0.0 <= jaccard(a, b) <= 1.0
    assert jaccard(a, b) <= similarity(a, b) <= 1.0

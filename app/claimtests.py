"""Runs the example sentences that a claim carries: what an author expects beside what the matcher hears."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from config.errors import Finding
from matchers.claims import Claim
from matchers.engine import Engine
from store.values import Document, Match, Stance

NOTHING = "none"
_FIRM = (Stance.CONFIRM, Stance.DENY)


def run_tests(claims: Sequence[Claim], engine: Engine) -> list[Finding]:
    """The examples that came out otherwise than their claim says."""
    return [failure for claim in claims for failure in _failures(claim, engine)]


def untested(claims: Sequence[Claim]) -> list[Finding]:
    """Claims whose examples cannot show that they work: each side, and a near miss that is neither."""
    wanted = (Stance.CONFIRM, Stance.DENY, NOTHING)
    found = []
    for claim in claims:
        given = {str(test.get("stance", "")) for test in claim.tests}
        missing = [str(stance) for stance in wanted if stance not in given]
        if missing:
            problem = f"has no example for {', '.join(missing)}"
            found.append(
                Finding(claim.file, 0, "tests", problem, "add one, so that a change cannot break it")
            )
    return found


def _failures(claim: Claim, engine: Engine) -> Iterator[Finding]:
    for number, test in enumerate(claim.tests, start=1):
        problem = _problem(claim, test, engine)
        if problem:
            told = f"“{str(test.get('text', ''))[:80]}”: {problem}"
            yield Finding(claim.file, 0, f"tests[{number}]", told, "see why with: tocsin match -")


def _problem(claim: Claim, test: Mapping[str, Any], engine: Engine) -> str:
    document = Document(title="", text=str(test.get("text", "")), lang=test.get("lang") or None)
    result = engine.match(document)
    if result.skipped:
        return result.skipped
    heard = [match for match in result.matches if match.claim == claim.id]
    stance, speaker = str(test.get("stance", NOTHING)), test.get("speaker")
    if stance == NOTHING:
        firm = [match for match in heard if match.stance in _FIRM]
        return f"heard {_told(firm)}, expected nothing" if firm else ""
    fitting = [match for match in heard if match.stance == stance]
    if speaker:
        fitting = [match for match in fitting if speaker in (match.speaker, match.speaker_as_written)]
    expected = f"{stance} by {speaker}" if speaker else stance
    return "" if fitting else f"heard {_told(heard)}, expected {expected}"


def _told(matches: Sequence[Match]) -> str:
    return ", ".join(f"{match.stance} by {match.speaker}" for match in matches) or "nothing"

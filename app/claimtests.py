"""Runs the example sentences of claims and language packs: what an author expects beside what is heard."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from config.errors import Finding
from matchers.claims import Claim
from matchers.engine import Engine
from matchers.pack import Pack
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


def run_examples(pack: Pack, engine: Engine) -> list[Finding]:
    """The examples of a language pack that came out otherwise; a pack without any is at fault."""
    file = f"packs/{pack.lang}.yaml"
    if not pack.examples:
        remedy = "write sentences for each side and a near miss, as in packs/en.yaml"
        return [Finding(file, 0, "examples", "has none", remedy)]
    rows = [(str(row.get("claim", "")), {"lang": pack.lang, **row}) for row in pack.examples]
    return list(_failing(file, "examples", rows, engine))


def _failures(claim: Claim, engine: Engine) -> Iterator[Finding]:
    yield from _failing(claim.file, "tests", [(claim.id, row) for row in claim.tests], engine)


def _failing(
    file: str, key: str, rows: Sequence[tuple[str, Mapping[str, Any]]], engine: Engine
) -> Iterator[Finding]:
    for number, (claim, row) in enumerate(rows, start=1):
        problem = _problem(claim, row, engine)
        if problem:
            told = f"“{str(row.get('text', ''))[:80]}”: {problem}"
            yield Finding(file, 0, f"{key}[{number}]", told, "see why with: tocsin check -")


def _problem(claim: str, row: Mapping[str, Any], engine: Engine) -> str:
    if claim not in {known.id for known in engine.claims}:
        return f"is about {claim!r}, which is no claim here"
    document = Document(title="", text=str(row.get("text", "")), lang=row.get("lang") or None)
    result = engine.match(document)
    if result.skipped:
        return result.skipped
    heard = [match for match in result.matches if match.claim == claim]
    stance, speaker = str(row.get("stance", NOTHING)), row.get("speaker")
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

"""The errors that a person reads: one line that names the place, the problem and the remedy.

Layers add their own subclasses of TocsinError beside the code that raises them. Nothing is printed here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

MISSPELT = 0.6
"""How alike a known word must be before it is offered (0 to 1)."""


class TocsinError(Exception):
    """Anything that Tocsin reports by itself. `exit_code` is what the command line ends with."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with the configuration, and where. `line` is 0 where there is no line to name."""

    file: str
    line: int
    field: str
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        told = ": ".join(part for part in (place, self.field, self.problem) if part)
        return " ".join(f"{told}; {self.remedy}".split()) if self.remedy else " ".join(told.split())


class ConfigError(TocsinError):
    """The configuration cannot be used. `others` counts the findings that the message leaves out."""

    exit_code = 2

    def __init__(self, finding: Finding, *, others: int = 0) -> None:
        more = f" (and {others} more, see: tocsin config check)" if others else ""
        super().__init__(f"{finding}{more}")
        self.finding = finding
        self.file = finding.file
        self.line = finding.line
        self.field = finding.field
        self.problem = finding.problem
        self.remedy = finding.remedy

    def __reduce__(self) -> tuple[type["ConfigError"], tuple[Finding]]:
        return type(self), (self.finding,)  # it crosses a process border whole


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The remedy for an unknown word: its nearest known one, or all of them when none is near."""
    names = sorted(known)
    best = process.extractOne(word.lower(), names, scorer=OSA.normalized_similarity)
    if best is not None and best[1] >= MISSPELT:
        return f"did you mean '{best[0]}'?"
    return f"known are: {', '.join(names)}" if names else "remove it"

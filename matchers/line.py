"""A sentence read in its article: its voices, what they say, and whose word it is as a whole."""

from dataclasses import dataclass

from matchers.saying import Saying
from matchers.scene import Scene
from matchers.speakers import Voice


@dataclass(slots=True)
class Line:
    """A sentence read in context. `speaker` is whose voice the whole sentence is, where no saying tells."""

    scene: Scene
    voices: list[Voice]
    sayings: list[Saying]
    speaker: Voice | None = None
    basis: str = ""


def speaker_at(line: Line, at: int) -> Voice | None:
    """Who says token `at`, as far as the sentence or those around it tell."""
    covering = [s for s in line.sayings if s.voice is not None and s.lo <= at < s.hi and not s.voice.refers]
    inner = [s for s in covering if s.form not in ("according", "cited")] or covering  # "X, says Y, promised"
    return inner[0].voice if inner else line.speaker


def side_at(line: Line, at: int) -> str:
    """The nation of whoever says token `at`, or nothing."""
    speaker = speaker_at(line, at)
    return speaker.side if speaker is not None else ""

"""Answers in a word: "asked whether troops had crossed, X said: “No.”", and in the next sentence.

Tells which side an answer takes and whose it is. What was asked is a mention like any other.
"""

from collections.abc import Sequence

from matchers.line import Line
from matchers.mentions import Mention
from matchers.saying import Saying
from matchers.speakers import Voice
from store.values import Stance

SHORT = 9
"""The most words of an answer that is a yes or a no."""


def answered(lines: Sequence[Line], i: int, mention: Mention) -> tuple[Stance, Voice, int] | None:
    """The side and the voice of the answer to what a mention asks, and the line that it stands in."""
    line = lines[i]
    asked = [s for s in line.sayings if s.kind == "ask" and s.end <= mention.lo]
    reply = next((s for s in line.sayings if s.start >= mention.hi and s.kind in ("say", "confirm")), None)
    put = [h for h in line.scene.of("asked") if h.end <= mention.lo]  # "to the question whether …, X said"
    if reply is None and put:  # "X answered the question whether …: “No.”"
        reply = next((s for s in line.sayings if s.kind == "say" and s.end <= put[0].start), None)
    if (asked or put) and reply is not None:
        stance = _side(line, max(reply.right, mention.hi), len(line.scene.covers))
        voice = reply.voice or (asked[-1].voice if asked else None)
        return (stance, voice, i) if stance is not None and voice is not None and not voice.refers else None
    if not (asked or line.scene.sentence.is_question) or i + 1 >= len(lines) or line.scene.place == "title":
        return None
    return _next_line(lines[i + 1], i + 1)


def _next_line(line: Line, at: int) -> tuple[Stance, Voice, int] | None:
    said = next((s for s in line.sayings if s.voice is not None and not s.voice.refers), None)
    voice = said.voice if said is not None else line.speaker
    opens = next((k for k, t in enumerate(line.scene.sentence.tokens) if t.is_word), 0)
    if voice is None or opens > 1 or not any(line.scene.sentence.quoted):
        return None
    stance = _side(line, opens, _end(line, said))
    return (stance, voice, at) if stance is not None else None


def _end(line: Line, said: Saying | None) -> int:
    return said.left if said is not None and said.left > 0 else len(line.scene.covers)


def _side(line: Line, lo: int, hi: int) -> Stance | None:
    """The side of a short answer between two tokens."""
    if sum(t.is_word for t in line.scene.sentence.tokens[lo:hi]) > SHORT:
        return None
    for name, stance in (("answer.no", Stance.DENY), ("answer.yes", Stance.CONFIRM)):
        if any(_is_whole(line, h.start, h.end, lo, hi) for h in line.scene.of(name)):
            return stance
    return None


def _is_whole(line: Line, start: int, end: int, lo: int, hi: int) -> bool:
    """True where a yes or a no opens or ends the answer, rather than standing in one."""
    words = [k for k in range(lo, hi) if line.scene.sentence.tokens[k].is_word]
    return bool(words) and (start == words[0] or end - 1 == words[-1]) and lo <= start < hi

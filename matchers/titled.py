"""Somebody by a title alone: "the head of the regional council", named elsewhere or never.

Decides whether a title stands for a person that the article names elsewhere with the same title ("the
researcher", after "the researcher Konrad Muzyka"), or for somebody new who has no other name than what the
words around the title say. Who "he" is stays the business of `discourse`.
"""

from collections.abc import Sequence
from dataclasses import replace

from matchers.reading import OF_PLACE
from matchers.scene import Scene
from matchers.speakers import Voice
from store.values import SpeakerKind

STEM = 5
"""How many letters tell a title in all its cases: "речник", "речника", "речницею"."""
LONGEST = 5
"""The most words that what somebody is head of may take."""


def titled(scenes: Sequence[Scene], found: Sequence[list[Voice]], text: str, title: str) -> list[list[Voice]]:
    """The voices of an article's sentences, each title resolved to a person or made somebody of its own."""
    by_title: dict[str, Voice] = {}
    for scene, row in zip(scenes, found, strict=True):
        for voice in _persons(row):
            for stem in _titles(scene, voice):
                by_title.setdefault(stem, voice)
    told = {voice.name for voice in by_title.values()}
    out: list[list[Voice]] = []
    last: Voice | None = None
    for scene, row in zip(scenes, found, strict=True):
        written = title if scene.place == "title" else text
        new: list[Voice] = []
        for voice in row:
            one = _resolved(scene, voice, row, by_title, written)
            # "Latushka answered. …, wrote the head of NAM": another word for somebody not described yet.
            other = one.titled and not one.is_person and last is not None and last.name not in told
            new.append(voice if other else one)
            last = one if one.is_person and not one.refers and one.name else last
        out.append(new)
    return out


def _persons(row: Sequence[Voice]) -> list[Voice]:
    return [v for v in row if v.is_person and not v.refers and v.name]


def _titles(scene: Scene, voice: Voice) -> list[str]:
    tokens = scene.sentence.tokens
    return [tokens[i].fold[:STEM] for i in range(voice.start, voice.end) if "title" in scene.covers[i]]


def _resolved(
    scene: Scene, voice: Voice, row: Sequence[Voice], by_title: dict[str, Voice], text: str
) -> Voice:
    if voice.refers != "title":
        return voice
    same = next((by_title[s] for s in _titles(scene, voice) if s in by_title), None)
    if same is not None:
        return replace(same, start=voice.start, end=voice.end, written=voice.written)
    start, end = _phrase(scene, voice, row)
    if end == voice.end and start == voice.start:
        return voice
    written = scene.words(start, end, text)
    return replace(
        voice,
        name=written,
        kind=SpeakerKind.UNNAMED,
        start=start,
        end=end,
        written=written,
        refers="",
        titled=True,
    )


def _phrase(scene: Scene, voice: Voice, row: Sequence[Voice]) -> tuple[int, int]:
    """The title with the place before it and what it belongs to after it."""
    tokens, covers = scene.sentence.tokens, scene.covers
    taken = {i for v in row if v is not voice for i in range(v.start, v.end)}
    start, end = voice.start, voice.end
    while start > 0 and start - 1 not in taken and _qualifies(scene, start - 1):
        start -= 1
    tied = "genitive" in scene.pack.traits
    while end < len(tokens) and end - voice.end < LONGEST and tokens[end].is_word and end not in taken:
        names = covers[end]
        of = "prep.of" in names or (not tied and "prep.in" in names)
        if end == voice.end and not (of or tied):
            break
        if (_stops(names) and not of) or tokens[end].text[0].isdigit():
            break
        end += 1
    while end > voice.end and (
        any(n.startswith("prep.") for n in covers[end - 1]) or "det" in covers[end - 1]
    ):
        end -= 1
    return start, end


def _qualifies(scene: Scene, i: int) -> bool:
    names, token = scene.covers[i], scene.sentence.tokens[i]
    told = any((n.startswith("nat.") and n.endswith(".adj")) or n.startswith("qual.") for n in names)
    return token.is_word and (told or bool(OF_PLACE.match(token.fold)))


_STOPPING = ("rep.", "cl.", "prep.", "pro.", "weekdays.", "months.", "time.")


_NO_PART = {
    *("deny", "neg", "aux", "adverb", "conj", "noevidence", "unconfirmed", "skip", "hedge", "nil"),
    *("missile", "missile_launch", "drones", "equipment", "enter", "fight", "launch"),
}
"""What no office is named after, so that a title ends before it."""


def _stops(names: set[str]) -> bool:
    return any(n.startswith(_STOPPING) for n in names) or not names.isdisjoint(_NO_PART)

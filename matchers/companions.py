"""Helps to find the subject of a verb of saying: what stands aside, and who speaks together.

A relative clause after a name hides other names ("X, who runs the air force's press office, said"); two
names joined by "and" speak with one voice each; "contrary to what X said" tells that X is contradicted.
"""

from collections.abc import Sequence

from matchers.lexicon import Hit
from matchers.scene import Scene
from matchers.speakers import Voice


def aside(scene: Scene, before: int) -> frozenset[int]:
    """The tokens before a verb that stand in a relative clause which a comma closes."""
    tokens, out = scene.sentence.tokens, set[int]()
    for hit in scene.of("cl.relative"):
        opens = hit.start if tokens[hit.start].text == "," else hit.start - 1
        if opens < 1 or tokens[opens].text != ",":
            continue
        closes = next((i for i in range(hit.end, before) if tokens[i].text == ","), None)
        if closes is not None and before - closes <= 6:
            out |= set(range(opens, closes + 1))
    return frozenset(out)


def inset(scene: Scene) -> frozenset[int]:
    """The tokens of relative clauses between commas after which the main clause goes on with its verb."""
    if "described" not in scene.pack.traits:
        return frozenset()
    tokens, out = scene.sentence.tokens, set[int]()
    for hit in scene.of("cl.relative"):
        if hit.start < 2 or tokens[hit.start - 1].text != ",":
            continue
        commas = (i for i in range(hit.end, len(tokens) - 1) if tokens[i].text == ",")
        closes = next((i for i in commas if _goes_on(scene, i + 1)), None)
        if closes is not None:
            out |= set(range(hit.start - 1, closes + 1))
    return frozenset(out)


def _goes_on(scene: Scene, at: int) -> bool:
    names = scene.covers[at]
    told = any(n.startswith("rep.") or n in _VERBS for n in names)
    return told and not any(n.startswith(("cl.", "conj", "prep.", "who.", "nat.")) for n in names)


_VERBS = frozenset({"deny", "aux", "enter", "cross", "join", "send", "hedge", "future", "neg"})


def together(scene: Scene, voice: Voice, voices: Sequence[Voice]) -> list[Voice]:
    """Who speaks along with a voice: "the staff and the monitors report", "both X and Y"."""
    out, left, right = list[Voice](), voice, voice
    for one in reversed([v for v in voices if v.end <= left.start]):
        if not _joined(scene, one.end, left.start) or not _is_somebody(one):
            break
        out.append(one)
        left = one
    for one in (v for v in voices if v.start >= right.end):
        if not _joined(scene, right.end, one.start) or not _is_somebody(one):
            break
        out.append(one)
        right = one
    return [v for v in out if v.name != voice.name]


def _joined(scene: Scene, lo: int, hi: int) -> bool:
    """True where only "and" stands between, with or without a comma."""
    tokens = scene.sentence.tokens
    words = [i for i in range(lo, hi) if tokens[i].is_word]
    return (
        bool(words)
        and hi - lo <= 3
        and all("along" in scene.covers[i] for i in words)
        and all(tokens[i].text in ',«»„“”"' for i in range(lo, hi) if i not in words)
    )


def _is_somebody(voice: Voice) -> bool:
    """True for a voice that is named; an office alone may be the other's: "minister and party leader X"."""
    return bool(voice.name) and not voice.refers and not (voice.titled and voice.is_person)


def is_contradicted(scene: Scene, cue: Hit) -> bool:
    """True for "contrary to what X said": what follows is not said by X."""
    return any(0 <= cue.start - h.end <= 3 for h in scene.of("att.contrary"))


def rest(scene: Scene, right: int, hi: int) -> int:
    """How many words follow a voice, without the place that belongs to it: "the people of Hradcz village".

    A colon ends them where the order of words is free: "the entry X called a lie: nobody had seen it".
    """
    while right < hi and _is_placed(scene.covers[right]):
        right += 1
    if "free_order" in scene.pack.traits:
        hi = next((i for i in range(right, hi) if scene.sentence.tokens[i].text == ":"), hi)
    return hi - right


def _is_placed(names: set[str]) -> bool:
    return "area" in names or any(n.startswith("nat.") for n in names)

"""Which of the sentences about one claim stand as an article's statements: one for each voice and stance.

Drops what the newsroom takes back, what only a headline says where the text says it too, and a group that is
described more fully elsewhere.
"""

from collections.abc import Sequence
from dataclasses import replace

from matchers.found import Found
from store.values import About, SpeakerKind, Stance


def merged(found: Sequence[Found]) -> list[Found]:
    """One statement for each voice and stance: the surest; a body sentence rather than the title."""
    best: dict[tuple[str, Stance], Found] = {}
    for one in _without_withdrawn(_named(_standing(found))):
        key = (one.voice.name, one.judgement.stance)
        held = best.get(key)
        if held is None:
            best[key] = one
        elif _better(one, held):
            best[key] = replace(one, via=one.via or held.via, others=(held, *held.others))
        else:
            best[key] = replace(held, others=(*held.others, one))
    return sorted(_without_vaguer(_without_headline(list(best.values()))), key=lambda f: f.line)


def _standing(found: Sequence[Found]) -> list[Found]:
    """Without what the outlet takes back right after: "We wrote that troops had crossed. This is wrong."."""
    back = {
        f.line
        for f in found
        if f.voice.kind is SpeakerKind.PRESS and f.mention is None and f.judgement.stance is Stance.DENY
    }
    return [
        f
        for f in found
        if f.voice.kind is not SpeakerKind.PRESS
        or f.judgement.stance is not Stance.CONFIRM
        or back.isdisjoint((f.line + 1, f.line + 2))
    ]


def _named(found: Sequence[Found]) -> list[Found]:
    """Without a capital that speaks for who is named beside it: "From Washington: none. A US official: …"."""
    by_name = [f for f in found if not f.voice.is_seat]
    return [
        f
        for f in found
        if f in by_name
        or not any(
            g.voice.side == f.voice.side
            and g.judgement.stance is f.judgement.stance
            and 0 <= g.line - f.line <= 1
            for g in by_name
        )
    ]


def _without_vaguer(found: list[Found]) -> list[Found]:
    """Without a group that the article describes more fully elsewhere: "officials", "Ukrainian officials"."""
    named = {(f.judgement.stance, f.voice.name) for f in found if f.voice.kind is SpeakerKind.UNNAMED}
    return [
        f
        for f in found
        if f.voice.kind is not SpeakerKind.UNNAMED
        or not any(
            stance is f.judgement.stance and name.endswith(f" {f.voice.name}") for stance, name in named
        )
    ]


def _without_withdrawn(found: Sequence[Found]) -> list[Found]:
    """Drops what the newsroom recalls having written where it says the contrary below: a correction."""
    denied = [
        f.line for f in found if f.voice.kind is SpeakerKind.PRESS and f.judgement.stance is Stance.DENY
    ]
    return [
        f
        for f in found
        if not (f.recalled and f.judgement.stance is Stance.CONFIRM and any(f.line < i for i in denied))
    ]


def _without_headline(found: list[Found]) -> list[Found]:
    """Drops what only a headline says where the report below it takes the same side."""
    below = {f.judgement.stance for f in found if not f.headline}
    return [
        f
        for f in found
        if not f.headline or f.judgement.stance not in below or f.voice.kind is SpeakerKind.PRESS
    ]


def _better(one: Found, held: Found) -> bool:
    about = {About.OCCURRENCE: 1, About.INTENT: 0}
    return (held.headline, about[one.judgement.about], one.score) > (
        False,
        about[held.judgement.about],
        held.score,
    ) and not one.headline

"""Why a sentence rang or did not: the words that each decision rests on, for a person to look at.

Repeats what the engine does, sentence by sentence, and says of the ones that nearly stated a claim what
stopped them. Decides nothing itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matchers.claims import Claim, Frame, plain
from matchers.lexicon import Hit
from matchers.line import Line, side_at
from matchers.mentions import mentions
from matchers.scene import Scene
from matchers.stance import judge
from matchers.statements import statements
from store.values import Place, Stance


@dataclass(frozen=True, slots=True)
class Span:
    """Words that a decision rests on; `start` and `end` are code points into the title or text.

    `kind` is role, cue, speaker or veto.
    """

    kind: str
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Explained:
    """One sentence: what it states about a claim, or what kept it from stating it."""

    claim: str
    place: Place
    start: int
    end: int
    verdict: str
    spans: tuple[Span, ...]
    rings: bool


def explained(lines: Sequence[Line], claim: Claim) -> Iterator[Explained]:
    """The sentences that state a claim or nearly do, in the order of the article."""
    told = {f.line: f for f in statements(lines, (claim,))}
    for i, line in enumerate(lines):
        found = told.get(i)
        if found is not None:
            spans = [_span(line.scene, "cue", Hit(s.rule, s.start, s.end)) for s in found.judgement.steps]
            if found.mention is not None:
                spans += [_span(line.scene, "role", r) for r in found.mention.roles]
            if found.voice.end > found.voice.start:
                spans.append(
                    _span(line.scene, "speaker", Hit(found.voice.name, found.voice.start, found.voice.end))
                )
            verdict = f"{found.judgement.stance.value} ({found.judgement.about.value}) by {found.voice.name}"
            yield _row(line, claim, verdict, spans, rings=found.judgement.stance is not Stance.SPECULATE)
        else:
            yield from _near_miss(line, claim)


def _near_miss(line: Line, claim: Claim) -> Iterator[Explained]:
    scene = line.scene
    vetoes = scene.of(*claim.exclude)
    dropped = mentions(scene, claim, frozenset(), lambda at: side_at(line, at))
    if dropped:
        judgement = judge(scene, dropped[0], None)
        spans = [_span(scene, "role", r) for r in dropped[0].roles]
        why = (
            "is a heading"
            if scene.is_heading
            else "said already above"
            if not scene.sentence.is_question
            else "is a question"
        )
        yield _row(line, claim, f"{judgement.stance.value}, but {why}", spans, rings=False)
        return
    best = max(claim.frames, key=lambda f: _filled(scene, f), default=None)
    if best is None or _filled(scene, best) < max(2, len(best.roles) - 1):
        return
    spans = [_span(scene, "role", h) for role in best.roles for h in scene.of(*role.strong)[:1]]
    missing = [" or ".join(map(plain, r.strong)) for r in best.roles if not scene.of(*r.strong)]
    if vetoes:
        spans.append(_span(scene, "veto", vetoes[0]))
        yield _row(line, claim, f"vetoed by {plain(vetoes[0].name)}", spans, rings=False)
    elif missing:
        yield _row(line, claim, f"frame {best.id} lacks {'; '.join(missing)}", spans, rings=False)
    else:
        yield _row(line, claim, f"frame {best.id}: its words stand too far apart", spans, rings=False)


def _filled(scene: Scene, frame: Frame) -> int:
    return sum(scene.has(*role.strong) for role in frame.roles)


def _span(scene: Scene, kind: str, hit: Hit) -> Span:
    tokens = scene.sentence.tokens
    return Span(kind, plain(hit.name), tokens[hit.start].start, tokens[hit.end - 1].end)


def _row(line: Line, claim: Claim, verdict: str, spans: Sequence[Span], *, rings: bool) -> Explained:
    sentence = line.scene.sentence
    place = Place.TITLE if line.scene.place == "title" else Place.TEXT
    return Explained(claim.id, place, sentence.start, sentence.end, verdict, tuple(spans), rings)

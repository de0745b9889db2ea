"""From lines to statements: mentions get their stance and their speakers, reports are taken up again.

Adds what no single sentence holds: "X confirmed the report", "he denied it", an attribution that stands in
the next sentence; and merges what one voice says several times.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from matchers.claims import Claim
from matchers.lexicon import Hit
from matchers.line import Line, side_at
from matchers.mentions import Mention, may_hold, mentions
from matchers.saying import Saying, press
from matchers.speakers import Voice
from matchers.stance import Judgement, Step, judge
from store.values import About, SpeakerKind, Stance

RECENT = 5
STATED = 3
"""How many sentences a statement may lie back for another to rest on it."""
FIRM = (Stance.CONFIRM, Stance.DENY)


@dataclass(frozen=True, slots=True)
class Found:
    """One statement before dates: who, which side, and the line that shows it."""

    claim: Claim
    judgement: Judgement
    voice: Voice
    line: int
    via: tuple[str, ...] = ()
    mention: Mention | None = None
    score: float = 0.0
    headline: bool = False


def statements(lines: Sequence[Line], claims: Sequence[Claim]) -> list[Found]:
    """What is said about the claims in an article, claim by claim."""
    named = [frozenset(line.scene.marks) for line in lines]
    before = [
        frozenset().union(*named[:1], *named[max(0, i - RECENT) : i]) if i else frozenset()
        for i in range(len(named))
    ]
    whole = frozenset().union(*named)
    open_ = [claim for claim in claims if any(may_hold(frame, whole, whole) for frame in claim.frames)]
    return [one for claim in open_ for one in _of_claim(lines, claim, before)]


def _of_claim(lines: Sequence[Line], claim: Claim, before: Sequence[frozenset[str]]) -> list[Found]:
    out: list[Found] = []
    antecedent: list[tuple[int, Judgement]] = []
    for i, line in enumerate(lines):
        stated = bool(antecedent) and i - antecedent[-1][0] <= STATED
        found = mentions(line.scene, claim, before[i], partial(side_at, line), stated=stated)
        for mention in found:
            out += _of_mention(lines, i, mention)
        if any(not mention.frame.after for mention in found):
            antecedent.append((i, judge(line.scene, found[-1], None)))
        elif stated:
            out += _anaphoric(lines, i, claim, antecedent[-1])
            if i - antecedent[-1][0] == 1 and _takes_up(line):
                antecedent.append((i, antecedent[-1][1]))  # "X reported this. Y confirmed it."
    titles = {i for i, line in enumerate(lines) if line.scene.place == "title"}
    return _merged([replace(f, headline=f.line in titles) for f in out])


def _of_mention(lines: Sequence[Line], i: int, mention: Mention) -> Iterator[Found]:
    line = lines[i]
    primary, others = _sayings_of(line, mention)
    judgement = judge(line.scene, mention, primary)
    if mention.frame.only is not None and judgement.stance is not mention.frame.only:
        return
    if primary is not None and primary.voice is not None:
        voice = primary.voice
    elif line.speaker is not None:
        voice = line.speaker
    else:
        voice = press()
        if line.scene.place == "title" and any(s.covers(mention.lo, mention.hi) for s in line.sayings):
            return  # a headline that names who says so adds nothing to the report below it
        if line.scene.is_heading or _is_topic(line, mention):
            return  # "Belarus' participation in the war" announces a subject and says nothing of it
        later = _next_attribution(lines, i)
        if later is not None and judgement.stance in FIRM:
            if later.kind == "say" or later.kind == "claim":
                voice = later.voice or voice
            elif later.kind == "confirm" and later.voice is not None:
                yield Found(mention.claim, judgement, later.voice, i, (), mention, 0.7)
    if judgement.stance is Stance.CONFIRM and "rumours" in voice.name and voice.kind is SpeakerKind.UNNAMED:
        judgement = replace(judgement, stance=Stance.SPECULATE)  # nobody vouches for what rumour says
    if judgement.stance is Stance.CONFIRM and mention.frame.not_by and mention.frame.not_by == voice.side:
        return
    via = tuple(s.voice.name for s in others if s.voice is not None)
    if voice.kind is SpeakerKind.PRESS and line.scene.sentence.is_question:
        return
    yield Found(mention.claim, judgement, voice, i, via, mention, judgement.certainty)
    if judgement.stance is Stance.CONFIRM:
        others = [*others, *_tellers(lines, i, voice)]
        for other in others:
            if (
                other.voice is not None
                and other.kind in ("confirm", "say", "claim")
                and _vouches(other.voice)
            ):
                yield Found(mention.claim, judgement, other.voice, i, (), mention, judgement.certainty - 0.1)


def _tellers(lines: Sequence[Line], i: int, voice: Voice) -> list[Saying]:
    """Who tells in the next sentence what another admitted in this one: "X explained … . So Y said"."""
    later = _next_attribution(lines, i) if voice.is_person else None
    if later is None or later.voice is None or later.voice.name == voice.name:
        return []
    scene = lines[i + 1].scene
    first = 1 if any(n.startswith("prep.") for n in scene.covers[0]) else 0  # "of this X told"
    opens = any(h.start <= first for h in scene.of("att.anaphor"))
    return [later] if opens and later.voice.is_person else []


def _is_topic(line: Line, mention: Mention) -> bool:
    """True for a headline's subject rather than its statement: "Ministry – on the soldiers in Ukraine"."""
    scene = line.scene
    lo, _ = scene.clause_of(mention.lo)
    return (
        scene.place == "title"
        and lo > 0
        and "prep.of" in scene.covers[lo]
        and not scene.has_verb(lo, mention.hi)
    )


def _vouches(voice: Voice) -> bool:
    """True for a voice that makes a reported statement its own; an outlet that passes it on does not."""
    return not voice.channel and (voice.known or voice.is_person or voice.kind is SpeakerKind.UNNAMED)


def _sayings_of(line: Line, mention: Mention) -> tuple[Saying | None, list[Saying]]:
    """The saying that a mention belongs to, innermost, and those around it."""
    covering = [
        s
        for s in line.sayings
        if s.voice is not None and not s.voice.refers and s.covers(mention.lo, mention.hi)
    ]
    covering = [s for s in covering if not _is_the_act(line, mention, s)]
    covering = [s for s in covering if s.kind != "ask"] or covering
    if not covering:
        return None, []
    before = sorted(
        (s for s in covering if s.right <= mention.lo + 1 and s.form not in ("according", "cited")),
        key=lambda s: -s.right,
    )
    after = sorted(
        (s for s in covering if s not in before and s.form not in ("according", "cited")),
        key=lambda s: s.left,
    )
    aside = [s for s in covering if s.form in ("according", "cited")]
    denied = [s for s in before if s.kind == "deny"]
    if denied and before[0].kind != "deny" and before[0].left >= denied[0].right:
        before = denied  # "denied reports by the media, which say that …": their report is what is denied
        after, aside = [], []
    # "The Pentagon has seen no …, an official said": who tells it is the official.
    seeing = [
        s for s in before if any(c.start < s.end and s.start < c.end for c in line.scene.of("noevidence"))
    ]
    ranked = [*(s for s in before if s not in seeing), *after, *aside, *seeing]
    inset = [s for s in covering if _is_inset(line, mention, s)]
    ranked = [*inset, *(s for s in ranked if s not in inset)]  # "nobody, X says, took part"
    own = [s for s in ranked if s.voice is not None and not s.voice.channel] or ranked
    primary = own[0]
    return primary, [
        s
        for s in ranked
        if s is not primary
        and s.voice is not None
        and s.voice.name != (primary.voice.name if primary.voice else "")
    ]


def _is_the_act(line: Line, mention: Mention, saying: Saying) -> bool:
    """True where the verb is what the claim is about: "Iran passed missiles on", with no "that" after it."""
    voice = saying.voice
    if saying.kind != "say" or voice is None or not mention.lo <= saying.start < mention.hi:
        return False
    acts = any(r.start < voice.end and voice.start < r.end for r in mention.roles)
    tokens, between = line.scene.sentence.tokens, range(saying.end, mention.hi)
    covers = line.scene.covers
    told = any(covers[i] & {"cl.complement", "prep.of"} or tokens[i].text in ":«“„" for i in between)
    return acts and not told


def _is_inset(line: Line, mention: Mention, saying: Saying) -> bool:
    """True where the clause of a mention names its speaker between commas: "nobody, X says, took part"."""
    tokens, (lo, hi) = line.scene.sentence.tokens, line.scene.clause_of(mention.lo)
    if saying.form != "inverted" or not mention.lo < saying.left < saying.right < hi - 1:
        return False
    return lo <= saying.left and tokens[saying.right].text == "," and tokens[saying.left - 1].text == ","


def _next_attribution(lines: Sequence[Line], i: int) -> Saying | None:
    """The saying of the next sentence that takes this one up: "This was reported by X"."""
    if i + 1 >= len(lines) or lines[i].scene.place == "title":
        return None
    line = lines[i + 1]
    for saying in line.sayings:
        named = saying.voice is not None and not saying.voice.refers
        told = named and saying.kind in ("say", "confirm", "claim") and saying.start <= 12
        if told and _points_back(line, saying):
            return saying
    return None


def _points_back(line: Line, saying: Saying) -> Hit | None:
    """The word by which a saying takes up what was said before, and nothing else after it."""
    scene = line.scene
    for hit in scene.of("att.anaphor"):
        if saying.start < hit.start and hit.end == saying.end - 1:
            return hit  # inside a verb in two parts: "wies das zurück"
        near_after = 0 <= hit.start - saying.end <= 4
        near_before = 0 <= saying.start - hit.end <= 5
        if not (near_after or near_before):
            continue
        if near_after and not _ends_there(line, hit.end, demonstrative=hit.end - hit.start == 1):
            continue
        return hit
    return None


def _objectless(line: Line, saying: Saying) -> bool:
    """True for a denial that names nothing denied: "Minsk denied." takes up what was said before."""
    covers, tokens, at = line.scene.covers, line.scene.sentence.tokens, saying.right
    if saying.kind != "deny" or saying.form != "subject" or saying.end != saying.right or saying.left > 3:
        return False
    while at < len(tokens) and (covers[at] & {"adverb", "aux"} or _of_time(covers[at])):
        at += 1
    return at >= len(tokens) or tokens[at].text in ".:;!"


def _of_time(names: set[str]) -> bool:
    return any(n.startswith(("weekdays.", "time.", "prep.in")) for n in names)


def _ends_there(line: Line, at: int, *, demonstrative: bool) -> bool:
    """True where nothing of substance follows: "denied it", "rejected the claims on Tuesday"."""
    scene = line.scene
    if at >= len(scene.sentence.tokens):
        return True
    if not scene.sentence.tokens[at].is_word:
        return not any("cl.complement" in names for names in scene.covers[at : at + 2])
    names = scene.covers[at]
    if names & {"cl.complement", "prep.of", "prep.over", "prep.with", "cl.relative"}:
        return False
    tied = any(n.startswith("prep.") or n.startswith("cl.") for n in names) or names & {
        "adverb",
        "conj",
        "aux",
    }
    return bool(tied) if demonstrative else not names & {"area"} or bool(tied)


def _anaphoric(
    lines: Sequence[Line], i: int, claim: Claim, antecedent: tuple[int, Judgement]
) -> Iterator[Found]:
    """ "He denied it", "X confirmed the report", "no indication of that"."""
    line, scene = lines[i], lines[i].scene
    before = antecedent[1]
    for saying in line.sayings:
        if saying.voice is None or saying.voice.refers:
            continue
        if not (_points_back(line, saying) or _objectless(line, saying)) or _negated(line, saying.start):
            continue
        stance = _stance_taken_up(line, saying, before, i - antecedent[0])
        if stance is not None:
            yield Found(claim, _taken_up(stance, before.about, saying), saying.voice, i, (), None, 0.65)
    for hit in scene.of("ellipsis"):
        ends = hit.end >= len(scene.covers) or not scene.sentence.tokens[hit.end].is_word
        if hit.start <= 3 and ends and before.stance is Stance.CONFIRM:
            step = Step("ellipsis", "denies what was said before", hit.start, hit.end)
            denier = _voice_of(line, hit) or press()
            yield Found(claim, Judgement(Stance.DENY, before.about, 0.7, (step,)), denier, i, (), None, 0.65)
    for hit in scene.of("noevidence", "false"):
        pointed = any(
            (0 <= a.start - hit.end <= 2 and _ends_there(line, a.end, demonstrative=True))
            or 0 <= hit.start - a.end <= 2
            for a in scene.of("att.anaphor")
            if not scene.covers[a.start] & {"cl.complement"} or _ends_there(line, a.end, demonstrative=True)
        )
        voice = _voice_of(line, hit)
        if pointed and voice is not None and before.stance is not Stance.DENY:
            step = Step(hit.name, "denies what was said before", hit.start, hit.end)
            yield Found(claim, Judgement(Stance.DENY, before.about, 0.7, (step,)), voice, i, (), None, 0.65)


def _stance_taken_up(line: Line, saying: Saying, before: Judgement, distance: int) -> Stance | None:
    """The side that a saying takes by pointing at the one before it, `distance` sentences back."""
    if saying.kind == "confirm" and distance == 1 and before.stance is Stance.CONFIRM:
        return Stance.CONFIRM
    too = any(saying.start - 3 <= h.start <= saying.right + 2 for h in line.scene.of("also"))
    if saying.kind == "deny" and (too or before.stance is not Stance.DENY):
        return Stance.DENY
    if saying.kind == "say" and distance == 1 and before.stance in FIRM and too:
        return before.stance  # "the Rada, too, gave this news"
    return None


def _takes_up(line: Line) -> bool:
    return any(s.voice is not None and _points_back(line, s) is not None for s in line.sayings)


def _negated(line: Line, at: int) -> bool:
    return any(at - 4 <= h.start < at for h in line.scene.of("neg", "unconfirmed"))


def _voice_of(line: Line, hit: Hit) -> Voice | None:
    for saying in line.sayings:
        if saying.voice is not None and not saying.voice.refers and (saying.lo <= hit.start < saying.hi):
            return saying.voice
    return line.speaker


def _taken_up(stance: Stance, about: About, saying: Saying) -> Judgement:
    step = Step(f"anaphor.{saying.kind}", "takes up the sentence before", saying.start, saying.end)
    return Judgement(stance, about, 0.7, (step,))


def _merged(found: Sequence[Found]) -> list[Found]:
    """One statement for each voice and stance: the surest; a body sentence rather than the title."""
    best: dict[tuple[str, Stance], Found] = {}
    for one in found:
        key = (one.voice.name, one.judgement.stance)
        held = best.get(key)
        if held is None:
            best[key] = one
        elif _better(one, held):
            best[key] = replace(one, via=one.via or held.via)
    return sorted(_without_headline(list(best.values())), key=lambda f: f.line)


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

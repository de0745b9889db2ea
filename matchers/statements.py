"""From lines to statements: mentions get their stance and their speakers, reports are taken up again.

Adds what no single sentence holds: "X confirmed the report", "he denied it", an attribution that stands in
the next sentence. Which of them stand is decided in `merging`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from matchers.anaphora import anaphoric, elliptic, points_back, takes_up
from matchers.answers import answered
from matchers.claims import Claim
from matchers.found import FIRM, Found
from matchers.line import Line, side_at
from matchers.mentions import Mention, may_hold, mentions
from matchers.merging import merged
from matchers.replies import replies
from matchers.saying import Saying, by_rank, press
from matchers.speakers import Voice
from matchers.stance import Judgement, Step, judge
from matchers.uptake import FORM
from store.values import About, SpeakerKind, Stance

RECENT = 5
STATED = 3
"""How many sentences a statement may lie back for another to rest on it."""


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
            out += replies(line, i, mention)
        if any(not mention.frame.after for mention in found):
            antecedent.append((i, judge(line.scene, found[-1], None)))
            if not any(m.lo <= h.start < m.hi for m in found for h in line.scene.of("absent")):
                out += elliptic(line, i, claim, antecedent[-1][1])
        elif stated:
            out += anaphoric(lines, i, claim, _taken_up(line, i, antecedent))
            if i - antecedent[-1][0] == 1 and takes_up(line):
                antecedent.append((i, antecedent[-1][1]))  # "X reported this. Y confirmed it."
    titles = {i for i, line in enumerate(lines) if line.scene.place == "title"}
    if len(titles) < len(lines):  # "Eyewitnesses: …" over a report tells nothing of its own
        out = [f for f in out if f.line not in titles or f.voice.kind is not SpeakerKind.UNNAMED]
        if all(f.line in titles for f in out) and _is_another_thing(lines, claim):
            return []
    out = [f for f in out if not any(_speaks_for(lines, f, other) for other in out)]
    headings = titles | {i for i, line in enumerate(lines) if line.scene.is_heading}
    return merged([replace(f, headline=f.line in headings) for f in out])


def _speaks_for(lines: Sequence[Line], body: Found, person: Found) -> bool:
    """True where a spokesman tells next what a body said: "The staff denied it. …, its spokesman said"."""
    follows = body.mention is None and person.line == body.line + 1 and body.voice.kind is SpeakerKind.BODY
    alike = person.judgement.stance is body.judgement.stance and person.voice.side == body.voice.side
    if not (follows and alike and person.voice.is_person):
        return False
    told = lines[person.line].scene.covers[max(0, person.voice.start - 2) : person.voice.end]
    return any("spokesman" in names for names in told)


def _taken_up(line: Line, i: int, said: Sequence[tuple[int, Judgement]]) -> tuple[int, Judgement]:
    """What a sentence takes up: the last statement; where it denies, the last one that was no denial."""
    asserted = [one for one in said if one[1].stance is not Stance.DENY and i - one[0] <= STATED]
    denies = any(saying.kind == "deny" for saying in line.sayings)
    return asserted[-1] if denies and asserted else said[-1]


def _is_another_thing(lines: Sequence[Line], claim: Claim) -> bool:
    """True where the report below a headline is about what the claim excludes: volunteers, say."""
    return any(line.scene.has(*claim.exclude) for line in lines if line.scene.place != "title")


def _of_mention(lines: Sequence[Line], i: int, mention: Mention) -> Iterator[Found]:
    line = lines[i]
    lo, hi = line.scene.clause_of(mention.lo)[0], line.scene.clause_of(mention.hi - 1)[1]
    if any(_is_silence(line, mention, s) for s in line.sayings) or any(
        lo <= h.start < hi for h in line.scene.of("att.silent")
    ):
        return  # "of the troops he said nothing"
    primary, others = _sayings_of(line, mention)
    judgement = judge(line.scene, mention, primary)
    reply = answered(lines, i, mention) if mention.frame.only is None else None
    if reply is not None:
        stance, who, at = reply
        span = (mention.lo, mention.hi) if at == i else (0, len(lines[at].scene.covers))
        step = Step("answer", f"{stance.value}, in a word", *span)
        about = judgement.about if stance is Stance.DENY else About.OCCURRENCE
        yield Found(mention.claim, Judgement(stance, about, 0.75, (step,)), who, at, (), None, 0.75)
        return
    if mention.frame.only is not None and judgement.stance is not mention.frame.only:
        return
    if primary is not None and primary.voice is not None:
        voice = _by_name(lines, i, primary.voice)
    elif line.speaker is not None:
        voice = line.speaker
    elif judgement.stance is Stance.CONFIRM and _is_denied_by_nobody(line, mention):
        return
    else:
        voice = press()
        if line.scene.place == "title" and any(s.covers(mention.lo, mention.hi) for s in line.sayings):
            return  # a headline that names who says so adds nothing to the report below it
        if line.scene.is_heading or _is_topic(line, mention) or _is_tested(line):
            return  # "Belarus' participation in the war" announces a subject and says nothing of it
        later = _next_attribution(lines, i)
        if later is not None and judgement.stance not in FIRM:
            judgement = _vouched(line, mention, later, judgement)
        if later is not None and judgement.stance in FIRM:
            if later.kind == "say" or later.kind == "claim":
                voice = later.voice or voice
                others = [*others, *_cited_along(lines[i + 1], voice)]
            elif later.kind == "confirm" and later.voice is not None:
                yield Found(mention.claim, judgement, later.voice, i, (), mention, 0.7)
    if judgement.stance is Stance.CONFIRM and "rumours" in voice.name and voice.kind is SpeakerKind.UNNAMED:
        judgement = replace(judgement, stance=Stance.SPECULATE)  # nobody vouches for what rumour says
    if judgement.stance is Stance.CONFIRM and mention.frame.not_by and mention.frame.not_by == voice.side:
        return
    via = tuple(s.voice.name for s in others if s.voice is not None)
    if voice.kind is SpeakerKind.PRESS and line.scene.sentence.is_question:
        return
    recalled = primary is not None and voice.kind is SpeakerKind.PRESS
    yield Found(mention.claim, judgement, voice, i, via, mention, judgement.certainty, recalled=recalled)
    for one in primary.joint if primary is not None else ():
        yield Found(mention.claim, judgement, one, i, via, mention, judgement.certainty)
    if judgement.stance is Stance.CONFIRM:
        others = [*others, *_tellers(lines, i, voice)]
        for other in others:
            if (
                other.voice is not None
                and other.kind in ("confirm", "say", "claim")
                and _vouches(other.voice)
                and not (other.form == "cited" and other.voice.kind is SpeakerKind.UNNAMED)
            ):
                yield Found(mention.claim, judgement, other.voice, i, (), mention, judgement.certainty - 0.1)


def _is_silence(line: Line, mention: Mention, saying: Saying) -> bool:
    """True for a verb of saying that is itself negated: "X did not mention the troops"."""
    scene, at = line.scene, saying.start
    told = saying.kind == "say" and saying.end - at <= 2 and "rep.say" in scene.covers[at]
    cues = scene.of("noevidence", "unconfirmed", "notdeny")
    if not told or any(c.start <= at < c.end for c in cues):
        return False
    own = any(r.start <= at < r.end for r in mention.roles)
    unsaid = any(h.end == at for h in scene.of("neg"))
    same = scene.clause_of(mention.lo)[0] <= at < scene.clause_of(mention.hi - 1)[1]
    return unsaid and not own and (same or saying.covers(mention.lo, mention.hi))


def _is_denied_by_nobody(line: Line, mention: Mention) -> bool:
    """True where a verb of denial governs what is said, and nothing tells who denies: "wies er zurück"."""
    return any(
        s.kind == "deny" and s.voice is None and s.covers(mention.lo, mention.hi) for s in line.sayings
    )


def _cited_along(line: Line, voice: Voice) -> list[Saying]:
    """Whom somebody cites for what the sentence before says: "So says X, citing Y"."""
    cited = [s for s in line.sayings if s.form == "cited" and s.voice is not None and not s.voice.refers]
    return [s for s in cited if s.voice is not None and s.voice.name != voice.name]


def _vouched(line: Line, mention: Mention, later: Saying, judgement: Judgement) -> Judgement:
    """What hearsay is worth where the next sentence names who said it: "It is said to … . So says X."."""
    end = len(line.scene.sentence.tokens)
    if later.voice is None or not any(step.rule == "doubt" for step in judgement.steps):
        return judgement
    voice = replace(later.voice, start=end, end=end)
    return judge(line.scene, mention, Saying("say", voice, end, end, 0, end, "after"))


def _tellers(lines: Sequence[Line], i: int, voice: Voice) -> list[Saying]:
    """Who tells in the next sentence what another admitted in this one: "X explained … . So Y said"."""
    later = _next_attribution(lines, i) if voice.is_person else None
    if later is None or later.voice is None or later.voice.name == voice.name:
        return []
    scene = lines[i + 1].scene
    first = 1 if any(n.startswith("prep.") for n in scene.covers[0]) else 0  # "of this X told"
    opens = later.form == FORM or any(h.start <= first for h in scene.of("att.anaphor"))
    return [later] if opens and later.voice.is_person else []


def _by_name(lines: Sequence[Line], i: int, voice: Voice) -> Voice:
    """Who speaks for a capital by the next sentence: "Minsk rejects it. Such a statement made X"."""
    later = _next_attribution(lines, i) if voice.is_seat else None
    if later is None or later.voice is None or later.voice.side != voice.side:
        return voice
    return later.voice


def _is_tested(line: Line) -> bool:
    """True for the rumour that a fact check puts to the test: "Claim: …"."""
    tokens = line.scene.sentence.tokens
    opens = next((h for h in line.scene.of("att.tested") if h.start == 0), None)
    return opens is not None and opens.end < len(tokens) and tokens[opens.end].text == ":"


def _is_topic(line: Line, mention: Mention) -> bool:
    """True for a headline's subject rather than its statement: "Ministry – on the soldiers in Ukraine"."""
    scene = line.scene
    lo, _ = scene.clause_of(mention.lo)
    if scene.place != "title":
        return False
    if "asking" in scene.covers[0]:
        return True  # "How Belarus takes part in the war"
    if lo > 0 and "prep.of" in scene.covers[lo] and not scene.has_verb(lo, mention.hi):
        return True
    named = [v.end for v in line.voices if not v.refers.startswith("pro.") and lo <= v.end < mention.hi]
    return any(  # "The ministry on the missiles from Belarus"
        "prep.of" in scene.covers[i] and not any(scene.is_break(k) for k in range(i, mention.hi))
        for i in named
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
    inset = [s for s in covering if _is_inset(line, mention, s) or _closes_quote(line, mention, s)]
    ranked = [*inset, *(s for s in ranked if s not in inset)]  # "nobody, X says, took part"
    own = [s for s in ranked if s.voice is not None and not s.voice.channel] or ranked
    own = [
        s for s in own if not (s.form == "colon" and s.voice is not None and s.voice.is_seat)
    ] or own  # "London: …, said X"
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
    free = "free_order" in line.scene.pack.traits  # where "said" is never "passed on", no "that" is needed
    if not free or saying.kind != "say" or voice is None or not mention.lo <= saying.start < mention.hi:
        return False
    acts = any(r.start < voice.end and voice.start < r.end for r in mention.roles)
    tokens, between = line.scene.sentence.tokens, range(saying.end, mention.hi)
    covers = line.scene.covers
    told = any(covers[i] & {"cl.complement", "prep.of"} or tokens[i].text in ":«“„" for i in between)
    return acts and not told


def _closes_quote(line: Line, mention: Mention, saying: Saying) -> bool:
    """True for somebody right after the quotation that holds a mention: "…: “They did,” says X"."""
    tokens, quoted = line.scene.sentence.tokens, line.scene.sentence.quoted
    if (
        saying.voice is None
        or not saying.voice.is_person
        or saying.left < mention.hi
        or not quoted[mention.lo]
    ):
        return False
    end = next((i for i in range(mention.hi, len(tokens)) if not quoted[i]), len(tokens))
    return end < saying.left <= end + 4 and saying.form in ("inverted", "dash")


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
    for saying in by_rank(line.sayings):
        named = saying.voice is not None and not saying.voice.refers
        told = named and saying.kind in ("say", "confirm", "claim") and saying.left <= 12
        judges = any(h.start <= saying.start < h.end for h in line.scene.of("evaluates"))
        judges |= any(
            saying.lo <= h.start < saying.hi for h in line.scene.of("false")
        )  # "This is a lie, X said"
        judges |= any(h.start <= saying.start < h.end for h in line.scene.of("unconfirmed"))
        taken = saying.form == FORM or points_back(line, saying)
        if told and not judges and not line.scene.has("att.same") and taken:
            return saying
    return None

"""Reads the sentences of an article in order: who "he" is, whose "our troops" are, who speaks in a quote.

Gives each sentence its voices and sayings with every pronoun resolved, and the deictic places and forces
their nation. Knows nothing of claims.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from matchers import deixis
from matchers.attribution import sayings
from matchers.bystanders import HUMAN
from matchers.lexicon import Hit
from matchers.line import Line
from matchers.names import unified
from matchers.saying import Saying, as_written, by_rank, resolved
from matchers.scene import Scene
from matchers.speakers import NATION_NAMES, OFFICE_NAMES, Directory, Voice
from matchers.telling import governed
from matchers.text import CLOSING, OPENING
from matchers.titled import titled
from matchers.uptake import uptakes
from matchers.voices import voices
from store.values import SpeakerKind

LOOK_BACK = 3
"""How many sentences back a pronoun, a force or a place is looked for."""


@dataclass(slots=True)
class _Memory:
    """What was named so far, latest last, and who holds which office."""

    directory: Directory
    on: date | None
    home: str
    persons: list[Voice] = field(default_factory=list)
    topics: list[Voice] = field(default_factory=list)
    bodies: list[Voice] = field(default_factory=list)
    unnamed: list[Voice] = field(default_factory=list)
    spoke: list[Voice] = field(default_factory=list)

    def note(self, voice: Voice) -> None:
        if voice.refers or not voice.name:
            return
        kind = voice.kind
        (
            self.persons if voice.is_person else self.bodies if kind is SpeakerKind.BODY else self.unnamed
        ).append(voice)


def read(
    scenes: Sequence[Scene], directory: Directory, text: str, title: str, on: date | None, home: str = ""
) -> list[Line]:
    """The lines of an article, the title's first; `home` is the nation of its outlet."""
    memory, lines = _Memory(directory, on, home), []
    named = [voices(scene, directory, title if scene.place == "title" else text, on) for scene in scenes]
    named = titled(scenes, unified(named, directory, scenes[0].pack) if scenes else [], text, title)
    for scene, found in zip(scenes, named, strict=True):
        line = Line(scene, found, [*sayings(scene, found), *uptakes(scene, found)])
        _resolve(line, memory)
        lines.append(line)
    for line in lines:
        _drop_places_of_voices(line)
    _quotes(lines)
    _labels(lines)
    _transcripts(lines)
    _reported_mood(lines)
    deixis.nations(lines)
    return lines


def _drop_places_of_voices(line: Line) -> None:
    """ "The authorities in Kyiv" are somebody, not somewhere."""
    spans = [(v.start, v.end) for v in line.voices if not v.refers]
    for name in [n for n in line.scene.marks if n.startswith(("in.", "obj.", "at.", "from."))]:
        line.scene.marks[name] = [
            h for h in line.scene.marks[name] if not any(a <= h.start and h.end <= b for a, b in spans)
        ]


def _resolve(line: Line, memory: _Memory) -> None:
    said: list[Saying] = []
    for saying in line.sayings:
        voice = saying.voice
        if voice is not None and voice.refers:
            meant = _antecedent(voice, line, memory, tail=saying.form in ("inverted", "after"))
            if meant is None and voice.refers == "title" and "spokesman" in line.scene.covers[voice.end - 1]:
                meant = _last(memory.bodies)  # "its spokesman said": of the body named before
            if meant is None and line.scene.place == "text":
                meant = as_written(voice)
            saying = resolved(saying, meant) if meant is not None else replace(saying, voice=None)
        elif voice is None and saying.kind != "ask" and _dropped_subject(line, saying):
            meant = memory.spoke[-1] if memory.spoke else None
            if meant is not None and meant.is_person and "verb_plural" in line.scene.covers[saying.start]:
                meant = None
            saying = (
                resolved(saying, replace(meant, start=saying.start, end=saying.start)) if meant else saying
            )
        if saying.voice is None and said and said[-1].voice is not None and saying.kind != "ask":
            saying = resolved(saying, replace(said[-1].voice, start=saying.start, end=saying.start))
        said.append(saying)
        if (
            saying.voice is not None
            and not saying.voice.refers
            and saying.voice.kind is not SpeakerKind.PRESS
        ):
            memory.spoke.append(saying.voice)
    line.sayings = said
    topic = _topic(line)
    spoken = [s.voice for s in said if s.voice is not None and _stays_topic(s)]
    memory.topics += [v for v in (topic, *spoken) if v is not None]
    line.scene.speaking = [(s.voice.start, s.voice.end) for s in said if s.voice is not None]
    for voice in line.voices:
        if voice.start == 0 or "genitive" not in line.scene.covers[voice.start - 1]:
            memory.note(voice)  # "the aim of the Kremlin": who only owns a noun is not "it" later
    if _opens_with(line, "att.label"):
        line.basis = "label"


def _is_one(voice: Voice) -> bool:
    """True for one human being, by name or by description."""
    described = voice.kind is SpeakerKind.UNNAMED and (voice.titled or voice.name in HUMAN)
    return voice.is_person or described


def _topic(line: Line) -> Voice | None:
    """Whom a sentence is about: its first person, unless "he" goes on about somebody named before."""
    for voice in line.voices:
        if voice.refers in ("pro.he", "pro.she") and "described" in line.scene.pack.traits:
            return None
        if _is_one(voice) and not voice.refers and voice.name:
            return voice
    return None


def _stays_topic(saying: Saying) -> bool:
    """True where "he" may mean who spoke: not a body, and not the journalists who asked him."""
    voice = saying.voice
    if voice is None or voice.kind is SpeakerKind.BODY:
        return False
    if voice.name in _CROWDS:
        return False
    return voice.is_person or saying.kind != "ask"


_CROWDS = frozenset(
    {"media", "local media", "authorities", "residents", "witnesses", "experts", "journalists", "activists"}
    | {"officials", "sources", "government", "opposition", "border guards", "partisans", "police"}
)
"""Groups of which no pronoun in the singular speaks."""


def _opens_with(line: Line, name: str) -> bool:
    return any(h.start == 0 for h in line.scene.of(name))


def _dropped_subject(line: Line, saying: Saying) -> bool:
    """A verb without a subject goes on with the last speaker; a plural one not with a single person."""
    goes_on = "att.continues" in line.scene.covers[saying.start]  # "hieß es weiter"
    return saying.form == "bare" and (goes_on or "pro_drop" in line.scene.pack.traits)


def _antecedent(voice: Voice, line: Line, memory: _Memory, *, tail: bool) -> Voice | None:
    """The voice that a pronoun or a bare title refers to; in a tail it is hardly somebody of what is said."""
    before = [v for v in line.voices if v.end <= voice.start and not v.refers and v.name]
    if voice.refers in ("pro.he", "pro.she"):
        here = [v for v in before if _is_one(v)]
        here = [v for v in here if not tail or _is_subject(line, v)]
        meant = _spoke_here(line, here) or _last(here) or _last(memory.topics) or _last(memory.persons)
        if meant is None and "neuter_states" in line.scene.pack.traits:
            return _last(memory.bodies)  # "sie" may be the government, "er" the general staff
        return meant
    if voice.refers == "pro.latter":
        return _last(memory.persons)
    if voice.refers.startswith("voice."):
        noun = voice.refers.removeprefix("voice.")
        same = [v for v in memory.unnamed if noun.rstrip("s") in v.name]
        return _last(same) or replace(voice, refers="")
    if voice.refers == "pro.it":
        return (
            _last([v for v in before if v.kind is SpeakerKind.BODY])
            or _last([v for v in memory.spoke if v.kind is not SpeakerKind.PERSON])
            or _last(memory.bodies)
        )
    if voice.refers == "pro.they":
        return _last(memory.spoke)
    if voice.refers.startswith("office."):
        return _office_holder(voice, line, memory)
    return _last([v for v in memory.spoke if v.kind is not SpeakerKind.BODY]) or _last(memory.persons)


def _spoke_here(line: Line, here: Sequence[Voice]) -> Voice | None:
    """Who speaks among those named: "X dismissed reports that Y wanted it; nobody, he said, went there"."""
    told = {(s.voice.start, s.voice.end) for s in line.sayings if s.voice is not None}
    return _last([v for v in here if (v.start, v.end) in told])


def _is_subject(line: Line, voice: Voice) -> bool:
    """False for somebody inside of what is said: "there are no troops of X there, he said"."""
    return (
        "free_order" not in line.scene.pack.traits
        or voice.start == 0
        or (voice.start == 1 and "det" in line.scene.covers[0])
    )


def _office_holder(voice: Voice, line: Line, memory: _Memory) -> Voice | None:
    """Who holds an office named without its nation: who was named before, else who holds it at home."""
    office, directory = voice.refers.removeprefix("office."), memory.directory
    if voice.start and line.scene.covers[voice.start - 1] & {"pro.his", "pro.their"}:
        return _of_master(voice, office, line, memory)
    named = memory.bodies if voice.kind is SpeakerKind.BODY else memory.persons
    holding = [v for v in named if directory.holds(v.name, office, memory.on)]
    home = memory.home or next((v.side for v in [*line.voices, *memory.bodies] if v.channel), "")
    at_home = directory.holder(office, home, memory.on) if home else None
    if not holding and at_home is not None:
        return replace(voice, name=at_home.name, kind=at_home.kind, side=at_home.side, refers="", known=True)
    if voice.kind is SpeakerKind.BODY:
        return _last(holding)
    return _last(holding) or _last([v for v in memory.spoke if v.is_person]) or _last(memory.persons)


def _of_master(voice: Voice, office: str, line: Line, memory: _Memory) -> Voice | None:
    """Who holds an office under somebody named before: "Lukashenko spoke. His defence minister said …"."""
    here = [v for v in line.voices if v.end <= voice.start and v.name and not v.refers]
    side = next((v.side for v in reversed([*memory.persons, *here]) if v.side in NATION_NAMES), "")
    held = memory.directory.holder(office, side, memory.on) if side else None
    if held is not None:
        return replace(voice, name=held.name, kind=held.kind, side=side, refers="", known=True)
    if not side or office not in OFFICE_NAMES:
        return None
    return replace(voice, name=OFFICE_NAMES[office].format(NATION_NAMES[side]), side=side, refers="")


def _last(found: Sequence[Voice]) -> Voice | None:
    return found[-1] if found else None


def _quotes(lines: Sequence[Line]) -> None:
    """Gives a sentence inside a longer quotation the speaker of the quotation."""
    for i, line in enumerate(lines):
        sentence = line.scene.sentence
        first, last = sentence.tokens[0], sentence.tokens[-1]
        if any(s.voice for s in line.sayings):
            continue
        if line.scene.place == "title":
            if first.text in OPENING and last.text in CLOSING + ".!":
                line.speaker, line.basis = _headline_speaker(lines, i), "quote"
            continue
        starts_inside = sentence.quoted[0] and first.text not in CLOSING
        opens = first.text in OPENING and len(sentence.tokens) > 1 and sentence.quoted[1]
        ends_inside = sentence.quoted[-1] and last.text not in CLOSING
        if opens or (starts_inside and ends_inside):
            speaker = _speaker_after(lines, i) or _speaker_before(lines, i)
            whole = all(q or not t.is_word for q, t in zip(sentence.quoted, sentence.tokens, strict=True))
            speaker = speaker or (_speaker_next(lines, i) if whole and not ends_inside else None)
        elif starts_inside:
            speaker = _speaker_before(lines, i)
        else:
            continue
        if speaker is not None:
            line.speaker, line.basis = speaker, "quote"
            # "I have never hidden it": who is quoted confirms or denies
            line.sayings = [
                replace(s, voice=speaker) if s.voice is None and s.kind in ("confirm", "deny") else s
                for s in line.sayings
            ]


def _speaker_after(lines: Sequence[Line], i: int) -> Voice | None:
    """Who is named after a quotation that goes on into the next sentences of the paragraph."""
    for line in lines[i + 1 : i + 5]:
        sentence = line.scene.sentence
        if sentence.paragraph != lines[i].scene.sentence.paragraph or not sentence.quoted[0]:
            return None
        for saying in line.sayings:
            if saying.voice is not None and not saying.voice.refers and not sentence.quoted[saying.start]:
                return saying.voice
    return None


def _headline_speaker(lines: Sequence[Line], i: int) -> Voice | None:
    """Who opens the rest of a headline whose first sentence is a quotation: “We stay out”. X speaks up."""
    for line in lines[i + 1 : i + 2]:
        if line.scene.place == "title":
            return next((v for v in line.voices if v.start <= 1 and v.name and not v.refers), None)
    return None


def _speaker_before(lines: Sequence[Line], i: int) -> Voice | None:
    for line in reversed(lines[max(0, i - LOOK_BACK) : i]):
        if line.scene.place == "title":
            return None
        named = [s.voice for s in line.sayings if s.voice is not None and not s.voice.refers]
        if named:
            return named[-1]
        if line.speaker is not None:
            return line.speaker
    return None


def _labels(lines: Sequence[Line]) -> None:
    """ "Source: X" speaks for the "Details" and "Direct speech" lines below it."""
    label: Voice | None = None
    for line in lines:
        if line.basis != "label":
            continue
        named = [v for v in line.voices if not v.refers]
        if _opens_with(line, "att.source"):
            label = named[0] if named else label
        elif label is not None and line.speaker is None and not _opens_with(line, "att.background"):
            line.speaker = label


def _transcripts(lines: Sequence[Line]) -> None:
    """A paragraph that opens with a speaker's label is all that speaker's: "OFFICIAL: Day 14. We …"."""
    speaker, paragraph = None, -1
    for line in lines:
        sentence = line.scene.sentence
        if line.scene.place == "title":
            continue
        label = next(
            (s for s in line.sayings if s.form == "colon" and s.voice is not None and s.voice.start == 0),
            None,
        )
        if sentence.paragraph != paragraph:
            speaker, paragraph = (label.voice if label is not None else None), sentence.paragraph
        elif speaker is not None and line.speaker is None and not any(s.voice for s in line.sayings):
            line.speaker, line.basis = speaker, "label"


def _reported_mood(lines: Sequence[Line]) -> None:
    """A sentence in the mood of reported speech, without a cue, goes on with the last speaker."""
    for i, line in enumerate(lines):
        reported = next(iter(line.scene.of("reported")), None)
        if line.speaker is None and reported is not None and not _is_told(line, reported):
            line.speaker = (
                _announced(line)
                or _speaker_before(lines, i)
                or _subject_before(lines, i)
                or _speaker_next(lines, i)
            )
            line.basis = "mood"


def _is_told(line: Line, reported: Hit) -> bool:
    """True where the sentence itself tells whose word the verb in the mood of reported speech is."""
    causal = "cl.cause" in line.scene.covers[line.scene.clause_of(reported.start)[0]]
    return causal or any(
        s.voice is not None and (s.lo <= reported.start < s.hi or s.left <= reported.start < s.right)
        for s in line.sayings
    )


def _announced(line: Line) -> Voice | None:
    """Whose word a colon announces without a verb of saying: "X hat Y eine Absage erteilt: Er werde …"."""
    tokens = line.scene.sentence.tokens
    colon = next((i for i, t in enumerate(tokens) if t.text == ":" and i > 3), 0)
    if not any(colon < h.start for h in line.scene.of("reported")) or not colon:
        return None
    return next((v for v in line.voices if v.end < colon and v.name and not governed(line.scene, v)), None)


def _speaker_next(lines: Sequence[Line], i: int) -> Voice | None:
    for line in lines[i + 1 : i + 2] if not lines[i].sayings else ():  # "es hieß": nobody is named for it
        for saying in by_rank(line.sayings):
            if saying.voice is not None and not saying.voice.refers and saying.kind != "deny":
                return saying.voice
    return None


def _subject_before(lines: Sequence[Line], i: int) -> Voice | None:
    """Whom the sentence before is about: "X was alarmed. Soldiers had crossed the border (he said)."."""
    if i == 0 or lines[i - 1].scene.place == "title":
        return None
    line = lines[i - 1]
    free = [v for v in line.voices if v.name and not v.refers and not governed(line.scene, v)]
    return free[0] if len(free) == 1 and (free[0].is_person or free[0].known) else None

"""Who says which part of a sentence: reporting verbs, "according to", labels, and the words they cover.

Follows the frames that quotation attribution rests on in the literature (subject and verb, inversion after a
quote, according-to, colon and dash of titles); whether what is said concerns a claim is decided elsewhere.
"""

from collections.abc import Sequence
from dataclasses import replace

from matchers.companions import is_contradicted, rest, together
from matchers.lexicon import Hit
from matchers.saying import Saying, is_tail, press, said_after, segment, told_on, widened
from matchers.scene import Scene
from matchers.speakers import Voice
from matchers.telling import after_break, closed_passive, governed, subject
from matchers.text import CLOSING, DASHES, OPENING
from store.values import SpeakerKind

INSET = 5
"""A cue longer than this may hold a speaker's frame: "nor, the official went on, does Washington see …"."""

CLASSES = ("deny", "rep.confirm", "rep.ask", "rep.warn", "rep.believe", "rep.claim", "rep.say")

ACCORDING_REACH = 7
"""How many words may describe somebody after "according to", before the name."""


def sayings(scene: Scene, voices: Sequence[Voice]) -> list[Saying]:
    """All that is said in a sentence, by place. Cues without a voice are kept: they still govern."""
    found: list[Saying] = []
    for cue in _cues(scene):
        if not is_contradicted(scene, cue):
            found.append(_by_verb(scene, cue, voices))
    found += [one for one in _observers(scene, voices) if not any(s.reports(one) for s in found)]
    found += _according(scene, voices)
    found += _report_nouns(scene, voices)
    found += _labels(scene, voices)
    found += _introduced(scene, voices, found)
    found = [replace(s, joint=tuple(together(scene, s.voice, voices))) if s.voice else s for s in found]
    return sorted(found, key=lambda s: s.start)


def _cues(scene: Scene) -> list[Hit]:
    taken: set[int] = set()
    out = []
    for name in CLASSES:
        for hit in scene.of(name):
            span = set(range(hit.start, hit.end))
            if not span & taken and not _is_noun_modifier(scene, hit):
                taken |= span
                out.append(hit)
    return sorted(out, key=lambda h: h.start)


def _is_noun_modifier(scene: Scene, hit: Hit) -> bool:
    """True for a cue that is no verb here: "the reported entry", or a verb inside an according-to frame."""
    inside = any(
        h.start <= hit.start
        and hit.end <= h.end
        and h.end - h.start > hit.end - hit.start
        and (h.start == hit.start or h.end == hit.end or h.end - h.start <= INSET)
        for h in scene.of("att.according", "att.label", "noevidence", "unconfirmed", "notdeny")
    )
    distinct = "genitive" in scene.pack.traits  # Slavic nouns and verbs of saying differ in form
    named = "att.noun" in scene.covers[hit.start] and (distinct or _after_what_takes_nouns(scene, hit.start))
    return (inside or named) and hit.name != "deny"


def _after_what_takes_nouns(scene: Scene, at: int) -> bool:
    """True after a verb, an article or a preposition: "dismissed reports", "the claim", "of statements"."""
    names = scene.covers[at - 1] if at else set()
    return any(n.startswith(("prep.", "rep.")) or n in ("deny", "det", "skip", "false") for n in names)


def _by_verb(scene: Scene, cue: Hit, voices: Sequence[Voice]) -> Saying:
    kind = cue.name.removeprefix("rep.")
    if kind == "deny" and any(c.start <= cue.start < c.end for c in scene.of("notdeny", "unconfirmed")):
        kind = "notdeny"
    passive = _passive_agent(scene, cue, voices)
    if passive is not None:
        return Saying(kind, passive, cue.start, cue.end, *segment(scene, cue.start), "passive")
    voice, form = subject(scene, cue, voices)
    voice = _quoted_one(scene, cue, voice, voices)
    if voice is None and _newsroom_speaks(scene, cue):
        return Saying(kind, press(), cue.start, cue.end, *said_after(scene, cue.end), "bare")
    if voice is None and "att.impersonal" in scene.covers[cue.start]:
        voice = next((v for v in voices if _comes_from(scene, v, cue)), None)
        if voice is not None:
            return Saying(kind, voice, cue.start, cue.end, *segment(scene, cue.start), "according")
    if voice is None:
        dropped = "pro_drop" in scene.pack.traits or "att.continues" in scene.covers[cue.start]
        dropped = dropped and is_tail(scene, cue.start)
        lo, hi = segment(scene, cue.start) if dropped else said_after(scene, cue.end)
        return Saying(kind, None, cue.start, cue.end, lo, hi, "bare")
    if cue.start < voice.start and voice.end < cue.end:
        return Saying(kind, voice, cue.start, cue.end, *_around_bracket(scene, cue, voice), "inverted")
    # "put the number from Belarus at 20": what stands in the gap of a cue is said, not saying.
    end = cue.start + 1 if cue.end - cue.start > 4 else cue.end
    left, right = min(voice.start, cue.start), max(voice.end, end)
    lo, hi = segment(scene, left)
    if is_tail(scene, left, right):
        lo = widened(scene, lo) if hi - right <= 2 or form == "inverted" else lo
        if hi < len(scene.covers) and scene.sentence.quoted[hi] and scene.sentence.quoted[lo + 1]:
            hi = len(scene.covers)  # “…,” he said, “although …”: the quotation goes on
        return Saying(kind, voice, cue.start, cue.end, lo, hi, "after" if form != "inverted" else "inverted")
    if form == "subject" and hi - right <= 2 and _closes(scene, voice, cue):
        return Saying(kind, voice, cue.start, cue.end, voice.end, cue.start, form)
    fronted = _object_first(scene, form, range(lo, left), rest(scene, right, hi))
    if not (fronted or _topic_first(scene, form, voice, cue)):
        lo, hi = said_after(scene, right)
        if form == "subject" and any("cl.complement" in names for names in scene.covers[right : right + 4]):
            hi = told_on(scene, hi)
    return Saying(kind, voice, cue.start, cue.end, lo, hi, form)


def _comes_from(scene: Scene, voice: Voice, cue: Hit) -> bool:
    """True for whom words without a subject come from: "aus Kreisen der Nato verlautete"."""
    lo = max(scene.clause_of(cue.start)[0], voice.start - 3)
    near = voice.end <= cue.start or voice.start - cue.end <= 4
    return near and any("prep.from" in scene.covers[i] for i in range(lo, voice.start))


def _quoted_one(scene: Scene, cue: Hit, voice: Voice | None, voices: Sequence[Voice]) -> Voice | None:
    """Whom a verb of quoting has for its object: "the agency quoted X as saying", "zitierte Belta X"."""
    if voice is None or voice.is_person or "att.quoting" not in scene.covers[cue.start]:
        return voice
    inside = next((v for v in voices if cue.start < v.start and v.end < cue.end and not v.refers), None)
    if inside is not None and voice.end <= cue.start:
        return inside  # "the agency quoted X as saying"
    at = max(voice.end, cue.end)
    other = next((v for v in voices if at <= v.start <= at + 3 and v.is_person and not v.refers), None)
    return other if other is not None and not governed(scene, other) else voice


def _around_bracket(scene: Scene, cue: Hit, voice: Voice) -> tuple[int, int]:
    """What a verb in two parts with its subject inside reports: "Berichte darüber wies Minsk zurück"."""
    lo = segment(scene, cue.start)[0] if after_break(scene, cue) else scene.clause_of(cue.start)[0]
    return (lo if cue.start - lo > 1 else voice.end), segment(scene, cue.start)[1]


def _closes(scene: Scene, voice: Voice, cue: Hit) -> bool:
    """True where the verb closes the clause and what is said stands in between: "X hat … bekannt gegeben"."""
    return "verb_final" in scene.pack.traits and cue.start - voice.end >= 4


def _newsroom_speaks(scene: Scene, cue: Hit) -> bool:
    """True for "we reported" outside of quotation marks: the outlet corrects or recalls itself."""
    if "newsroom" in scene.pack.terms:  # the verb itself tells: "napisaliśmy"
        return "newsroom" in scene.covers[cue.start] and not scene.sentence.quoted[cue.start]
    we = (h for h in scene.of("pro.we") if 0 <= cue.start - h.end <= 4)
    return any(not scene.sentence.quoted[h.start] for h in we) and scene.place == "text"


def _object_first(scene: Scene, form: str, object_: range, after: int) -> bool:
    """True where the object opens the clause: "Reports of missiles denied also the regiment"."""
    if form not in ("inverted", "subject") or "free_order" not in scene.pack.traits:
        return False
    if any("cl.cause" in scene.covers[i] for i in range(max(0, object_.stop - 2), object_.stop)):
        return False  # "missiles flew, because X had threatened": a reason, and not what X said
    parted = any(scene.sentence.tokens[i].text == ":" for i in object_)
    return len(object_) >= 3 and (after <= 2 or _object_leads(scene, form, object_, after)) and not parted


def _object_leads(scene: Scene, form: str, object_: range, after: int) -> bool:
    """True in "Den Abschuss der Raketen rechtfertigte X als Notwehr": nothing said follows the subject."""
    opens = scene.covers[object_.start] & {"det", "indefinite", "quantity", "att.noun", "cl.complement"}
    if "verb_final" not in scene.pack.traits or form != "inverted" or not opens:
        return False
    end = len(scene.sentence.tokens)
    return not any(scene.sentence.tokens[i].text in ",:„“«»–—" for i in range(end - after, end))


def _topic_first(scene: Scene, form: str, voice: Voice, cue: Hit) -> bool:
    """True where what somebody spoke of opens the sentence: "Of the missiles he said that it was true"."""
    lo, _ = segment(scene, voice.start)
    opens = "prep.of" in scene.covers[lo] and "free_order" in scene.pack.traits
    return opens and form == "subject" and cue.start - voice.end <= 1 and voice.start - lo >= 3


def _observers(scene: Scene, voices: Sequence[Voice]) -> list[Saying]:
    """ "Kirby sees no sign that …", "the staff has recorded no …": who finds nothing says so."""
    out = []
    for cue in scene.of("noevidence", "unconfirmed", "notdeny"):
        voice, form = subject(scene, cue, voices)
        found = form == "inverted" and voice is not None and voice.kind is SpeakerKind.BODY
        if voice is not None and found and "free_order" in scene.pack.traits:
            out.append(Saying("say", voice, cue.start, cue.start, *segment(scene, cue.start), form))
        elif voice is not None and form == "subject":
            span = said_after(scene, max(voice.end, cue.end))
            if span[1] - span[0] <= 2 and "verb_final" in scene.pack.traits:
                span = segment(scene, cue.start)  # "Belarusian units has the staff in Ukraine none seen"
            lo = segment(scene, voice.start)[0]
            if span[1] - span[0] <= 2 and voice.start - lo >= 3 and "free_order" in scene.pack.traits:
                span = lo, voice.start  # "Data that … the commission has not found"
            out.append(Saying("say", voice, cue.start, cue.start, *span, form))
    return out


def _passive_agent(scene: Scene, cue: Hit, voices: Sequence[Voice]) -> Voice | None:
    for voice in voices:
        by = voice.start - 2 if "det" in scene.covers[voice.start - 1] else voice.start - 1
        if closed_passive(scene, cue, voice, by):
            return voice
        if cue.end < voice.start <= cue.end + 8 and "att.passive" in scene.covers[by]:
            between = range(cue.end, by)
            if not any(n.startswith(("rep.", "cl.")) for i in between for n in scene.covers[i]):
                return voice
    return None


def _according(scene: Scene, voices: Sequence[Voice]) -> list[Saying]:
    out = []
    for hit in scene.of("att.according_his"):
        who = Voice("", SpeakerKind.PERSON, "", hit.start, hit.end, refers="pro.he")
        out.append(Saying("say", who, hit.start, hit.end, *segment(scene, hit.start), "according"))
    for hit in scene.of("att.according_own"):  # "nach eigenen Angaben": whose act it is, tells it
        near = [
            v for v in voices if hit.start - 6 <= v.end and v.start <= hit.end + 5 and not governed(scene, v)
        ]
        told = [v for v in near if v.end <= hit.start][-1:] or [v for v in near if v.start >= hit.end][:1]
        out += [Saying("say", v, hit.start, hit.end, *segment(scene, hit.start), "according") for v in told]
    after = {h.start for h in scene.of("att.zufolge")}
    for hit in scene.of("att.according"):
        if hit.end < len(scene.covers) and "cl.relative" in scene.covers[hit.end]:
            out += _by_document(scene, hit, voices)
            continue
        heard = "prep.from" in scene.covers[hit.end - 1]  # "the reporter heard from X": X told it
        inside = [v for v in voices if hit.start < v.start < hit.end and not heard]  # "in his words"
        after_it = (v for v in voices if hit.end <= v.start <= hit.end + ACCORDING_REACH)
        voice = next((v for v in (*inside, *after_it) if not _breaks(scene, hit.end, v.start)), None)
        if voice is not None:
            cited = any(h.start == hit.start for h in scene.of("att.cited"))
            lo, hi = segment(scene, hit.start)
            if not cited and "free_order" in scene.pack.traits:
                hi = told_on(scene, hi)  # "according to X, A, but B"
            out.append(
                Saying(
                    "say",
                    voice,
                    hit.start,
                    hit.end,
                    lo,
                    hi,
                    "cited" if cited else "according",
                )
            )
    for at in after:
        voice = next(
            (
                v
                for v in reversed(voices)
                if at - 4 <= v.end <= at
                and not _breaks(scene, v.end, at)
                and not any("det" in scene.covers[i] for i in range(v.end, at))
            ),
            None,
        )
        if voice is not None:
            out.append(Saying("say", voice, at, at + 1, *segment(scene, at), "according"))
    return out


def _by_document(scene: Scene, hit: Hit, voices: Sequence[Voice]) -> list[Saying]:
    """ "X issued a statement according to which …": whoever issued it says what it says."""
    issued = [v for v in voices if v.end <= hit.start and not v.refers and not governed(scene, v)]
    span = hit.end, segment(scene, hit.start)[1]
    return [Saying("say", v, hit.start, hit.end, *span, "according") for v in issued[:1]]


def _report_nouns(scene: Scene, voices: Sequence[Voice]) -> list[Saying]:
    """A noun of saying with its voice: "an announcement by parliament that …", "his claim that …"."""
    out = []
    for noun in scene.of("att.noun"):
        if any(0 <= noun.start - h.end <= 3 for h in scene.of("false")):
            continue  # "A lie are the words of X that …": what is only denied is nobody's statement
        after = [v for v in voices if noun.end <= v.start <= noun.end + 3 and not v.refers]
        before = [
            v
            for v in voices
            if noun.start - 1 <= v.end <= noun.start
            and not v.refers
            and _owns(scene, v)
            and not _tells(scene, range(v.end, noun.start))
        ]
        after = [
            v
            for v in after
            if any(
                n.startswith("prep.") or n == "att.passive"
                for i in range(noun.end, v.start)
                for n in scene.covers[i]
            )
            or "genitive" in scene.pack.traits
        ]
        voice = next(iter([*before, *after]), None)
        right = max(noun.end, voice.end) if voice is not None else noun.end
        content = next((c for c in scene.of("cl.complement") if right <= c.start <= right + 9), None)
        if voice is not None and content is not None:
            out.append(Saying("claim", voice, noun.start, noun.end, content.start, len(scene.covers), "noun"))
        elif voice is None:
            out += _said_with(scene, noun, voices)
    return out


def _said_with(scene: Scene, noun: Hit, voices: Sequence[Voice]) -> list[Saying]:
    """ "With the claim that …, X caused a stir": the subject of the main clause after it says it."""
    tokens, n = scene.sentence.tokens, len(scene.covers)
    led = any("prep.with" in scene.covers[i] for i in range(max(0, noun.start - 3), noun.start))
    if (
        not led
        or noun.end >= n
        or (tokens[noun.end].is_word and "cl.complement" not in scene.covers[noun.end])
    ):
        return []
    for i in range(noun.end + 3, n):
        if tokens[i].text == "," and i + 1 < n and not any(c.startswith("cl.") for c in scene.covers[i + 1]):
            voice = next((v for v in voices if i < v.start <= i + 9 and not governed(scene, v)), None)
            return [Saying("claim", voice, noun.start, noun.end, noun.end, i, "noun")] if voice else []
    return []


def _tells(scene: Scene, span: range) -> bool:
    """True for a verb of saying there: in "X denied reports that …" the reports are not those of X."""
    return any(n == "deny" or n.startswith("rep.") for i in span for n in scene.covers[i])


def _owns(scene: Scene, voice: Voice) -> bool:
    return scene.sentence.tokens[voice.end - 1].fold.endswith(("'s", "s'")) or "genitive" in scene.pack.traits


def _breaks(scene: Scene, lo: int, hi: int) -> bool:
    opens = any("cl.complement" in scene.covers[i] for i in range(lo, hi) if i in _cuts(scene))
    return opens or any(not t.is_word and t.text not in OPENING + "," for t in scene.sentence.tokens[lo:hi])


def _cuts(scene: Scene) -> frozenset[int]:
    return frozenset(lo for lo, _ in scene.clauses)


def _labels(scene: Scene, voices: Sequence[Voice]) -> list[Saying]:
    """ "Minsk: nobody crossed", "Nobody crossed — General Staff", "SENIOR DEFENSE OFFICIAL: …"."""
    tokens, n = scene.sentence.tokens, len(scene.sentence.tokens)
    out: list[Saying] = []
    for i, token in enumerate(tokens):
        if token.text == ":" and 0 < i < n - 2:
            heads = [
                v
                for v in voices
                if i - 3 <= v.end <= i
                and v.start <= 6
                and not scene.has_verb(v.end, i)
                and not (v.refers == "pro.it" and v.end - v.start == 1)
            ]
            if heads and any("aux" in names for names in scene.covers[:i]):
                heads = [v for v in voices if v.start <= 2 and v.end < i][
                    :1
                ] or heads  # "X hat Y abgesagt: …"
            if heads and governed(scene, heads[0]):
                heads = [v for v in voices if v.start == 0 and v.end < i] or heads  # "Zelensky on Minsk: …"
            if heads and not any(
                n_.startswith("rep.") for k in range(heads[0].start) for n_ in scene.covers[k]
            ):
                out.append(Saying("say", heads[0], i, i + 1, i + 1, n, "colon"))
            elif scene.place == "title" and i <= 6 and _labels_somebody(scene, i):
                out.append(Saying("say", None, i, i + 1, i + 1, n, "colon"))
        ends_quote = i > 0 and tokens[i - 1].text in CLOSING
        if token.text in DASHES and i > 2 and (scene.place == "title" or ends_quote) and n - i <= 9:
            tail = [
                v for v in voices if v.start >= i + 1 and v.start <= i + 3 and not v.refers.startswith("pro.")
            ]
            if not scene.has_verb(i + 1, n) and (tail or (n - i <= 6 and scene.place == "title")):
                out.append(Saying("say", tail[0] if tail else None, i, i + 1, 0, i, "dash"))
    return out


def _introduced(scene: Scene, voices: Sequence[Voice], found: Sequence[Saying]) -> list[Saying]:
    """ "He was blunt: “Nobody crossed.”": the subject before the colon says what is quoted after it."""
    tokens = scene.sentence.tokens
    for i in range(1, len(tokens) - 2):
        if tokens[i].text != ":" or tokens[i + 1].text not in OPENING or scene.place == "title":
            continue
        if any(s.voice is not None and s.lo <= i + 2 < s.hi for s in found):
            return []
        heads = [v for v in voices if v.end <= i and (v.is_person or v.known) and not governed(scene, v)]
        return [Saying("say", heads[0], i, i + 1, i + 1, len(tokens), "quote")] if heads else []
    return []


def _labels_somebody(scene: Scene, colon: int) -> bool:
    """True where the words before a headline's colon can be a speaker: a name or an office, no verb."""
    named = any(
        t.is_capital
        or scene.covers[i] & {"title"}
        or any(n.startswith(("office.", "voice.")) for n in scene.covers[i])
        for i, t in enumerate(scene.sentence.tokens[:colon])
        if i > 0 or colon == 1
    )
    return named and not scene.has_verb(0, colon) and not scene.of("att.kicker")

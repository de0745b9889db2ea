"""Whose "there", "our" and "their" is, and which force a bare one: words that point at what stands elsewhere.

Notes what they mean as further marks of the scene (`force.their` becomes `force.by` too). Knows no claims.
"""

from collections.abc import Iterator, Sequence

from matchers.companions import inset
from matchers.lexicon import Hit
from matchers.line import Line, speaker_at
from matchers.scene import Scene, relation
from matchers.text import DASHES

LOOK_BACK = 3
"""How many sentences back a force or a place is looked for; a force without a nation twice as far."""


_PLACED = ("in", "into", "from", "over", "near", "obj", "at", "against")


def nations(lines: Sequence[Line]) -> None:
    """Resolves `.their`, `.there`, `.our` and `.your` to the nations they mean, as further marks.

    A force without a nation, or "they", is the last force named: `bare.by`, `they.by`.
    """
    seen: list[tuple[int, str, str]] = []
    forces: list[tuple[int, str]] = []
    subject = ""
    for number, line in enumerate(lines):
        scene = line.scene
        own = list(_nation_mentions(line))
        _leaders(line)
        _bare_forces(scene, number, forces)
        _states_by_pronoun(line, subject)
        for name in [n for n in scene.marks if n.endswith((".their", ".there", ".our", ".your", ".own"))]:
            kind, whose = name.rsplit(".", 1)
            for hit in list(scene.marks[name]):
                around = inset(scene)
                aside = around if hit.start not in around else frozenset[int]()
                earlier = [
                    *seen[-14:],
                    *((at, n, k) for at, n, k in own if at < hit.start and at not in aside),
                ]
                named = _just_named(scene, hit.start) if whose == "there" else ""
                if named:
                    scene.marks[name].remove(hit)  # it points at no other place
                nation = named or _whose(line, whose, hit.start, earlier, own)
                if "neuter_states" in scene.pack.traits and (whose == "own" or _is_his(scene, hit.start)):
                    nation = _subject(line, hit.start, subject) or nation
                if kind in _PLACED:
                    nation = nation.removesuffix("_opposition")  # an exile's "our forests" are at home
                if nation:
                    scene.add(f"{kind}.{nation}", hit.start, hit.end)
        for hit in scene.of("pro.our"):
            speaker = speaker_at(line, hit.start)
            if speaker is not None and speaker.side and not scene.covers[hit.start] & {"area"}:
                scene.add(f"state.{speaker.side}", hit.start, hit.end)
        seen += own
        subject = _subject(line, len(scene.sentence.tokens), subject)


def _just_named(scene: Scene, at: int) -> str:
    """The nation of the place that "there" takes up after a comma: "circled over Tambov, from there …"."""
    tokens = scene.sentence.tokens
    comma = next((i for i in range(at - 1, max(-1, at - 3), -1) if tokens[i].text == ","), 0)
    if not comma or not all("conj" in names for names in scene.covers[comma + 1 : at]):
        return ""
    lo = scene.clause_of(comma)[0]
    placed = [
        (h.start, nation)
        for nation in scene.pack.nations
        for h in scene.of(*(f"{kind}.{nation}" for kind in ("in", "from", "over", "near")))
        if lo <= h.start < comma
    ]
    return max(placed, default=(0, ""))[1]


def _is_his(scene: Scene, at: int) -> bool:
    return "pro.his" in scene.covers[at]


def _owned_by_him(scene: Scene, at: int) -> bool:
    """True for a force after "his": "his own troops"."""
    owner = next((i for i in range(at - 1, max(-1, at - 3), -1) if "pro.their" in scene.covers[i]), at)
    return owner != at and _is_his(scene, owner)


def _subject(line: Line, at: int, before: str) -> str:
    """The nation that a sentence is about: the first to act in it, by name or leader, else the one before's.

    "Its" and "own" are the subject's where the sentence has one: "Belarus allows Russia … from its land".
    """
    traits = line.scene.pack.traits
    found = sorted(
        (h.start, n.split(".")[1])
        for n, hits in line.scene.marks.items()
        if n.startswith(("state.", "leader.")) and n.split(".")[1] in line.scene.pack.nations
        for h in hits
        if h.start < at and "pro.our" not in line.scene.covers[h.start]
        if not any(a <= h.start < b for a, b in line.scene.speaking)
    )
    return next((nation for _, nation in found if f"feminine.{nation}" not in traits), before)


def _leaders(line: Line) -> None:
    """Notes who acts for a nation, "Lukashenko has sent nobody": its people by name who do not speak here."""
    tokens = line.scene.sentence.tokens
    for voice in line.voices:
        beside = (*tokens[voice.end : voice.end + 1], *tokens[max(0, voice.start - 1) : voice.start])
        label = any(t.text in {":", *DASHES} for t in beside)
        silent = not label and (voice.start, voice.end) not in line.scene.speaking
        if voice.is_person and voice.side and silent:
            line.scene.add(f"leader.{voice.side}", voice.start, voice.end)


def _bare_forces(scene: Scene, number: int, forces: list[tuple[int, str]]) -> None:
    named = sorted(
        (h.start, n.split(".")[1])
        for n, hits in scene.marks.items()
        if n.startswith(("force.", "people."))
        and n.split(".")[1] not in ("bare", "our", "their", "your", "own")
        for h in hits
    )
    for mark, kind in (("force.bare", "bare"), ("pro.they", "they")):
        for hit in list(scene.marks.get(mark, ())):
            if _is_new(scene, hit.start):
                continue
            before = [n for at, n in named if at < hit.start] or [
                n for i, n in forces if number - i <= 2 * LOOK_BACK
            ]
            if before:
                scene.add(f"{kind}.{before[-1]}", hit.start, hit.end)
    forces += [(number, nation) for _, nation in named]


def _states_by_pronoun(line: Line, before: str) -> None:
    """Notes "it" and "he" who do not speak as the nation that the sentence is about: `it.by`."""
    scene = line.scene
    acting = [h for h in scene.of("pro.it", "pro.he") if _acts(scene, h.end)]
    acting += [h for h in scene.of("pro.there") if _is_country(scene, h) and _acts(scene, h.end)]
    for hit in (*acting, *_without_subject(scene)):
        if any(a <= hit.start < b for a, b in scene.speaking):
            continue
        nation = _sayer(line, hit) or _subject(line, hit.start, before)
        if nation:
            scene.add(f"it.{nation}", hit.start, hit.end)


def _sayer(line: Line, pronoun: Hit) -> str:
    """The nation of who says of itself what it does: "Poland says it will not send"."""
    if not line.scene.covers[pronoun.start] & {"pro.it", "pro.he"}:
        return ""
    told = [
        s.voice.side
        for s in line.sayings
        if s.voice is not None and s.right <= pronoun.start <= s.right + 2 and s.lo <= pronoun.start < s.hi
    ]
    return told[-1] if told else ""


def _is_country(scene: Scene, hit: Hit) -> bool:
    """True for "the country" where it does something: "the country has not sent any"."""
    acts = hit.end < len(scene.covers) and "aux" in scene.covers[hit.end]
    return acts and "country" in scene.covers[hit.end - 1] and relation(scene, hit.start) == "none"


def _without_subject(scene: Scene) -> Iterator[Hit]:
    """The word before a verb that shares its subject: "…, but has not sent", "without sending"."""
    tokens, covers = scene.sentence.tokens, scene.covers
    if "described" not in scene.pack.traits:
        return
    for hit in scene.of("cl.coord", "conj", "neg"):
        if hit.end >= len(tokens) or hit.end - hit.start > 1:
            continue
        gerund = tokens[hit.start].fold == "without" and tokens[hit.end].fold.endswith("ing")
        if gerund or (hit.name != "neg" and "aux" in covers[hit.end]):
            yield hit


def _acts(scene: Scene, at: int) -> bool:
    """True where a pronoun that ends at token `at` does something other than to say something."""
    covers = scene.covers
    if at > 1 and any(n.startswith("prep.") for n in covers[at - 2]):
        return False
    while at < len(covers) and covers[at] & {"aux", "adverb", "neg"}:
        at += 1
    return at < len(covers) and not any(n.startswith("rep.") or n == "deny" for n in covers[at])


def _is_new(scene: Scene, at: int) -> bool:
    """True for what an indefinite article introduces: "a column of 33 tanks" is no force named before."""
    i = at - 1
    while i >= 0 and (
        "prep.of" in scene.covers[i]
        or scene.covers[i] & {"troops", "equipment"}
        or scene.sentence.tokens[i].text.isdigit()
    ):
        i -= 1
    return i >= 0 and "indefinite" in scene.covers[i]


def _nation_mentions(line: Line) -> Iterator[tuple[int, str, str]]:
    found = []
    spans = [(v.start, v.end) for v in line.voices if v.is_person and not v.refers]
    for name, hits in line.scene.marks.items():
        if name.startswith("nat."):
            _, nation, part = name.split(".")
            # "the US Secretary of State X" names X, and no state.
            found += [(h.start, nation, part) for h in hits if not any(a <= h.start < b for a, b in spans)]
        elif (
            name.startswith(("force.", "people.", "from.", "in."))
            and name.split(".")[1] in line.scene.pack.nations
        ):
            kind, nation = name.split(".")
            found += [(h.start, nation, "places" if kind in ("from", "in") else "force") for h in hits]
    free = (v for v in line.voices if v.is_person and v.side and not line.scene.preps.get(v.start - 1))
    found += [(v.start, v.side, "leader") for v in free]  # not "in a talk with X": "his" is another's
    return iter(sorted(found))


def _whose(
    line: Line,
    whose: str,
    at: int,
    earlier: Sequence[tuple[int, str, str]],
    own: Sequence[tuple[int, str, str]],
) -> str:
    speaker = speaker_at(line, at)
    if whose == "our":
        return speaker.side if speaker is not None else ""
    if whose == "there" and "pro.here" in line.scene.covers[at] and speaker is not None and speaker.side:
        return speaker.side.removesuffix("_opposition")
    if whose == "there":
        places = [n for _, n, part in earlier if part in ("name", "places", "capital")]
        spoken = line.scene.speaking
        clause = line.scene.clause_of(at)[0]
        here = {n for i, n, _ in own if clause <= i < at and not any(a <= i < b for a, b in spoken)}
        return next((n for n in reversed(places) if n not in here), places[-1] if places else "")
    if whose == "your":
        side = speaker.side if speaker is not None else ""
        others = [(n, part) for _, n, part in reversed(earlier) if n != side]
        others += [(n, part) for i, n, part in own if i > at and n != side and part == "people"]
        addressed = (n for n, part in others if part in ("name", "people", "leader"))
        # A state or its leader is spoken to; its army only where nobody else is.
        return next(addressed, next((n for n, part in others if part == "force"), ""))
    if whose == "own":
        side = speaker.side if speaker is not None else ""  # "a part of his army in it denied also X"
        return next((n for i, n, part in own if i < at and part in ("name", "leader", "capital")), side)
    subjects = ("name", "leader", "capital", "force", "people")
    if _owned_by_him(line.scene, at):  # "his troops": his who stands in the same sentence
        leaders = [n for i, n, part in own if i < at and part == "leader"]
        if leaders or (not earlier and speaker is not None and speaker.side):
            return [speaker.side if speaker else "", *leaders][-1]  # "That his troops fight, X denies"
    if _is_his(line.scene, at):
        traits = line.scene.pack.traits
        masters = ("name", "leader", "capital") if "neuter_states" in traits else ("leader",)
        leads = {(i, n) for i, n, part in earlier if part == "leader"}
        owners = {
            (i, n) for i, n, part in earlier if part == "adj"
        } - leads  # "Russlands Armee" is no subject
        master = next(
            (
                n
                for i, n, part in reversed(earlier)
                if part in masters
                and ((i, n) not in owners or part == "leader")
                and f"feminine.{n}" not in traits
            ),
            "",
        )
        if master or "neuter_states" in traits:
            return master or (speaker.side if speaker is not None else "")
    meant = [(n, part) for _, n, part in reversed(earlier) if part in subjects]
    if speaker is not None and [part for _, part in meant[:2]] == ["leader", "people"]:
        meant = meant[meant[0][0] == speaker.side :]  # "he told Belarusians that from their land …"
    named = [n for n, _ in meant] + [n for _, n, part in reversed(earlier) if part == "adj"]
    return next(iter(named), speaker.side if speaker is not None else "")  # "that his army …, X denied"

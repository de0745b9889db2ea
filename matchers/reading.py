"""Reads one sentence into a scene: its hits, its clauses, and what its nations do in it.

Adds to the pack's plain concepts the derived ones that claims are written in: places (see `scene`),
`force.by` (soldiers of Belarus) or `force.bare`, `state.by` (the state acting), `people.by`.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from matchers.lexicon import Hit, Lexicon, settled
from matchers.marks import note_told_by_adjective
from matchers.pack import Pack
from matchers.scene import RELATIONS, Scene, note_deictic_places, note_places, relation
from matchers.text import CLOSING, DASHES, OPENING, Sentence

ADJ_REACH = 4
"""How many words may stand between a nationality and its noun ("Belarusian special operations forces")."""

_STRONG = frozenset(";")

# Adjectives made of a place, folded, in the languages that have endings for them: "гомельський", "estoński".
OF_PLACE = re.compile(
    r"[^\W\d_]{3,}(?:ск|цк|зк|sk|ck|dzk)(?:ии|ыи|ои|их|ых|іх|ая|а|ого|ому|им|ым|ими|ымі|и|і|ія|i|a|ie|ich|iego|iej|im)$"
)


def read(sentence: Sentence, lexicon: Lexicon, pack: Pack, place: str = "text") -> Scene:
    """The scene of one sentence, derived concepts included."""
    scene = Scene(sentence, pack, covers=[set() for _ in sentence.tokens], place=place)
    nouns = "capital_nouns" in pack.traits
    for hit in settled(lexicon.hits(sentence.tokens), sentence.tokens, capital_nouns=nouns):
        scene.marks[hit.name].append(hit)
        for i in _words_of(scene, hit):
            scene.covers[i].add(hit.name)
    scene.thin = _thin_quotes(sentence)
    scene.preps = _prepositions(scene)
    scene.clauses = _clauses(scene)
    named = {name.split(".")[1] for name in scene.marks if name.startswith("nat.")}
    nations = [nation for nation in pack.nations if nation in named]
    for nation in nations:
        note_places(scene, nation)
    note_deictic_places(scene)
    _forces(scene)
    for nation in nations:
        _states(scene, nation)
        note_told_by_adjective(scene, nation)
    return scene


def _words_of(scene: Scene, hit: Hit) -> Iterable[int]:
    """The tokens of a hit; of a separable verb only its two parts, not the subject between them."""
    parted = "separable" in scene.pack.traits and hit.name.startswith(("rep.", "deny"))
    return (hit.start, hit.end - 1) if parted and hit.end - hit.start > 1 else range(hit.start, hit.end)


def _thin_quotes(sentence: Sentence) -> frozenset[int]:
    """The quote marks around at most three words: a name, not speech."""
    out: set[int] = set()
    tokens, opened = sentence.tokens, -1
    for i, token in enumerate(tokens):
        if token.is_word or token.text not in OPENING + CLOSING:
            continue
        if opened >= 0 and not sentence.quoted[i] and 1 < i - opened <= 4 and tokens[i - 1].is_word:
            out |= {opened, i}
            opened = -1
        else:
            opened = i
    return frozenset(out)


def _prepositions(scene: Scene) -> dict[int, str]:
    """The relation of the longest preposition that ends at a token: "not far from" is near, not from."""
    longest: dict[int, tuple[int, int, str]] = {}
    for rank, name in enumerate(RELATIONS):
        for hit in scene.marks.get(f"prep.{name}", ()):
            key = (hit.end - hit.start, -rank, name)
            longest[hit.end - 1] = max(longest.get(hit.end - 1, key), key)
    return {at: name for at, (_, _, name) in longest.items()}


def _clauses(scene: Scene) -> list[tuple[int, int]]:
    """Token ranges between strong punctuation, and before conjunctions that open a new clause."""
    tokens, cuts = scene.sentence.tokens, {0}
    for i, token in enumerate(tokens):
        if (
            token.text in _STRONG
            or (token.text in DASHES and 0 < i < len(tokens) - 1)
            or (token.text == ":" and not (i + 1 < len(tokens) and tokens[i + 1].text.isdigit()))
        ):
            cuts.add(i + 1)
    for hit in scene.of("cl.coord", "cl.subord", "cl.relative", "cl.complement"):
        after_mark = hit.start > 0 and not tokens[hit.start - 1].is_word
        if hit.name == "cl.complement" and not _opens_complement(scene, hit.start):
            continue
        if after_mark or hit.name in ("cl.complement", "cl.subord") or "bare_clauses" in scene.pack.traits:
            cuts.add(hit.start)
    edges = [*sorted(cuts), len(tokens)]
    return [(a, b) for a, b in pairwise(edges) if a < b]


def _opens_complement(scene: Scene, at: int) -> bool:
    """True where "that" follows what it completes; after a plain noun it is a relative or a pointer."""
    if at == 0 or "strict_complement" not in scene.pack.traits or not scene.sentence.tokens[at - 1].is_word:
        return at > 0
    if at > 1 and any(n.startswith("rep.") for n in scene.covers[at - 2]) and _is_listener(scene, at - 1):
        return True
    return any(
        n.startswith(("rep.", "deny", "att.", "conj", "weekdays.")) or n in _GOVERNING
        for n in scene.covers[at - 1]
    )


def _is_listener(scene: Scene, at: int) -> bool:
    """True for whom somebody tells: "told me that", "told Suspilne that", "told officials that"."""
    told = any(n.startswith(("pro.", "voice.")) for n in scene.covers[at])
    return told or scene.sentence.tokens[at].is_capital


_GOVERNING = frozenset(
    {"noevidence", "believe", "threat", "unconfirmed", "hedge", "appeal", "intent", "notdeny", "doubt"}
)


def _forces(scene: Scene) -> None:
    """Binds each force noun to the nearest nation: `force.by`, or `.our`, `.their`, `.bare`."""
    for head in [*scene.of("troops", "equipment"), *_adjectival(scene)]:
        if head.start and "title" in scene.covers[head.start - 1] and "genitive" in scene.pack.traits:
            continue  # "rzecznik wojsk": whom somebody speaks for does nothing here
        owner = _left_owner(scene, head) or _right_owner(scene, head) or "bare"
        start, end = head.start, head.end
        scene.add(f"force.{owner}", start, end)
        for other in _joint_owners(scene, head, owner):
            scene.add(f"force.{other}", start, end)
        for hit in _elliptic(scene, head):
            scene.add(f"force.{hit.name.split('.')[1]}", hit.start, hit.end)


def _joint_owners(scene: Scene, head: Hit, owner: str) -> list[str]:
    """The other nation of a force of two: "Belarusian and Russian troops", with the noun before or after."""
    if owner not in scene.pack.nations:
        return []
    around = range(max(0, head.start - ADJ_REACH), min(len(scene.covers), head.end + ADJ_REACH))
    found = [h for h in scene.starting("nat.") if h.name.endswith(".adj") and h.start in around]
    for first in found:
        for second in found:
            apart = range(first.end, second.start)
            between = len(apart) == 1 and bool(scene.covers[apart[0]] & {"along", "prep.with"})
            between = between or (len(apart) == 2 and "prep.with" in scene.covers[apart[-1]])
            beside = second.end == head.start or first.start == head.end
            names = [h.name.split(".")[1] for h in (first, second)]
            if between and beside and owner in names:
                return [n for n in names if n != owner]
    return []


def _elliptic(scene: Scene, head: Hit) -> list[Hit]:
    """Adjectives for a force named before: "Russian units with Belarusian ones"."""
    if "genitive" not in scene.pack.traits:
        return []
    covers, out = scene.covers, []
    for hit in scene.starting("nat."):
        if not hit.name.endswith(".adj") or not 0 < hit.start - head.end <= 2 * ADJ_REACH:
            continue
        led = covers[hit.start - 1] & {"prep.with", "prep.agent", "backs"}
        after = covers[hit.end] if hit.end < len(covers) else set()
        ends = hit.end >= len(covers) or not scene.sentence.tokens[hit.end].is_word
        if led and (ends or after & _ACTS or any(n.startswith(("prep.", "aux", "adverb")) for n in after)):
            out.append(hit)
    return out


def _adjectival(scene: Scene) -> list[Hit]:
    """Words such as "military" that are a force only where no noun follows ("military intelligence")."""
    out = []
    for hit in scene.of("troops_adj"):
        if (
            hit.end >= len(scene.covers)
            or not scene.sentence.tokens[hit.end].is_word
            or any(
                n.startswith(
                    ("prep.", "aux", "adverb", "neg", "rep.", "cl.", "conj", "no_noun", "verb_plural")
                )
                or n in _ACTS
                for n in scene.covers[hit.end]
            )
            or (
                "genitive" in scene.pack.traits
                and any(n == "border" or n.startswith("nat.") for n in scene.covers[hit.end])
            )
        ):
            out.append(hit)
    return out


_ACTS = frozenset(
    {"enter", "cross", "join", "fight", "present", "attack_by_state", "send", "deny", "hedge", "future"}
)


def _of_place(scene: Scene, i: int, head: int) -> str | None:
    """The nation of a place right before a force: "Vitebsk paratroopers", "гомельські десантники"."""
    names, fold = scene.covers[i], scene.sentence.tokens[i].fold
    if i + 1 != head or not (nation := next((n for n in names if n.endswith(".places")), "")):
        return None
    if "genitive" in scene.pack.traits:
        return nation.split(".")[1] if OF_PLACE.match(fold) else None
    free = i == 0 or not any(n.startswith("prep.") for n in scene.covers[i - 1])
    return nation.split(".")[1] if free and scene.sentence.tokens[i].is_capital else None


def _left_owner(scene: Scene, head: Hit) -> str | None:
    for i in range(head.end - 2, max(-1, head.start - 2 - ADJ_REACH), -1):
        names = scene.covers[i]
        nation = next((n.split(".")[1] for n in names if n.startswith("nat.") and n.endswith(".adj")), None)
        nation = nation or _of_place(scene, i, head.start)
        if nation:
            return nation
        for whose in ("our", "own", "their", "your"):
            if f"pro.{whose}" in names:
                return whose
        if "det" in names or "border" in names:
            return None  # an article opens the noun phrase: what stands before it belongs elsewhere
        token = scene.sentence.tokens[i]
        if (
            any(n.startswith("prep.") and n not in ("prep.near", "prep.of") for n in names)
            or token.text in ",;:—–"
        ):
            return None
        if (
            names & {"enter", "join", "launch", "rep.say", "neg"}
            and "troops" not in names
            and "neg" not in names
        ):
            return None
    return None


def _right_owner(scene: Scene, head: Hit) -> str | None:
    covers = scene.covers
    i, tied = head.end, "genitive" in scene.pack.traits
    owners: tuple[str, ...] = (".name", ".capital", ".adj")
    for _ in range(4):
        if i >= len(covers):
            return None
        names = covers[i]
        if (i == head.end and "pro.thence" in names) or (tied and "pro.there" in names and i > head.end):
            return _named_after(scene, i) or "there"  # "units from that country", "of the republic"
        if tied and "pro.our" in names and i > head.end:
            return "our"  # "a soldier of ours"
        named = [n for n in names if n.startswith("nat.") and n.endswith(owners)]
        if named and tied:
            return named[0].split(".")[1]
        own = "prep.from" in names and head.name != "equipment"  # tanks may only have come from there
        if own or "prep.of" in names or _opens_instance(scene, i):
            tied = True
            owners = (*owners, ".places") if own else owners  # "soldiers from Vitebsk"
        elif scene.sentence.tokens[i].text not in "[(" and not names & {"area", "troops", "title", "skip"}:
            return None
        i += 1
    return None


def _named_after(scene: Scene, pointer: int) -> str | None:
    """The nation whose name follows: "soldiers from the neighbouring country Belarus"."""
    at = max(h.end for h in scene.of("pro.there", "pro.thence") if h.start <= pointer < h.end)
    names = scene.covers[at] if at < len(scene.covers) else set()
    return next((n.split(".")[1] for n in names if n.startswith("nat.") and n.endswith(".name")), None)


def _opens_instance(scene: Scene, i: int) -> bool:
    """True within ", in particular": "no enemy soldiers, Belarusian ones included"."""
    tokens = scene.sentence.tokens
    return "including" in scene.covers[i] or (
        tokens[i].text == "," and i + 1 < len(tokens) and "including" in scene.covers[i + 1]
    )


def _states(scene: Scene, nation: str) -> None:
    """Notes a nation that acts: its name or capital free of any preposition, its people, its leader."""
    for hit in scene.of(f"nat.{nation}.name", f"nat.{nation}.capital"):
        free = relation(scene, hit.start) in ("none", "with", "agent") or _has(scene, hit)
        if free and not (_is_owner(scene, hit) or _is_invaded(scene, hit) or _lends_help(scene, hit)):
            scene.add(f"state.{nation}", hit.start, hit.end)
    for hit in scene.of(f"nat.{nation}.people"):
        scene.add(f"people.{nation}", hit.start, hit.end)
        if relation(scene, hit.start) == "against":
            scene.add(f"against.{nation}", hit.start, hit.end)  # to fight its people is to fight it


def _lends_help(scene: Scene, hit: Hit) -> bool:
    """True in "with the support of X": it is X's help, and another who acts."""
    return "genitive" in scene.pack.traits and hit.start > 0 and "backs" in scene.covers[hit.start - 1]


def _has(scene: Scene, hit: Hit) -> bool:
    """True in Slavic "at Minsk there are no plans": Minsk has none."""
    return hit.start > 0 and "prep.owner" in scene.covers[hit.start - 1]


def _is_invaded(scene: Scene, hit: Hit) -> bool:
    """True in "the invasion of X": it is X's own only where a genitive may tell the doer."""
    at = hit.start - 1
    if "genitive" in scene.pack.traits or at < 1 or "prep.of" not in scene.covers[at]:
        return False
    return "attack_noun" in scene.covers[at - 1] and scene.sentence.tokens[at].fold == "of"


def _is_owner(scene: Scene, hit: Hit) -> bool:
    """True before the forces that are its own; where cases tell, an owner follows what it owns."""
    if "genitive" in scene.pack.traits:  # but in German also before it, by its form: "Moskaus Truppen"
        return f"nat.{hit.name.split('.')[1]}.adj" in scene.covers[hit.start]
    nearby: Sequence[set[str]] = scene.covers[hit.end : hit.end + 2]
    return any({"troops", "equipment"} & names for names in nearby)

"""One sentence as the engine sees it: its concepts by name, its clauses, and what its nations do in it.

Adds to the pack's plain concepts the derived ones that claims are written in: `force.by` (soldiers of
Belarus), `state.by` (the state acting), `in.ua`, `into.ua`, `from.by`, `near.ua`, `over.by`, `obj.ua` (a
place with its direction), and `.our`, `.their`, `.your`, `.there`, `.bare` where the text says only that.
Decides nothing about claims or speakers.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from matchers.lexicon import Hit, Lexicon, settled
from matchers.pack import Pack
from matchers.text import CLOSING, DASHES, OPENING, Sentence

ADJ_REACH = 4
"""How many words may stand between a nationality and its noun ("Belarusian special operations forces")."""

RELATIONS = ("from", "into", "near", "over", "against", "agent", "in", "with")
_STRONG = frozenset(";")


@dataclass(slots=True)
class Scene:
    """The hits of one sentence by concept name; `clauses` are token ranges that cover it."""

    sentence: Sentence
    pack: Pack
    marks: dict[str, list[Hit]] = field(default_factory=lambda: defaultdict(list))
    clauses: list[tuple[int, int]] = field(default_factory=list)
    covers: list[set[str]] = field(default_factory=list)
    thin: frozenset[int] = frozenset()
    preps: dict[int, str] = field(default_factory=dict)
    speaking: list[tuple[int, int]] = field(default_factory=list)
    place: str = "text"

    def of(self, *names: str) -> list[Hit]:
        """All hits of the given concepts, by start."""
        marks = self.marks
        found = [h for n in names if n in marks for h in marks[n]]
        return sorted(found, key=_by_place) if len(found) > 1 else found

    def starting(self, prefix: str) -> list[Hit]:
        """All hits of the concepts whose names begin so."""
        return [h for name, hits in self.marks.items() if name.startswith(prefix) for h in hits]

    def has(self, *names: str) -> bool:
        """True where any of the concepts occurs."""
        return any(self.marks.get(n) for n in names)

    def add(self, name: str, start: int, end: int) -> None:
        """Notes a derived concept, once at a place."""
        if not any(h.start == start and h.end == end for h in self.marks[name]):
            self.marks[name].append(Hit(name, start, end))

    def is_break(self, at: int) -> bool:
        """True for punctuation that parts a name from its verb; quote marks around a name do not."""
        return not self.sentence.tokens[at].is_word and at not in self.thin

    def clause_of(self, at: int) -> tuple[int, int]:
        """The clause that token `at` stands in."""
        return next((c for c in self.clauses if c[0] <= at < c[1]), (0, len(self.sentence.tokens)))

    def has_verb(self, start: int, end: int) -> bool:
        """True where one of the reporting or act concepts occurs among the tokens."""
        verbs = ("rep.", "deny", "enter", "join", "launch", "fight")
        return any(n.startswith(verbs) for names in self.covers[start:end] for n in names)

    @property
    def is_heading(self) -> bool:
        """True for a short line of the body without an end: a cross-heading, a link, a label."""
        tokens = self.sentence.tokens
        return (
            self.place == "text"
            and len(tokens) <= 9
            and tokens[-1].text not in ".!?…:"
            and tokens[-1].text not in '”»"'
        )

    def words(self, start: int, end: int, text: str) -> str:
        """The text that the tokens cover, as written."""
        tokens = self.sentence.tokens
        return text[tokens[start].start : tokens[end - 1].end] if start < end else ""


def _by_place(hit: Hit) -> tuple[int, int]:
    return hit.start, -hit.end


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
        _places(scene, nation)
    _deictic_places(scene)
    _forces(scene)
    for nation in nations:
        _states(scene, nation)
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


def relation(scene: Scene, start: int) -> str:
    """How a place that begins at token `start` is tied to what stands before it.

    Walks left over area nouns, adjectives, articles and "of" to the nearest preposition; a border on the
    way makes it `near`. `none` where the place stands free, as a subject or an object.
    """
    covers, tokens, i, border = scene.covers, scene.sentence.tokens, start - 1, False
    for _ in range(8):
        if i < 0:
            break
        names = covers[i]
        found = scene.preps.get(i)
        if found == "from" and i + 1 < len(covers) and "instr" in covers[i + 1]:
            found = "with"  # Slavic "з/с/z" with the instrumental
        if found in ("with", "in") and (border or _border_before(scene, i)):
            return "near"
        if found and not (found == "in" and "area" in names and _prep_before(scene, i)):
            return "near" if border else found
        if "border" in names:
            border = True
        elif not (_passed_over(names, tokens[i].text) or (tokens[i].is_capital and i > 0)):
            break
        if tokens[i].text == ",":
            break
        i -= 1
    return "near" if border else "none"


def _passed_over(names: set[str], text: str) -> bool:
    """True for what may stand between a preposition and its place: articles, area nouns, numbers, marks."""
    tied = "prep.of" in names or bool(names & {"area", "skip"}) or _modifies(names)
    return tied or text in "“„«\"'’”»," or text.isdigit()


def _prep_before(scene: Scene, i: int) -> bool:
    return i > 0 and any(f"prep.{r}" in scene.covers[i - 1] for r in RELATIONS)


def _border_before(scene: Scene, i: int) -> bool:
    return any("border" in scene.covers[j] for j in range(max(0, i - 2), i))


def _modifies(names: Iterable[str]) -> bool:
    return any(n.startswith("nat.") and n.endswith((".adj", ".name", ".places", ".capital")) for n in names)


def _places(scene: Scene, nation: str) -> None:
    """Notes each place of a nation with its direction: `in.ua`, `from.by`, `obj.ua`."""
    for hit in scene.of(f"nat.{nation}.name", f"nat.{nation}.places", f"nat.{nation}.capital"):
        if hit.name.endswith("capital") and relation(scene, hit.start) in ("none", "with", "against"):
            continue
        _note_place(scene, nation, hit.start, hit.end, is_site=hit.name.endswith("places"))
    for hit in scene.of(f"nat.{nation}.adj"):
        for j in range(hit.end, min(hit.end + 3, len(scene.covers))):
            names = scene.covers[j]
            if "area" in names and not any(n.startswith("prep.") for n in names):
                _note_place(scene, nation, hit.start, j + 1)
                break
            stops = names & {"border", "troops", "equipment"} or any(n.startswith("prep.") for n in names)
            if stops or not scene.sentence.tokens[j].is_word:
                break


def _note_place(scene: Scene, nation: str, start: int, end: int, *, is_site: bool = False) -> None:
    found = relation(scene, start)
    if found == "against" and is_site:
        found = "in"  # "launched at Ziabrauka airfield", but "launched at Ukraine"
    if found == "none" and "postposed_from" in scene.pack.traits and _next_is(scene, end, "prep.after"):
        found = "from"
    pair = end + 1 if _next_is(scene, end, "conj") else end  # "the Volyn and Polissia directions"
    if any(_next_is(scene, j, "border") for j in (end, end + 1, pair + 1)):
        found = "near"
    name = {"none": "obj"}.get(found, found)
    past = any(_next_is(scene, end, n) for n in ("border", "area"))  # "not far from the Volyn region"
    if name == "near" and is_site and not past and not _border_left(scene, start):
        scene.add(f"in.{nation}", start, end)  # "near Mozyr" is in Belarus as well
    scene.add(f"{name}.{nation}", start, end)
    if name != "near":
        scene.add(f"at.{nation}", start, end)


def _border_left(scene: Scene, start: int) -> bool:
    return any("border" in scene.covers[j] for j in range(max(0, start - 6), start))


def _next_is(scene: Scene, at: int, name: str) -> bool:
    return at < len(scene.covers) and name in scene.covers[at]


def _deictic_places(scene: Scene) -> None:
    """Notes "there", "from there", and "his territory" under whose it is said to be."""
    for hit in scene.of("pro.there"):
        if hit.start and _modifies(scene.covers[hit.start - 1]):
            continue  # "the Lviv region": named, not pointed at
        words = scene.sentence.tokens[hit.start : hit.end]
        out = "thence" in scene.pack.traits and "pro.thence" in scene.covers[hit.start]
        found = "from" if out or relation(scene, hit.start) == "from" or len(words) > 1 else "in"
        scene.add(f"{found}.there", hit.start, hit.end)
    for hit in scene.of("pro.thence"):
        scene.add("from.there", hit.start, hit.end)
    for whose in ("our", "own", "their", "your"):
        for hit in scene.of(f"pro.{whose}"):
            for j in range(hit.end, min(hit.end + 3, len(scene.covers))):
                names = scene.covers[j]
                if "area" in names and not any(n.startswith(("prep.", "pro.")) for n in names):
                    found = relation(scene, hit.start)
                    scene.add(f"{'obj' if found == 'none' else found}.{whose}", hit.start, j + 1)
                    if found == "none" and "country" in names:
                        scene.add(f"state.{whose}", hit.start, j + 1)
                    break
                if not scene.sentence.tokens[j].is_word:
                    break


def _forces(scene: Scene) -> None:
    """Binds each force noun to the nearest nation: `force.by`, or `.our`, `.their`, `.bare`."""
    for head in [*scene.of("troops", "equipment"), *_adjectival(scene)]:
        if head.start and "title" in scene.covers[head.start - 1] and "genitive" in scene.pack.traits:
            continue  # "rzecznik wojsk": whom somebody speaks for does nothing here
        owner = _left_owner(scene, head) or _right_owner(scene, head) or "bare"
        start, end = head.start, head.end
        scene.add(f"force.{owner}", start, end)


def _adjectival(scene: Scene) -> list[Hit]:
    """Words such as "military" that are a force only where no noun follows ("military intelligence")."""
    out = []
    for hit in scene.of("troops_adj"):
        if (
            hit.end >= len(scene.covers)
            or not scene.sentence.tokens[hit.end].is_word
            or any(
                n.startswith(("prep.", "aux", "adverb", "neg", "rep.", "cl.", "conj")) or n in _ACTS
                for n in scene.covers[hit.end]
            )
            or ("genitive" in scene.pack.traits and any(n.startswith("nat.") for n in scene.covers[hit.end]))
        ):
            out.append(hit)
    return out


_ACTS = frozenset(
    {"enter", "cross", "join", "fight", "present", "attack_by_state", "send", "deny", "hedge", "future"}
)


def _left_owner(scene: Scene, head: Hit) -> str | None:
    for i in range(head.start - 1, max(-1, head.start - 2 - ADJ_REACH), -1):
        names = scene.covers[i]
        nation = next((n.split(".")[1] for n in names if n.startswith("nat.") and n.endswith(".adj")), None)
        if nation:
            return nation
        for whose in ("our", "own", "their", "your"):
            if f"pro.{whose}" in names:
                return whose
        if "det" in names:
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
    for _ in range(4):
        if i >= len(covers):
            return None
        names = covers[i]
        if i == head.end and "pro.thence" in names:
            return "there"  # "units from that country"
        for name in names:
            if name.startswith("nat.") and name.endswith((".name", ".capital", ".adj")) and tied:
                return name.split(".")[1]
        own = "prep.from" in names and head.name != "equipment"  # tanks may only have come from there
        if own or "prep.of" in names or _opens_instance(scene, i):
            tied = True
        elif scene.sentence.tokens[i].text not in "[(" and not names & {"area", "troops", "title", "skip"}:
            return None
        i += 1
    return None


def _opens_instance(scene: Scene, i: int) -> bool:
    """True within ", in particular": "no enemy soldiers, Belarusian ones included"."""
    tokens = scene.sentence.tokens
    return "including" in scene.covers[i] or (
        tokens[i].text == "," and i + 1 < len(tokens) and "including" in scene.covers[i + 1]
    )


def _states(scene: Scene, nation: str) -> None:
    """Notes a nation that acts: its name or capital free of any preposition, its people, its leader."""
    for hit in scene.of(f"nat.{nation}.name", f"nat.{nation}.capital"):
        if relation(scene, hit.start) in ("none", "with", "agent") and not _is_owner(scene, hit):
            scene.add(f"state.{nation}", hit.start, hit.end)
    for hit in scene.of(f"nat.{nation}.people"):
        scene.add(f"people.{nation}", hit.start, hit.end)


def _is_owner(scene: Scene, hit: Hit) -> bool:
    nearby: Sequence[set[str]] = scene.covers[hit.end : hit.end + 2]
    return any({"troops", "equipment"} & names for names in nearby)

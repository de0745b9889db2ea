"""One sentence as the engine sees it: its concepts by name, its clauses, and the places it names.

A place has a direction: `in.ua`, `into.ua`, `from.by`, `near.ua`, `over.by`, `obj.ua`; and `.our`, `.their`,
`.your`, `.there` where the text says only that. Decides nothing about claims or speakers.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from matchers.lexicon import Hit
from matchers.pack import Pack
from matchers.text import Sentence

RELATIONS = ("from", "into", "near", "over", "against", "agent", "in", "with")


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
        if marks.keys().isdisjoint(names):
            return []
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
        tokens = self.sentence.tokens
        shortens = tokens[at].text == "." and at + 1 < len(tokens) and tokens[at + 1].is_word  # "gen. X"
        return not tokens[at].is_word and at not in self.thin and not shortens

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
            onto = found == "in" and any(
                "onto" in covers[j] for j in range(i + 1, min(start + 3, len(covers)))
            )
            return "near" if border else "into" if onto else found
        if "border" in names:
            border = True
        elif _of_another(names, covers[start]) or not (
            _passed_over(names, tokens[i].text) or (tokens[i].is_capital and i > 0)
        ):
            break
        if tokens[i].text == ",":
            break
        i -= 1
    return "near" if border else "none"


def _of_another(names: set[str], of: set[str]) -> bool:
    """True for another nation's name: "to Ukraine Minsk sent nobody" has a place, and then who acts."""
    told = {n.split(".")[1] for n in names if n.startswith("nat.") and n.endswith((".name", ".capital"))}
    own = {n.split(".")[1] for n in of if n.startswith("nat.")}
    return bool(told) and bool(own) and told.isdisjoint(own)


def _passed_over(names: set[str], text: str) -> bool:
    """True for what may stand between a preposition and its place: articles, area nouns, numbers, marks."""
    tied = "prep.of" in names or bool(names & {"area", "skip"}) or modifies(names)
    return tied or text in "“„«\"'’”»," or text[0].isdigit()


def _prep_before(scene: Scene, i: int) -> bool:
    return i > 0 and any(f"prep.{r}" in scene.covers[i - 1] for r in RELATIONS)


def _border_before(scene: Scene, i: int) -> bool:
    return any("border" in scene.covers[j] for j in range(max(0, i - 2), i))


def modifies(names: Iterable[str]) -> bool:
    return any(n.startswith("nat.") and n.endswith((".adj", ".name", ".places", ".capital")) for n in names)


def note_places(scene: Scene, nation: str) -> None:
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
    found = told = relation(scene, start)
    if found == "against" and is_site:
        found = "in"  # "launched at Ziabrauka airfield", but "launched at Ukraine"
    onto = start > 0 and "prep.onto" in scene.covers[start - 1]
    if found == "in" and onto and not any(n.endswith(".adj") for n in scene.covers[start]):
        found = "against"  # "Raketen auf Belarus": onto a state without an article is at it
    if found == "none" and "postposed_from" in scene.pack.traits and _next_is(scene, end, "prep.after"):
        found = "from"
    pair = end + 1 if _next_is(scene, end, "conj") else end  # "the Volyn and Polissia directions"
    if any(_next_is(scene, j, "border") for j in (end, end + 1, pair + 1)):
        found = "near"
    name = {"none": "obj"}.get(found, found)
    paired = {end, pair + 1 if pair != end else end}
    past = any(
        _next_is(scene, j, n) for j in paired for n in ("border", "area")
    )  # "not far from the Volyn region"
    if name == "near" and is_site and not past and not _border_left(scene, start):
        scene.add(f"in.{nation}", start, end)  # "near Mozyr" is in Belarus as well
    if told in ("in", "near", "over") and _set_out_from(scene, start):
        name = "from"  # "from the airfield near Gomel"
    scene.add(f"{name}.{nation}", start, end)
    if name == "in" and _of_a_war(scene, start):
        scene.add(f"war.{nation}", start, end)
    if name != "near":
        scene.add(f"at.{nation}", start, end)


def _of_a_war(scene: Scene, start: int) -> bool:
    """True where the place only tells which war is meant: "the war in Ukraine"."""
    return any("theatre" in scene.covers[i] for i in range(max(0, start - 3), start))


def _set_out_from(scene: Scene, start: int) -> bool:
    """True where the place tells where a site lies from which something comes: "from a base in …"."""
    i = start - 1
    while (
        i >= 0 and scene.preps.get(i) is None and _passed_over(scene.covers[i], scene.sentence.tokens[i].text)
    ):
        i -= 1
    site = False
    for j in range(i - 1, max(-1, i - 6), -1):
        if scene.preps.get(j) == "from":
            return site
        names = scene.covers[j]
        site = site or "site" in names
        if not scene.sentence.tokens[j].is_word or not (site or names & {"area", "skip"}) or j in scene.preps:
            return False
    return False


def _leads_on(scene: Scene, i: int) -> bool:
    """True for a word that belongs to no site before it: a mark, a verb, a preposition that aims."""
    aims = scene.preps.get(i) in ("against", "into", "from")
    return aims or not scene.sentence.tokens[i].is_word or scene.has_verb(i, i + 1)


def _border_left(scene: Scene, start: int) -> bool:
    return any("border" in scene.covers[j] for j in range(max(0, start - 6), start))


def _next_is(scene: Scene, at: int, name: str) -> bool:
    return at < len(scene.covers) and name in scene.covers[at]


def note_deictic_places(scene: Scene) -> None:
    """Notes "there", "from there", and "his territory" under whose it is said to be."""
    for hit in scene.of("pro.there"):
        if hit.start and modifies(scene.covers[hit.start - 1]):
            continue  # "the Lviv region": named, not pointed at
        words = scene.sentence.tokens[hit.start : hit.end]
        out = "thence" in scene.pack.traits and "pro.thence" in scene.covers[hit.start]
        into = len(words) > 1 and scene.preps.get(hit.start) in ("in", "into")  # "into the country"
        out = out or (len(words) > 1 and not into)
        found = "from" if out or relation(scene, hit.start) == "from" else "in"
        scene.add(f"{found}.there", hit.start, hit.end)
    for mark, place in (
        ("pro.thence", "from.there"),
        ("pro.here", "in.our"),
        ("pro.hence", "from.our"),
        ("pro.versus", "against.our"),
    ):
        for hit in scene.of(mark):
            scene.add(place, hit.start, hit.end)
    for hit in scene.of("locale"):
        if relation(scene, hit.start) == "in" and not any(
            modifies(n) for n in scene.covers[hit.start - 2 : hit.end + 2]
        ):
            scene.add("in.there", hit.start, hit.end)  # "in the town": the one named before
    for hit in scene.of("site"):
        end = next((j for j in range(hit.end, len(scene.covers)) if _leads_on(scene, j)), len(scene.covers))
        named = any(modifies(names) for names in scene.covers[max(0, hit.start - 3) : end])
        if relation(scene, hit.start) == "from" and not named:
            scene.add("from.there", hit.start, hit.end)  # "from an air base": the one named before
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

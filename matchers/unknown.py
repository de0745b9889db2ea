"""Speakers that no directory knows: capitalised names beside a reporting verb, states that speak.

Only their spelling and their place in the sentence are known; `names` unifies the spellings of one article.
"""

from collections.abc import Iterable

from matchers.romanise import romanised
from matchers.scene import Scene
from matchers.speakers import NATION_ADJECTIVES, Voice
from store.values import SpeakerKind


def named_voices(scene: Scene, text: str) -> Iterable[Voice]:
    """Unknown persons: two or three capitalised words that no concept explains."""
    tokens, i = scene.sentence.tokens, 0
    words = [t for t in tokens if t.is_word]
    if scene.place == "title" and sum(t.is_capital for t in words) * 5 > len(words) * 3:
        return  # a headline in title case: every word looks like a name
    while i < len(tokens):
        j = i
        while j < len(tokens) and _name_word(scene, j):
            j += 1
        while j - i > 1 and "dat" in scene.covers[i] and "dat" not in scene.covers[i + 1]:
            i += 1  # "сказав Суспільному Віталій Кирилов": one is told, the other tells
        if 2 <= j - i <= 4 or (j - i == 1 and (_follows_title(scene, i) or _has_age(scene, j))):
            written = scene.words(i, j, text)
            in_quotes = {i - 1, j} <= scene.thin  # „Financial Times”, „Wprost”: a paper, not a person
            kind = SpeakerKind.BODY if in_quotes else SpeakerKind.PERSON
            yield Voice(romanised(written, scene), kind, "", i, j, written)
        i = max(j, i + 1)


def _follows_title(scene: Scene, i: int) -> bool:
    """True for a name right after a title; an adjective there names an office: "начальник Головного …"."""
    if not i or "title" not in scene.covers[i - 1]:
        return False
    token, tokens = scene.sentence.tokens[i], scene.sentence.tokens
    adjective = "genitive" in scene.pack.traits and token.fold.endswith(_OBLIQUE) and i + 1 < len(tokens)
    common = adjective and (not tokens[i + 1].is_capital or "troops" in scene.covers[i + 1])
    return not (common and tokens[i + 1].is_word and _is_noun(scene, i + 1))


_OBLIQUE = (
    *("ого", "ому", "ыми", "ими", "імі", "ымі", "ої", "оі", "ой", "ага", "аму"),
    *("ego", "iej", "ej", "ych", "ich"),
)


def _is_noun(scene: Scene, i: int) -> bool:
    told = ("rep.", "prep.", "cl.", "pro.")
    names = scene.covers[i]
    return not any(n.startswith(told) for n in names) and not names & {"aux", "neg", "adverb", "deny", "conj"}


def _has_age(scene: Scene, at: int) -> bool:
    """True before an age between commas or in brackets, which only people have: "Olha, 23, …"."""
    tokens = scene.sentence.tokens
    if at + 2 >= len(tokens) or tokens[at].text not in ",(" or tokens[at + 2].text not in ",)":
        return False
    return tokens[at + 1].text.isdigit() and 10 <= int(tokens[at + 1].text) < 100


def reporting_names(scene: Scene, text: str) -> Iterable[Voice]:
    """Unknown bodies: capitalised words right before a reporting verb ("Suspilne Chernihiv wrote")."""
    tokens, covers = scene.sentence.tokens, scene.covers
    for hit in (*scene.starting("rep."), *scene.of("deny")):
        j = hit.start
        while j > 0 and covers[j - 1] & {"aux", "adverb"} and hit.start - j < 3:
            j -= 1
        i = j
        while i > 0 and (_name_word(scene, i - 1) or (i < j and _place_word(scene, i - 1))):
            i -= 1
        if i == j and j > 1 and _place_word(scene, j - 1) and _name_word(scene, j - 2):
            i = j - 2  # "Suspilne Chernihiv wrote"
        short = i == 0 and j - i == 1 and len(tokens[0].text) < 4
        if i == j == hit.start and _is_acronym(scene, j - 1):
            i, short = j - 1, False  # "BBC przypomniało"
        if 1 <= j - i <= 4 and not short and not _common_noun(scene, i, j):
            written = scene.words(i, j, text)
            yield Voice(romanised(written, scene), SpeakerKind.BODY, "", i, j, written)
    if "free_order" in scene.pack.traits:
        yield from _inverted_names(scene, text)
    yield from _states(scene, text)


def _is_acronym(scene: Scene, i: int) -> bool:
    """True for a word in capitals that no concept explains, in a text that is not all capitals."""
    tokens = scene.sentence.tokens
    if i < 0 or not (tokens[i].text.isupper() and 2 < len(tokens[i].text) <= 6) or scene.covers[i]:
        return False
    return sum(t.text.isupper() and len(t.text) > 2 for t in tokens) <= 3


def _inverted_names(scene: Scene, text: str) -> Iterable[Voice]:
    """Unknown bodies right after the verb, where the order of words is free: "… donosi w piątek Reuters"."""
    covers = scene.covers
    nouns = "capital_nouns" in scene.pack.traits
    for hit in scene.starting("rep."):
        if nouns and hit.start > 0 and scene.sentence.tokens[hit.start - 1].is_word:
            continue  # "the firm reports Rekordverlust": any noun has a capital
        i = hit.end
        while i < len(covers) and i - hit.end < 4 and (covers[i] & {"aux", "adverb"} or _of_day(scene, i)):
            i += 1
        if i + 1 < len(covers) and "prep.in" in covers[i] and covers[i + 1] & {"att.noun", "area"}:
            i += 2  # "… writes in an analysis Konkret24"
        j = i
        while j < len(covers) and j - i < 4 and _name_word(scene, j):
            j += 1
        if j == i == hit.end and i < len(covers) and _is_acronym(scene, i):
            j = i + 1  # "…, przypomina BBC"
        if j > i and not _common_noun(scene, i, j):
            written = scene.words(i, j, text)
            yield Voice(romanised(written, scene), SpeakerKind.BODY, "", i, j, written)


def _of_day(scene: Scene, i: int) -> bool:
    """True for a day's name, or a preposition before one."""
    names = set(scene.covers[i])
    if any(n.startswith("prep.") for n in names) and i + 1 < len(scene.covers):
        names |= scene.covers[i + 1]
    return any(n.startswith(("weekdays.", "time.")) for n in names)


_BETWEEN = {"aux", "adverb", "att.anaphor", "skip", "cl.coord", "conj"}
"""What may stand between a state and its verb: "Mińsk wersji tej zaprzeczył"."""


def _states(scene: Scene, text: str) -> Iterable[Voice]:
    """States that speak: "Minsk denies", "Kremlin: …"."""
    tokens, covers = scene.sentence.tokens, scene.covers
    for nation in scene.pack.nations:
        for hit in scene.of(f"nat.{nation}.capital", f"nat.{nation}.name"):
            at = hit.end
            while at < len(covers) and at - hit.end < 4 and covers[at] & _BETWEEN:
                at += 1
            told = at < len(covers) and any(n.startswith(("rep.", "deny")) for n in covers[at])
            told = told and _may_open(scene, hit.start, is_capital=hit.name.endswith("capital"))
            told = told or _inverted_state(scene, hit.start, hit.end) or _brackets(scene, hit.start, hit.end)
            told = told or _far_state(scene, hit.start, hit.end) or _is_cited(scene, hit.start, hit.end)
            told = told or _after_verb(scene, hit.start, hit.end)
            if told or (hit.start == 0 and hit.end < len(tokens) and tokens[hit.end].text == ":"):
                name = f"{NATION_ADJECTIVES.get(nation, nation)} authorities"
                yield Voice(
                    name, SpeakerKind.BODY, nation, hit.start, hit.end, scene.words(hit.start, hit.end, text)
                )
        for hit in scene.of(f"nat.{nation}.adj"):  # "nach ukrainischen Angaben"
            if any(h.start <= hit.start and hit.end < h.end for h in scene.of("att.according")):
                name = f"{NATION_ADJECTIVES.get(nation, nation)} authorities"
                yield Voice(
                    name, SpeakerKind.BODY, nation, hit.start, hit.end, scene.words(hit.start, hit.end, text)
                )


def _is_cited(scene: Scene, start: int, end: int) -> bool:
    """True in "according to Kyiv", "aus Kiew hieß es", and for nobody whom the place belongs to."""
    covers, tokens, at = scene.covers, scene.sentence.tokens, start
    if start and "prep.from" in covers[start - 1] and any(h.start == end for h in scene.of("att.impersonal")):
        return True
    while at and start - at < 2 and covers[at - 1] & {"det", "prep.from", "prep.of"}:
        at -= 1
    if not any(h.end in (start, at) for h in scene.of("att.according")):
        return False
    after = covers[end] if end < len(covers) else set()
    owns = tokens[end - 1].fold.endswith("'s") or "title" in after
    return not owns and not any(n.startswith(("office.", "voice.", "who.", "qual.")) for n in after)


def _after_verb(scene: Scene, start: int, end: int) -> bool:
    """True in "Nach dem Angriff meldet Kiew …": a verb-second verb, its state, what it reports."""
    covers, at = scene.covers, start - 1
    if "verb_final" not in scene.pack.traits or end >= len(covers):
        return False
    if at > 0 and "det" in covers[at]:
        at -= 1
    lo = scene.clause_of(start)[0]
    opened = any(i in scene.preps or covers[i] & {"adverb", "cl.coord"} for i in range(lo, min(lo + 3, at)))
    says = at > 0 and any(n.startswith("rep.") or n == "deny" for n in covers[at])
    return says and opened and not any(scene.sentence.tokens[i].text in ",;:–—" for i in range(lo, at))


def _far_state(scene: Scene, start: int, end: int) -> bool:
    """True in "Київ уже вшосте за тиждень повідомив про …": the subject, its adjuncts, the verb."""
    covers, tokens = scene.covers, scene.sentence.tokens
    if "genitive" not in scene.pack.traits or start != scene.clause_of(start)[0]:
        return False
    for i in range(end, min(end + 7, len(covers))):
        if any(n.startswith("rep.") or n == "deny" for n in covers[i]):
            return True
        if not tokens[i].is_word or any(n.startswith(("cl.", "nat.", "who.", "office.")) for n in covers[i]):
            return False
    return False


def _inverted_state(scene: Scene, start: int, end: int) -> bool:
    """True in "…, says Minsk": a break, the verb, the state, and nothing after it."""
    tokens, covers = scene.sentence.tokens, scene.covers
    if start < 2 or not any(n.startswith("rep.") or n == "deny" for n in covers[start - 1]):
        return False
    ends = end >= len(tokens) or not tokens[end].is_word
    return ends and not tokens[start - 2].is_word


def _brackets(scene: Scene, start: int, end: int) -> bool:
    """True in "Der Iran hat Berichte über … zurückgewiesen": auxiliary and verb stand around what is said."""
    covers = scene.covers
    if "verb_final" not in scene.pack.traits or end >= len(covers) or "aux" not in covers[end]:
        return False
    first = start - 1 if start and "det" in covers[start - 1] else start
    lo, hi = scene.clause_of(start)
    last = covers[hi - 1] if scene.sentence.tokens[hi - 1].is_word else covers[max(lo, hi - 2)]
    return first == lo and any(n.startswith("rep.") or n == "deny" for n in last)


def _may_open(scene: Scene, at: int, *, is_capital: bool) -> bool:
    """True where a state's name can be a subject: it opens its clause, or is "in Minsk" where that speaks."""
    if at == 0 or not scene.sentence.tokens[at - 1].is_word:
        return True
    names = scene.covers[at - 1]
    if is_capital and "prep.in" in names:
        return "in_body" in scene.pack.traits
    return any(n.startswith("cl.") for n in names) or bool(names & {"adverb", "conj", "aux"})


def _place_word(scene: Scene, i: int) -> bool:
    return scene.sentence.tokens[i].is_capital and any(n.endswith(".places") for n in scene.covers[i])


def _name_word(scene: Scene, i: int) -> bool:
    token, names = scene.sentence.tokens[i], scene.covers[i]
    if not token.is_capital or len(token.text) < 2 or token.text.isupper():
        return False
    known = any(
        n.startswith(
            (
                "nat.",
                "office.",
                "voice.",
                "months.",
                "weekdays.",
                "who.",
                "cl.",
                "pro.",
                "neg",
                "prep.",
                "medium",
            )
        )
        for n in names
    )
    if "adj_oblique" in names and i + 1 < len(scene.covers) and not _ends_name(scene, i + 1):
        return False  # "of the Borodianka community"
    if names and "capital_nouns" in scene.pack.traits:
        return False  # every noun has a capital: a word that a concept explains is no name
    return not known and not (i == 0 and names) and names.isdisjoint(_NO_NAME)


_NO_NAME = {"title", "area", "missile", "drones", "troops"}
"""What may have a capital and is nobody: "fired an Iskander reported X"."""


def _ends_name(scene: Scene, i: int) -> bool:
    """True where token i cannot be the noun of an adjective before it."""
    token = scene.sentence.tokens[i]
    return not token.is_word or token.is_capital or any(n.startswith("rep.") for n in scene.covers[i])


def _common_noun(scene: Scene, i: int, j: int) -> bool:
    """True for one capitalised word after an article or adjective, where every noun has a capital."""
    if "capital_nouns" not in scene.pack.traits or j - i > 1:
        return False
    before = scene.sentence.tokens[i - 1] if i else None
    told = i > 0 and any(n.startswith("rep.") or n in ("aux", "adverb") for n in scene.covers[i - 1])
    return before is not None and before.is_word and not told

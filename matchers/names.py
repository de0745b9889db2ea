"""Makes one name of the spellings and cases under which an article writes an unknown person.

"За словами Юрія Погуляйка" and "Юрій Погуляйко" are one voice; "Бунечко" in the headline is the "Віталій
Бунечко" of the text. Knows no language: two words are one name where they share a stem and differ in an
ending.
"""

from collections.abc import Sequence
from dataclasses import replace

from matchers.pack import Pack
from matchers.romanise import at_home
from matchers.speakers import Directory, Voice
from matchers.text import fold

STEM = 4
ENDING = 3


def unified(found: Sequence[Sequence[Voice]], directory: Directory, pack: Pack) -> list[list[Voice]]:
    """The voices of an article's sentences with each unknown person under one name."""
    groups: list[list[Voice]] = []
    for voice in (v for row in found for v in row if _is_unknown(v, directory)):
        group = next((g for g in groups if any(alike(voice.name, other.name) for other in g)), None)
        if group is None:
            groups.append([voice])
        else:
            group.append(voice)
    names = {v.name: _best(g, pack) for g in groups for v in g}
    return [
        [replace(v, name=names.get(v.name, v.name)) if _is_unknown(v, directory) else v for v in row]
        for row in found
    ]


def _is_unknown(voice: Voice, directory: Directory) -> bool:
    return voice.is_person and not voice.refers and bool(voice.name) and voice.name not in directory.by_name


def alike(a: str, b: str) -> bool:
    """True where two names may be one person's: the same words but for endings, or a surname alone."""
    left, right = fold(a).split(), fold(b).split()
    if not left or not right:
        return False
    if len(left) == 1 or len(right) == 1:
        return _one_word(left[-1], right[-1])
    return len(left) == len(right) and all(_one_word(x, y) for x, y in zip(left, right, strict=True))


def _one_word(a: str, b: str) -> bool:
    common = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        common += 1
    return a == b or (common >= STEM and max(len(a), len(b)) - common <= ENDING)


def _best(group: Sequence[Voice], pack: Pack) -> str:
    """The fullest spelling; among equals the shortest, which is the nominative more often than not.

    It is spelt as at home where the article tells whose somebody is.
    """
    best = min(group, key=lambda v: (-len(v.name.split()), len(v.name), v.name))
    side = next((v.side for v in group if v.side), "")
    return at_home(best.written, side, pack) or best.name

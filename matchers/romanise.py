"""Names in Latin letters: by a table of the language's pack, or by that of the nation somebody belongs to.

A Russian newsroom writes "Сергей" of a Ukrainian whom the world, and his own newsrooms, know as Serhii.
"""

import re
from collections.abc import Mapping

from anyascii import anyascii

from matchers.pack import Pack
from matchers.scene import Scene
from matchers.text import fold

CASE = 2
"""How many letters the case of a first name adds to its stem."""


def romanised(name: str, scene: Scene) -> str:
    """A name in Latin letters: by the pack's own table, else as anyascii gives it."""
    if name.isascii():
        return name
    table = scene.pack.romanise
    if not table:
        return anyascii(name) if any("\u0400" <= c <= "\u04ff" for c in name) else name
    return _lettered(name, table)


def at_home(written: str, nation: str, pack: Pack) -> str:
    """A name as the nation of its bearer writes it, or nothing where the pack does not tell."""
    own = pack.romanise_of.get(nation)
    if own is None:
        return ""
    first, space, rest = written.partition(" ")
    given = _given(fold(first), own.get("first", {})) if space else ""
    table = {**pack.romanise, **own.get("letters", {})}
    return f"{given or _lettered(first, table)}{space}{_lettered(rest, table)}"


def _given(name: str, known: Mapping[str, str]) -> str:
    """The first name that a word is a case of, by its stem."""
    for stem, latin in known.items():
        begins = fold(stem.rstrip("*"))
        longer = len(name) - len(begins)
        if name.startswith(begins) and 0 <= longer <= CASE * stem.endswith("*"):
            return latin
    return ""


def _lettered(name: str, table: Mapping[str, str]) -> str:
    """A name by a table of letters, and of letters that begin or end a word ("^е", "ий$")."""
    return "".join(_word(part, table) if part.isalpha() else part for part in re.split(r"([^\W\d_]+)", name))


def _word(word: str, table: Mapping[str, str]) -> str:
    low = word.casefold()
    tail = next((low[at:] for at in range(1, len(low)) if f"{low[at:]}$" in table), "")
    out = []
    for i, letter in enumerate(low[: len(low) - len(tail)]):
        latin = table.get(letter, letter) if i else table.get(f"^{letter}", table.get(letter, letter))
        out.append(latin.capitalize() if word[i].isupper() else latin)
    return "".join([*out, table.get(f"{tail}$", "")])

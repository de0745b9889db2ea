"""Tracked claims: propositions as data, read from YAML files.

A claim is either frames over the packs' concepts (see docs/claims.md) or the minimal form: `all`, lists of
words that must stand in one clause, and `none`, words that veto. Nothing here looks at a text.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from config.errors import ConfigError, Finding, did_you_mean
from store.values import Stance

SCHEMA = "1"
SHIPPED = "shipped"
TRACKED = ("belarus-troops-in-ukraine", "missiles-from-belarus")
"""The claims that `shipped` names; the other files of config/defaults/claims are named one by one."""

_KNOWN = {
    "schema",
    "id",
    "title",
    "recurring",
    "since",
    "frames",
    "concepts",
    "exclude",
    "all",
    "none",
    "stance",
    "tests",
    "note",
}
_FRAME = {"id", "all", "near", "means", "only", "not_by", "rivals", "unless", "after"}


@dataclass(frozen=True, slots=True)
class Role:
    """Concepts of which one must occur; `weak` ones count only where a strong one stood shortly before.

    `speaker` is a nation whose voice fills the role by speaking ("we have no plans to join"); `recent` lets
    the role stay empty where a strong concept stood shortly before; `named` asks only that one stands in the
    sentence or shortly before, at any distance.
    """

    strong: tuple[str, ...]
    weak: tuple[str, ...] = ()
    speaker: str = ""
    recent: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """Roles that must stand in one clause, the furthest two at most `near` words apart.

    `means` is the stance that the frame states by itself; `only` drops every other outcome; a confirmation
    by a voice of the nation `not_by` is dropped (owning up to "taking part" owns up to no soldiers);
    `rivals` are concepts that take a place from the first role where they stand between the two. `unless` are
    concepts that must not stand in the clause; `after` opens the frame only where the claim was stated in the
    sentences before, which is what an ellipsis rests on ("Not one of our soldiers was sent").
    """

    id: str
    roles: tuple[Role, ...]
    near: int = 40
    means: Stance = Stance.CONFIRM
    only: Stance | None = None
    not_by: str = ""
    rivals: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    after: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """One tracked proposition. `concepts` are its own terms by language (`*` for every language)."""

    id: str
    title: Mapping[str, str]
    recurring: bool
    frames: tuple[Frame, ...]
    exclude: tuple[str, ...]
    concepts: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    tests: tuple[Mapping[str, Any], ...] = ()
    digest: str = ""
    file: str = ""

    def scoped(self) -> "Claim":
        """The claim with its own concepts under names that no pack and no other claim has."""
        own = {name: f"@{self.id.replace('.', '-')}/{name}" for name in self.concepts}
        return replace(
            self,
            frames=tuple(_renamed(frame, own) for frame in self.frames),
            exclude=_all(self.exclude, own),
            concepts={own[name]: words for name, words in self.concepts.items()},
        )

    def name(self, lang: str = "en") -> str:
        """The claim's title in a language, else in English, else its id."""
        return self.title.get(lang) or self.title.get("en") or self.id


def plain(name: str) -> str:
    """A concept's name as its author wrote it."""
    return name.rpartition("/")[2]


def _all(names: Iterable[str], own: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(own.get(name, name) for name in names)


def _renamed(frame: Frame, own: Mapping[str, str]) -> Frame:
    roles = [replace(role, strong=_all(role.strong, own), weak=_all(role.weak, own)) for role in frame.roles]
    return replace(frame, roles=tuple(roles), rivals=_all(frame.rivals, own), unless=_all(frame.unless, own))


def load(names: Iterable[str | Path]) -> tuple[Claim, ...]:
    """The claims of the given files; `shipped` names the tracked claims that come with Tocsin."""
    found: list[Claim] = []
    for name in names:
        if str(name) == SHIPPED:
            found += [shipped(c) for c in TRACKED]
        elif not str(name).endswith((".yaml", ".yml")):
            found.append(shipped(str(name)))
        else:
            path = Path(name)
            if not path.is_file():
                raise _error(str(path), 0, "claims", "no such file", "check the path, or write 'shipped'")
            found.append(parse(path.read_text(encoding="utf-8"), str(path)))
    seen: set[str] = set()
    for claim in found:
        if claim.id in seen:
            raise _error(claim.file, 0, "id", f"{claim.id!r} is given twice", "rename one of them")
        seen.add(claim.id)
    return tuple(found)


def shipped(name: str) -> Claim:
    """A claim that comes with Tocsin, by its id."""
    folder = resources.files("config").joinpath("defaults", "claims")
    path = folder.joinpath(f"{name}.yaml")
    if not path.is_file():
        known = [p.name.removesuffix(".yaml") for p in folder.iterdir() if p.name.endswith(".yaml")]
        raise _error("claims", 0, name, "is no shipped claim and no .yaml file", did_you_mean(name, known))
    return parse(path.read_text(encoding="utf-8"), f"{name}.yaml")


def parse(text: str, file: str) -> Claim:
    """A claim from YAML text. Raises ConfigError that names file, line and key."""
    try:
        raw = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  (strings only: "no" is a word here)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        told = Finding(
            file, mark.line + 1 if mark else 0, "", "is no YAML", "quotes help where : or # stand in words"
        )
        raise ConfigError(told) from error
    if not isinstance(raw, dict):
        raise _error(file, 1, "", "is no claim", "start with schema, id, title")
    line = _lines(text)
    for key in raw:
        if key not in _KNOWN:
            raise _error(file, line(key), key, "unknown key", did_you_mean(key, _KNOWN))
    if raw.get("schema", SCHEMA) != SCHEMA:
        raise _error(file, line("schema"), "schema", f"is {raw['schema']}", "this version reads schema 1")
    if not raw.get("id"):
        raise _error(file, 1, "id", "is missing", "give a short name such as my-claim")
    title = raw.get("title") or raw["id"]
    frames, concepts = _minimal(raw, file, line) if "all" in raw else _full(raw, file, line)
    return Claim(
        id=raw["id"],
        title=title if isinstance(title, dict) else {"en": title},
        recurring=raw.get("recurring", "false") == "true",
        frames=frames,
        exclude=("none",) if "all" in raw else tuple(raw.get("exclude", ())),
        concepts={name: _spelled_out(by_lang) for name, by_lang in concepts.items()},
        tests=tuple(raw.get("tests", ())),
        digest=hashlib.sha256(text.encode()).hexdigest()[:16],
        file=file,
    ).scoped()


def _spelled_out(by_lang: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Words as their author meant them: "wagner*" is meant in "Wagner-Gruppe" too, "tehran" in "Tehran's"."""
    return {
        lang: tuple(" ".join("|".join(_with_compounds(w)) for w in str(t).split()) for t in terms)
        for lang, terms in by_lang.items()
    }


def _with_compounds(word: str) -> Iterator[str]:
    for part in word.split("|"):
        yield part
        stem = part.rstrip("*")
        if len(stem) > 2 and not part.startswith(("*", "=")) and not part.endswith("**") and stem != "...":
            yield f"{stem}-**"
            if part == stem and part.isascii():
                yield f"{part}'s"


def _error(file: str, line: int, key: str, problem: str, remedy: str) -> ConfigError:
    return ConfigError(Finding(file, line, key, problem, remedy))


def _lines(text: str) -> Any:
    lines = text.splitlines()

    def line(key: str) -> int:
        return next((i for i, row in enumerate(lines, 1) if row.strip().startswith(f"{key}:")), 0)

    return line


Concepts = dict[str, dict[str, tuple[str, ...]]]


def _minimal(raw: Mapping[str, Any], file: str, line: Any) -> tuple[tuple[Frame, ...], Concepts]:
    lists = raw["all"]
    if not isinstance(lists, list) or not lists or not all(isinstance(w, list) and w for w in lists):
        raise _error(
            file, line("all"), "all", "is no list of word lists", 'write all: [["troops", "army"], ["kursk"]]'
        )
    concepts: Concepts = {f"all{i}": {"*": tuple(words)} for i, words in enumerate(lists)}
    if raw.get("none"):
        concepts["none"] = {"*": tuple(raw["none"])}
    roles = tuple(Role((f"all{i}",)) for i in range(len(lists)))
    return (Frame("words", roles),), concepts


def _full(raw: Mapping[str, Any], file: str, line: Any) -> tuple[tuple[Frame, ...], Concepts]:
    if not raw.get("frames"):
        raise _error(
            file, line("frames"), "frames", "is missing", "give frames, or the minimal form: all and none"
        )
    concepts: Concepts = {}
    for name, by_lang in (raw.get("concepts") or {}).items():
        if not isinstance(by_lang, dict):
            raise _error(
                file, line(name), f"concepts.{name}", "is no mapping of languages", "write {en: [word, …]}"
            )
        concepts[name] = {lang: tuple(words) for lang, words in by_lang.items()}
    frames = []
    for number, frame in enumerate(raw["frames"], start=1):
        where = f"frames[{number}]"
        if not isinstance(frame, dict) or not frame.get("all"):
            raise _error(file, line("frames"), where, "has no 'all'", "list its roles: all: [[…], […]]")
        for key in frame:
            if key not in _FRAME:
                raise _error(file, line(key), f"{where}.{key}", "unknown key", did_you_mean(key, _FRAME))
        roles = tuple(_role(names, file, where) for names in frame["all"])
        only = Stance(frame["only"]) if "only" in frame else None
        means = Stance(frame.get("means", "confirm"))
        frames.append(
            Frame(
                frame.get("id", f"frame{number}"),
                roles,
                int(frame.get("near", 40)),
                means,
                only,
                frame.get("not_by", ""),
                tuple(frame.get("rivals", ())),
                tuple(frame.get("unless", ())),
                frame.get("after", "false") == "true",
            )
        )
    return tuple(frames), concepts


def _role(names: Any, file: str, where: str) -> Role:
    if not isinstance(names, list):
        raise _error(file, 0, where, f"{names!r} is no list", "a role is a list of concepts: [troops, army]")
    strong: Sequence[str] = [n for n in names if not n.endswith("~") and not n.startswith("@")]
    weak = tuple(n.removesuffix("~") for n in names if n.endswith("~"))
    speaker = next((n.removeprefix("@speaker.") for n in names if n.startswith("@speaker.")), "")
    return Role(tuple(strong), weak, speaker, "@recent" in names, "@named" in names)

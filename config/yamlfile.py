"""YAML text to plain data that still knows its line numbers. It judges no key and no value.

The loader keeps to YAML 1.2 where 1.1 surprises: `NO` is a country and no boolean, `22:00` is a time and
not 1320, `2022-02-24` stays as written. A key given twice is an error, not a silent winner.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from config.errors import ConfigError, Finding

KeyPath = tuple[str | int, ...]

_KEPT = {"tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"}


class _Loader(yaml.SafeLoader):
    """A safe loader with the scalars of YAML 1.2's core schema."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in _KEPT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_CORE = [
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
]
for _name, _pattern, _first in _CORE:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(f"(?:{_pattern})$"), list(_first))


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The data of one file, and the line on which each key path stands."""

    name: str
    data: Any
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """The line of a path, or of its nearest parent that is written down; 0 for the whole file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


def read(path: Path) -> YamlFile:
    """Read a file; every failure is a one-line ConfigError."""
    try:
        return parse(path.read_bytes(), name=str(path))
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
        raise ConfigError(Finding(str(path), 0, "", problem, "check the path and its rights")) from error


def parse(text: str | bytes, *, name: str) -> YamlFile:
    try:
        loader = _Loader(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
        node = loader.get_single_node()
        lines: dict[KeyPath, int] = {}
        if node is not None:
            _note_lines(node, (), lines, name, frozenset())
        return YamlFile(name, None if node is None else loader.construct_document(node), lines)
    except UnicodeDecodeError as error:
        raise ConfigError(Finding(name, 0, "", "is not UTF-8 text", "save it in that encoding")) from error
    except yaml.MarkedYAMLError as error:
        raise ConfigError(_broken(error, name)) from error
    except RecursionError as error:
        raise ConfigError(Finding(name, 0, "", "is nested too deeply", "write it flatter")) from error
    except yaml.YAMLError as error:
        raise ConfigError(Finding(name, 0, "", f"is not YAML: {error}", "remove that character")) from error


def _broken(error: yaml.MarkedYAMLError, name: str) -> Finding:
    mark = error.problem_mark or error.context_mark
    problem = f"is not valid YAML: {error.problem or error.context or 'unreadable'}"
    remedy = "check the indentation, quotes and brackets of this line and the one above"
    return Finding(name, mark.line + 1 if mark else 0, "", problem, remedy)


def _note_lines(
    node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int], name: str, above: frozenset[int]
) -> None:
    if id(node) in above:
        raise ConfigError(
            Finding(name, node.start_mark.line + 1, dotted(path), "contains itself", "remove the alias")
        )
    lines.setdefault(path, node.start_mark.line + 1)
    above = above | {id(node)}
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _note_lines(item, (*path, index), lines, name, above)
    elif isinstance(node, yaml.MappingNode):
        _note_keys(node, path, lines, name, above)


def _note_keys(
    node: yaml.MappingNode, path: KeyPath, lines: dict[KeyPath, int], name: str, above: frozenset[int]
) -> None:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        word = str(key.value)
        if word in seen and word != "<<":
            problem = f"is given twice, on line {seen[word]} and here"
            raise ConfigError(Finding(name, line, dotted((*path, word)), problem, "keep one of them"))
        seen[word] = line
        lines.setdefault((*path, word), line)
        _note_lines(value, (*path, word), lines, name, above)


def dotted(path: KeyPath) -> str:
    """A key path as people write it: `publishers[2].tier`."""
    told = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return told.removeprefix(".")

"""Adds entries to a list in a YAML file that a person wrote, and leaves every other letter of it alone.

Comments, order, quotes and line ends stay; nothing is removed or moved. What is added is not understood.
"""

import codecs
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from config.errors import TocsinError
from config.yamlfile import KeyPath, dotted

_COMMENT = re.compile(r"\s*#")


class EditError(TocsinError):
    """A file is written in a way that nothing can be added to without a person."""

    exit_code = 2


def append(text: str, path: KeyPath, entries: Sequence[str]) -> str:
    """The text with entries added to the list at a path; each is YAML in flow style, on one line.

    A list may be in block or flow style, empty, or not there yet as a top-level key. A single value in its
    place becomes the first entry.
    """
    if not entries:
        return text
    edited = _edited(text, path, entries)
    try:
        before, after = _list(text, path), _list(edited, path)
    except yaml.YAMLError:
        before, after = [], []
    if after != [*before, *map(yaml.safe_load, entries)]:
        raise EditError(f"{dotted(path)}: is written in a way that nothing can be added to; add it by hand")
    return edited


def replace(path: Path, edit: Callable[[str], str]) -> None:
    """Edit a file: written beside and renamed, so that it is whole at any time; its rights stay."""
    written = path.read_bytes()
    mark = codecs.BOM_UTF8 if written.startswith(codecs.BOM_UTF8) else b""
    text = written.removeprefix(mark).decode("utf-8")
    target = path.resolve()
    beside = target.with_name(f".{target.name}.new")
    try:
        beside.write_bytes(mark + edit(text).encode("utf-8"))
        beside.chmod(target.stat().st_mode)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _edited(text: str, path: KeyPath, entries: Sequence[str]) -> str:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    node = _at(root, path)
    if node is None:
        if len(path) > 1:
            raise EditError(f"{dotted(path)}: there is no such list")
        begun = f"{_ended(text)}\n" if text.strip() else text
        return f"{begun}{path[0]}:\n" + "".join(f"  - {entry}\n" for entry in entries)
    if isinstance(node, yaml.SequenceNode):
        return _into_flow(text, node, entries) if node.flow_style else _into_block(text, node, entries)
    if isinstance(node, yaml.ScalarNode):
        return _in_place_of(text, node, entries, nested=len(path) > 1)
    raise EditError(f"{dotted(path)}: is a mapping; make it a list")


def _list(text: str, path: KeyPath) -> list[Any]:
    data = yaml.safe_load(text)
    for part in path:
        data = data.get(part) if isinstance(data, dict) else data[part] if data else None
    return data if isinstance(data, list) else [] if data is None else [data]


def _at(node: Any, path: KeyPath) -> Any:
    for part in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == part), None)
        else:
            return None
    return node


def _into_block(text: str, node: yaml.SequenceNode, entries: Sequence[str]) -> str:
    """After the last entry, before what a person wrote behind it."""
    lines = text.splitlines(keepends=True)
    last = node.value[-1].end_mark.line
    at = last + 1 if node.value[-1].end_mark.column else last
    while at and (not lines[at - 1].strip() or _COMMENT.match(lines[at - 1])):
        at -= 1
    mark = f"{' ' * node.start_mark.column}- "
    end = _line_end(text)
    added = [f"{mark}{entry}{end}" for entry in entries]
    before = [*lines[: at - 1], _ended(lines[at - 1])] if at else []
    return "".join([*before, *added, *lines[at:]])


def _into_flow(text: str, node: yaml.SequenceNode, entries: Sequence[str]) -> str:
    at = node.end_mark.index - 1
    inside = text[node.start_mark.index + 1 : at].rstrip()
    room = text[: node.start_mark.index + 1] + inside
    newline = f"{_line_end(text)}  "
    between = f",{newline}" if entries[0].startswith("{") else ", "
    glue = " " if inside.endswith(",") else between if inside else ""
    if "#" in inside.rpartition("\n")[2]:  # what follows a comment on its line would be part of it
        glue = f"{newline}{glue.strip()} "
    return room + glue + between.join(entries) + text[at:]


def _in_place_of(text: str, node: yaml.ScalarNode, entries: Sequence[str], *, nested: bool) -> str:
    """A value that stood alone becomes the first of a list; no value at all becomes the list."""
    start, end = node.start_mark.index, node.end_mark.index
    written = text[start:end].strip()
    kept = [] if written in {"", "~", "null", "Null", "NULL"} else [written]
    if nested:
        return f"{text[:start]}[{', '.join([*kept, *entries])}]{text[end:]}"
    line = text.index("\n", end) if "\n" in text[end:] else len(text)
    rest = text[end:line].strip()
    newline = _line_end(text)
    block = "".join(f"{newline}  - {entry}" for entry in [*kept, *entries])
    head = text[:start].rstrip(" ") + (f" {rest}" if rest else "")
    return head + block + (text[line:] or newline)


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"

"""JSON-LD as pages really write it: lists, @graph, broken JSON, markup and entities inside strings.

Values are only read here; what they mean for an article is told in extractors/metadata.py.
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
_CONTROLS = {"b": " ", "f": " ", "n": "\n", "r": "\n", "t": " "}
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*$"
)
_BREAKING_TAG = re.compile(
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|blockquote|tr|td|table|section|article|figure|aside)\b[^<>]*>", re.I
)
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.S)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_DEEPEST = 40


def parsed(script: str) -> Any:
    """The script's value, mended where a trailing comma spoils it; None where it stays unreadable."""
    text = _WRAPPING.sub("", script).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub("", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def strings(script: str) -> Iterator[str]:
    """Every string of a script, readable or not, as the words it stands for."""
    value = parsed(script)
    found = _leaves(value) if value is not None else (_unescaped(raw) for raw in _STRING.findall(script))
    for text in found:
        yield words(text)
        if "<" in text:  # what looks like markup may be words to another reader
            yield text


def words(text: str) -> str:
    """The words of a JSON-LD string: entities resolved, markup gone, its blocks on lines."""
    if "&" in text:
        text = unescape(unescape(text))
    if "<" in text:
        text = _ANY_TAG.sub("", _BREAKING_TAG.sub("\n", text))
    return text


def nodes(value: Any, *, without: tuple[str, ...] = (), depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object inside a value, outer ones first, less what stands under the keys in `without`."""
    if depth > _DEEPEST:
        return
    inner = value if isinstance(value, list) else []
    if isinstance(value, dict):
        yield value
        inner = [part for key, part in value.items() if key not in without]
    for part in inner:
        yield from nodes(part, without=without, depth=depth + 1)


def _leaves(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _unescaped(raw: str) -> str:
    if "\\" not in raw:
        return raw
    plain = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _CONTROLS.get(m[2], m[2]), raw)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

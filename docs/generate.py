"""Writes the reference pages that follow from the code: docs/settings.md and docs/cli.md.

`make docs` writes them; tests/test_docs.py fails where they are stale. All other pages are written by hand.
"""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import typer
from pydantic import AwareDatetime, BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from config import units

DOCS = Path(__file__).parent

SETTINGS_HEAD = """\
# Settings

Written by `make docs` from the code. Everything stands in one file, `tocsin.yaml`; what it does not name has
the default given here. A setting by environment outranks the file: `TOCSIN_DATABASE__URL` is `database.url`,
and `TOCSIN_CHANNELS__DESK__SMTP__PASSWORD_FILE` names a file that holds a value, as container secrets come.
Durations are written `90s`, `5m`, `1h30m`, `3d`; sizes `500 MB`, `1 GiB`. `tocsin config check` finds what is
wrong, with the line and the remedy.
"""

CLI_HEAD = """\
# Commands

Written by `make docs` from the code. Exit codes: 0 fine, 1 the work failed, 2 wrong usage or configuration.
An error is one line on stderr; `--debug` shows its traceback.
"""


def pages() -> dict[str, str]:
    """The generated pages by the name of their file."""
    return {"settings.md": settings_page(), "cli.md": cli_page()}


def settings_page() -> str:
    from alerts import channels
    from config.settings import Settings

    parts = [SETTINGS_HEAD]
    for name, field in Settings.model_fields.items():
        models = list(_models(field.annotation))
        parts.append(f"## {name}\n")
        parts.append(_table(models, prefix=name) if models else f"{_words(Settings, name, field)}\n")
    parts.append("## channels, by kind\n\nEach channel has a name of its own and a `kind`.\n")
    for kind, channel in sorted(channels.kinds().items()):
        parts.append(f"### {kind}\n")
        parts.append(_table([channel.Settings], prefix="channels.NAME"))
    return "\n".join(parts)


def _table(models: list[type[BaseModel]], *, prefix: str) -> str:
    parts = []
    for model in models:
        parts.append(f"{_plain(model.__doc__ or '')}\n")
        parts.append("| key | takes | default |\n| --- | --- | --- |")
        parts += [
            f"| `{_key(name, field)}` | {_takes(field)} | {_default(field)} |"
            for name, field in model.model_fields.items()
        ]
        parts.append("")
        for name, field in model.model_fields.items():
            for inner in _models(field.annotation):
                parts.append(f"#### {prefix}.{_key(name, field)}\n")
                parts.append(_table([inner], prefix=f"{prefix}.{_key(name, field)}"))
    return "\n".join(parts)


def _words(owner: type[BaseModel], name: str, field: FieldInfo) -> str:
    return f"Takes {_takes(field)}; default {_default(field)}."


def _key(name: str, field: FieldInfo) -> str:
    return field.alias or name


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The sections that stand inside a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _takes(field: FieldInfo) -> str:
    measure = _measure(field)
    if measure is not None:
        return measure[0]
    return _kind(field.annotation)


def _measure(field: FieldInfo) -> tuple[str, dict[str, float]] | None:
    """The units of a field that is written as a duration or a size."""
    readers = {getattr(one, "func", None) for one in field.metadata}
    if readers & {units.parse_seconds, units.parse_duration}:
        return "a duration", units.SECONDS
    if units.parse_bytes in readers:
        return "a size", {name.upper(): float(size) for name, size in units.BYTES.items() if "i" not in name}
    return None


def _in_units(value: float, scale: dict[str, float]) -> str:
    """The value in the largest unit that leaves it whole."""
    whole = [(size, name) for name, size in scale.items() if value >= size and value % size == 0]
    size, name = max(whole, default=(1.0, ""))
    return f"{value / size:g}{name if len(name) < 2 else ' ' + name}"


_PLAIN: dict[Any, str] = {
    str: "text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    Path: "a path",
    timedelta: "a duration",
    time: "a time of day",
    Any: "anything",
    datetime: "a time with its zone",
    AwareDatetime: "a time with its zone",
    SecretStr: "text, a secret",
    NoneType: "nothing",
}


def _kind(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin in (Union, UnionType):
        return " or ".join(_kind(one) for one in inner if one is not NoneType)
    if origin in (tuple, list, set, frozenset):
        return f"a list of {_kind(inner[0])}"
    if origin is dict:
        return "a mapping"
    if origin is not None:
        return _kind(inner[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "a section, see below"
    values = getattr(annotation, "__members__", None)
    if values:
        return ", ".join(f"`{one.value}`" for one in values.values())
    return _PLAIN.get(annotation, getattr(annotation, "__name__", "a value").lower())


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    value = field.default_factory() if field.default_factory else field.default  # type: ignore[call-arg]
    if value is PydanticUndefined or value is None or value in ((), {}, "", frozenset(), SecretStr("")):
        return "none"
    if isinstance(value, BaseModel):
        return "as below"
    measure = _measure(field)
    if measure is not None:
        seconds = value.total_seconds() if isinstance(value, timedelta) else value
        return f"`{_in_units(seconds, measure[1])}`"
    if isinstance(value, time):
        return f"`{value:%H:%M}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{', '.join(value) if isinstance(value, tuple) else value}`"


def _plain(doc: str) -> str:
    return re.sub(r"\s+", " ", doc).strip().replace("|", "\\|")


def cli_page() -> str:
    from app.cli.root import commands

    root = typer.main.get_command(commands)
    return "\n".join([CLI_HEAD, *_command("tocsin", root)])


def _command(name: str, command: Any) -> Iterator[str]:
    children = getattr(command, "commands", {})
    if not children or getattr(command, "invoke_without_command", False):
        yield f"## {name}\n"
        yield f"{_plain(command.help or '')}\n"
        yield from _parameters(name, command)
    for child, inner in sorted(children.items()):
        yield from _command(f"{name} {child}", inner)


def _parameters(name: str, command: Any) -> Iterator[str]:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    words = " ".join(_argument(one) for one in arguments)
    yield f"```\n{name} [OPTIONS] {words}".rstrip() + "\n```\n"
    rows = [_row(one) for one in command.params if getattr(one, "help", None) or one not in arguments]
    if rows:
        yield "| | |\n| --- | --- |"
        yield from rows
        yield ""


def _argument(one: Any) -> str:
    name = (one.metavar or one.name).upper() + ("..." if one.nargs == -1 else "")
    return name if one.required else f"[{name}]"


def _row(one: Any) -> str:
    words = ", ".join(f"`{option}`" for option in [*one.opts, *one.secondary_opts])
    if one.param_type_name == "argument":
        words = f"`{_plain(one.metavar or one.name).upper()}`"
    return f"| {words} | {_plain(getattr(one, 'help', '') or '')} |"


def main() -> None:
    for name, text in pages().items():
        (DOCS / name).write_text(text.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""How rows are shown: a table for people, JSON and CSV for programs. It asks nothing of the store.

On a terminal a table is as wide as it and long cells are folded; in a pipe each row is one line, whole.
Text from pages is cleared of control characters, so that no title can move the cursor.
"""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from rich.console import Console

Row = Mapping[str, Any]

AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON array.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV with a heading line.")]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_WIDE = 100_000
"""A width that no row reaches: in a pipe nothing is folded or cut."""

_NARROW = 25
"""On a terminal a column that is not broad is folded at this width."""

_WORD = 10
"""No column is made so narrow that it cuts words of this length."""

_GAP = 3
"""What a table puts between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading, what it shows of a row, and how (a style, or a rule for one).

    On a terminal a `broad` one takes the room that the others leave, and one that asks for more columns
    than the terminal has is left out there.
    """

    heading: str
    shows: str | Callable[[Row], object]
    style: str | Callable[[Row], str] = ""
    right: bool = False
    broad: bool = False
    asks: int = 0

    def text(self, row: Row) -> str:
        value = row.get(self.shows) if isinstance(self.shows, str) else self.shows(row)
        return plain(value)

    def style_for(self, row: Row) -> str:
        return self.style if isinstance(self.style, str) else self.style(row)


def show(
    rows: Sequence[Row],
    columns: Sequence[Column],
    *,
    as_json: bool,
    as_csv: bool,
    empty: str = "nothing found",
) -> None:
    """Print rows in the form asked for. An empty table says so on stderr, empty JSON is `[]`."""
    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude each other")
    if as_json:
        print(dumps([dict(row) for row in rows], indent=2))
    elif as_csv:
        _write_csv(rows, columns)
    elif rows:
        _print_table(rows, columns)
    else:
        print(empty, file=sys.stderr)


def dumps(value: object, *, indent: int | None = None) -> str:
    """JSON in readable letters; a lone surrogate, which no stream can carry, falls back to escapes."""
    text = json.dumps(value, ensure_ascii=False, default=_jsonable, indent=indent)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, default=_jsonable, indent=indent)
    return text


def plain(value: object) -> str:
    """A value as people read it in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(plain(one) for one in value)
    return _CONTROL.sub(" ", str(value))


def console(*, stderr: bool = False) -> "Console":
    """A console on stdout (or stderr): as wide as the terminal, or as wide as needed in a pipe."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, highlight=False, width=None if stream.isatty() else _WIDE, emoji=False)


def _print_table(rows: Sequence[Row], columns: Sequence[Column]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    out = console()
    shown = [column for column in columns if not out.is_terminal or column.asks <= out.width]
    cells = [[column.text(row) for column in shown] for row in rows]
    widths = _fit(shown, cells, out.width) if out.is_terminal else [None] * len(shown)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column, width in zip(shown, widths, strict=True):
        justify: Literal["left", "right"] = "right" if column.right else "left"
        table.add_column(column.heading, overflow="fold", justify=justify, width=width)
    for row, texts in zip(rows, cells, strict=True):
        styled = zip(texts, shown, strict=True)
        table.add_row(*(Text(text, style=column.style_for(row)) for text, column in styled))
    out.print(table)


def _fit(columns: Sequence[Column], cells: Sequence[Sequence[str]], total: int) -> list[int | None]:
    """Widths that fill a terminal: broad columns share what the others leave, and at least a third."""
    from rich.cells import cell_len

    room = total - _GAP * len(columns)
    texts = [[column.heading, *(row[at] for row in cells)] for at, column in enumerate(columns)]
    widths = [min(max(map(cell_len, told)), _NARROW) for told in texts]
    broad = [at for at, column in enumerate(columns) if column.broad]
    narrow = [at for at, column in enumerate(columns) if not column.broad]
    longest = [max(cell_len(word) for text in told for word in (text or " ").split(" ")) for told in texts]
    while sum(widths[at] for at in narrow) > (room - room // 3 if broad else room):
        yielding = [at for at in narrow if widths[at] > min(longest[at], _WORD)]
        if not yielding:
            break
        widths[max(yielding, key=lambda at: widths[at])] -= 1
    for at in broad:
        widths[at] = max(1, (room - sum(widths[one] for one in narrow)) // len(broad))
    return list(widths)


def _write_csv(rows: Sequence[Row], columns: Sequence[Column]) -> None:
    names = list(rows[0]) if rows else [column.heading for column in columns]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_csv_cell(row.get(name)) for name in names] for row in rows)


def _csv_cell(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        return dumps(value)
    return value.isoformat() if isinstance(value, date) else plain(value)


def _jsonable(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Iterable):
        return list(value)
    return str(value)

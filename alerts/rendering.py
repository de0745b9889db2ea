"""Renders a message as plain text and as HTML. What stands in it is decided in alerts/messages.py."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from alerts.messages import Message
from alerts.wording import moment

_FOLDER = Path(__file__).parent / "templates"


def as_text(message: Message) -> str:
    return _environment().get_template("alert.txt").render(m=message, sent=moment(message.created_at))


def as_html(message: Message) -> str:
    return _environment().get_template("alert.html").render(m=message, sent=moment(message.created_at))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

"""When something was said and when it happened, as far as the sentence tells."""

from collections.abc import Sequence
from datetime import date

from matchers.discourse import Line
from matchers.pack import Pack
from matchers.statements import Found
from store.values import Basis


class Dating:
    """Dates the statements of one article against its day of publication."""

    def __init__(self, lines: Sequence[Line], pack: Pack, published: date | None) -> None:
        self.published = published

    def said(self, one: Found, line: Line) -> tuple[date | None, Basis]:
        """The day something was said, and what that rests on."""
        return self.published, Basis.PUBLISHED

    def event(self, one: Found, line: Line) -> date | None:
        """The day of the event that a statement is about, where the sentence gives one."""
        return None

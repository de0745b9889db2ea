"""Groups of commands that also answer a question: `tocsin speakers` beside `tocsin speakers merge`."""

from typing import Any

from typer.core import TyperGroup


class AsksByName(TyperGroup):
    """A group that takes a name where no command stands: `tocsin speakers Лукашенко` asks for that voice."""

    option = ""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _, rest, _ = self.make_parser(ctx).parse_args(args=list(args))
        at = len(args) - len(rest)
        asks = bool(rest) and rest[0] not in self.commands
        return super().parse_args(ctx, [*args[:at], self.option, *args[at:]] if asks else args)


class AsksBySpeaker(AsksByName):
    option = "--speaker"


class AsksByOutlet(AsksByName):
    option = "--outlet"

"""The `tocsin` command: what happens around every command, from its arguments to its exit code.

The commands themselves are in the modules beside this one, and import what they need when they run: a
stream of documents through `tocsin match` must not wait for a crawler to load.
"""

import os
import sys
from collections.abc import Sequence

from config.errors import TocsinError

FINE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 fine, 1 the work failed, 2 wrong usage or configuration."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    try:
        code = _run([word for word in words if word != "--debug"], debug=debug)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as error:
        if isinstance(error, SystemExit) and not isinstance(error.__context__, BrokenPipeError):
            raise  # rich makes an exit of a broken pipe
        # The reader went away (`tocsin alerts | head`): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FINE
    sys.exit(code)


def _run(words: list[str], *, debug: bool) -> int:
    from typer import Abort, Exit, TyperException

    from app.cli.root import commands

    try:
        return int(commands(words, standalone_mode=False, prog_name="tocsin") or FINE)
    except Exit as stop:
        return stop.exit_code
    except (Abort, KeyboardInterrupt):
        return INTERRUPTED
    except TyperException as error:
        return _complain(error.format_message(), MISUSED)
    except BrokenPipeError:
        raise
    except Exception as error:
        if debug:
            raise
        return _complain(_one_line(error), getattr(error, "exit_code", FAILED))


def _complain(message: str, code: int) -> int:
    if message:  # empty where the help was shown instead
        print(f"tocsin: {' '.join(message.split())}", file=sys.stderr)
    return code


def _one_line(error: Exception) -> str:
    if isinstance(error, TocsinError):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return f"unexpected {type(error).__name__}: {error}; see it whole with --debug"

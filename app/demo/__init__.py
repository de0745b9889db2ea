"""The demo: the whole product on this machine alone, playing a week of real news in under a minute.

`main` is what `tocsin demo` and `python -m app.demo` call; what it needs is loaded only then, because the
tests use the sites of this package without the rest.
"""

from collections.abc import Sequence

FOLDER = "demo-out"


def main(arguments: Sequence[str] = ()) -> int:
    """Play the demo into a folder; the exit code is 1 where anything rang that should not, or did not."""
    from app.demo.command import play_into

    return play_into(arguments)

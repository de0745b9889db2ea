"""The first configuration, as `tocsin init` writes it: commented, and running as it is.

It writes one file and never over another.
"""

from pathlib import Path

from config import defaults
from config.errors import ConfigError, Finding


def first_configuration() -> str:
    """The text of a new tocsin.yaml, with all shipped outlets in it for the operator to strike out."""
    outlets = (f"  {line}" if line else line for line in defaults.text("publishers.yaml").splitlines())
    return "\n".join([defaults.text("tocsin.yaml").rstrip(), *outlets, ""])


def write_first_configuration(path: Path) -> None:
    """Write it where there is nothing yet; readable by its owner alone, since passwords will be added."""
    try:
        with path.open("x", encoding="utf-8") as file:
            path.chmod(0o600)
            file.write(first_configuration())
    except FileExistsError as error:
        finding = Finding(str(path), 0, "", "is there already", "name another file, or move that one away")
        raise ConfigError(finding) from error
    except OSError as error:
        problem = f"cannot be written: {error.strerror or error}"
        raise ConfigError(Finding(str(path), 0, "", problem, "check the folder and its rights")) from error

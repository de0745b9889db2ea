"""Draft the next revision from the models: `python -m store.migrations.draft "Add a table for verdicts"`.

For contributors; the draft is read and mended before it is committed, since a renamed column looks to
Alembic like one dropped and one added.
"""

import re
import sys
from pathlib import Path

from alembic import command

from store.migrations import _config, _migrating, _scripts, upgrade
from store.session import SCRATCH, Store


def draft(message: str) -> Path:
    """Write the revision that leads from the newest one to the models as they stand."""
    scratch = Store(SCRATCH)
    number = f"{len(list(_scripts().walk_revisions())) + 1:04d}"
    slug = re.sub(r"\W+", "_", message.lower()).strip("_")[:40]
    try:
        upgrade(scratch.url)
        with _migrating(scratch.url) as connection:
            config = _config(connection)
            config.set_main_option("file_template", f"{number}_{slug}")
            script = command.revision(config, message, autogenerate=True, rev_id=number)
    finally:
        scratch.close()
    return Path(script.path)  # type: ignore[union-attr]


if __name__ == "__main__":
    sys.stdout.write(f"{draft(' '.join(sys.argv[1:]) or 'change')}\n")

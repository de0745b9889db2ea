"""What Alembic runs: the one connection that it is given, the whole way in one transaction.

It is never run by the `alembic` command, see store/migrations/__init__.py.
"""

from alembic import context
from sqlmodel import SQLModel

from store.migrations.env_rules import is_ours, plain_type

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    include_name=is_ours,
    render_item=plain_type,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()

"""Alembic environment: the connection is handed in by ``records.open_records``."""

from alembic import context

from dafeng.adapters.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()

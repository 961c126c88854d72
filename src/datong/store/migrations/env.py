"""Alembic's entry: run the migrations on the connection that `whole` opened."""

from alembic import context

from datong.store.whole import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite alters a table by making it anew
)
with context.begin_transaction():
    context.run_migrations()

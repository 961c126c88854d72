"""How an older store becomes a newer one; Alembic runs what has not run yet."""

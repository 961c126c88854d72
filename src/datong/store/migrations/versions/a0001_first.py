"""The first edition: whatever of today's tables is not there yet."""

from alembic import op

from datong.store.whole import METADATA

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables that an older project lacks."""
    METADATA.create_all(op.get_bind(), checkfirst=True)

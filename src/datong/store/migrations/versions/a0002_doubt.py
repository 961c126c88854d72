"""The second edition: the queue can be read by rows times doubt without a sort."""

from alembic import op
from sqlalchemy.schema import CreateIndex

from datong.store.queue_tables import DECISION

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the indexes of the queue that an older project lacks."""
    for index in DECISION.indexes:
        op.execute(CreateIndex(index, if_not_exists=True))

"""decisions and links by their record

Revision ID: 0012
Revises: 0011
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("decision_by_proposal", "decision", ["proposal_id"])
    op.create_index("link_by_pooltrackr_id", "link", ["org_id", "entity", "pooltrackr_id"])
    op.create_index("link_by_decision", "link", ["decision_id"])


def downgrade() -> None:
    op.drop_index("link_by_decision", "link")
    op.drop_index("link_by_pooltrackr_id", "link")
    op.drop_index("decision_by_proposal", "decision")

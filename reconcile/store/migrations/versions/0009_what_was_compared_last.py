"""what each link was compared on, and what matching rested on

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link", sa.Column("compared_left", sa.Integer(), nullable=True))
    op.add_column("link", sa.Column("compared_right", sa.Integer(), nullable=True))
    op.add_column("matched_state", sa.Column("detail", sa.Text(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("matched_state", "detail")
    op.drop_column("link", "compared_right")
    op.drop_column("link", "compared_left")

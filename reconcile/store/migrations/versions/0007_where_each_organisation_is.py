"""where each organisation is

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'registration',
        sa.Column('org_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column('pooltrackr_url', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column('pooltrackr_token_ciphertext', sa.Text(), nullable=False),
        sa.Column('pooltrackr_account', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column('cron', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column('calls_per_minute', sa.Integer(), nullable=False),
        sa.Column('calls_per_day', sa.Integer(), nullable=False),
        sa.Column('paused_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column('updated_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('org_id'),
    )
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.create_index(
            'one_organisation_per_account',
            ['pooltrackr_account'],
            unique=True,
            sqlite_where=sa.text("pooltrackr_account <> ''"),
            postgresql_where=sa.text("pooltrackr_account <> ''"),
        )


def downgrade() -> None:
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.drop_index('one_organisation_per_account')
    op.drop_table('registration')

"""what a write replaces

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('push_operation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('replaces', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('subject_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.drop_index(batch_op.f('operation_by_status'))
        batch_op.create_index('operation_by_status', ['org_id', 'target', 'entity', 'status', 'staged_at', 'id'], unique=False)
        batch_op.create_index('operation_by_link', ['link_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('push_operation', schema=None) as batch_op:
        batch_op.drop_index('operation_by_link')
        batch_op.drop_index('operation_by_status')
        batch_op.create_index(batch_op.f('operation_by_status'), ['org_id', 'target', 'entity', 'status'], unique=False)
        batch_op.drop_column('subject_hash')
        batch_op.drop_column('replaces')


"""Alembic's entry: runs the migrations on the connection that reconcile.store.engine hands over."""

from alembic import context

from reconcile.store import tables, tables_money, tables_review

TABLES = (tables, tables_money, tables_review)  # importing them makes their tables known

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.Organisation.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

"""The saved versions of an organisation's settings."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from reconcile.store.tables import SettingsVersion


def recent_versions(session: Session, org_id: str, limit: int = 20) -> Sequence[SettingsVersion]:
    """The newest versions first."""
    query = select(SettingsVersion).where(SettingsVersion.org_id == org_id)
    return session.exec(query.order_by(col(SettingsVersion.version).desc()).limit(limit)).all()

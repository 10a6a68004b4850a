"""The settings, read from the environment or a .env file; the only reader of either."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an installation is told from outside. Everything about one organisation is kept in its settings instead."""

    model_config = SettingsConfigDict(env_prefix="RECONCILE_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("data"), description="Where the database, reports and exports are kept.")
    database_url: str = Field(
        "", description="SQLAlchemy URL of the review tables. Default: SQLite in the data folder."
    )
    xero_api_url: str = Field("https://api.xero.com/api.xro/2.0", description="Where Xero's accounting API is.")
    xero_identity_url: str = Field("https://identity.xero.com", description="Where Xero's token endpoint is.")
    xero_login_url: str = Field(
        "", description="Where Xero's sign-in page is. Default: Xero's own, or the identity URL when that is set."
    )
    xero_client_id: SecretStr = Field(SecretStr(""), description="Client id of the Xero app.")
    xero_client_secret: SecretStr = Field(
        SecretStr(""), description="Client secret of the Xero app; empty for a PKCE app."
    )
    xero_webhook_key: SecretStr = Field(SecretStr(""), description="Key that Xero signs webhooks with.")
    pooltrackr_url: str = Field("", description="Pooltrackr's API, or a folder of its CSV exports.")
    pooltrackr_token: SecretStr = Field(SecretStr(""), description="Token for Pooltrackr's API.")
    pooltrackr_webhook_key: SecretStr = Field(SecretStr(""), description="Key that Pooltrackr signs webhooks with.")
    secret_key: SecretStr = Field(SecretStr(""), description="Encrypts stored tokens (make one with `reconcile key`).")
    alert_url: str = Field("", description="Webhook that is told when a run fails.")
    org: str = Field("", description="The organisation to work on when --org is not given.")

    @property
    def database(self) -> str:
        """The database URL, with the default in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'reconcile.db').as_posix()}"

    @property
    def reports_dir(self) -> Path:
        """Where match reports are written."""
        return self.data_dir / "reports"

"""`reconcile key`: make a key that encrypts stored tokens."""

import typer


def key() -> None:
    """Print a new key for RECONCILE_SECRET_KEY."""
    from cryptography.fernet import Fernet

    typer.echo(Fernet.generate_key().decode())

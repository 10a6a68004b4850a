"""The receiver of webhooks: check the signature, store, answer, and set somebody to work."""

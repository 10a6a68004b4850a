"""The emulated Xero identity service: consent, tokens, connections (facts, section 1)."""

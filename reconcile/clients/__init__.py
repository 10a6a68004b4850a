"""The outside world over HTTP and files: Xero, Pooltrackr, and the identity server. The only place with httpx."""

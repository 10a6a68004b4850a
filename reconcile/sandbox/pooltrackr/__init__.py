"""The emulated Pooltrackr backend: the HTTP contract of docs/pooltrackr-api.yaml."""

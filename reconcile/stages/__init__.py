"""The work of each stage over open services: read, ask the rules, store. Called by tasks, commands and the review page."""

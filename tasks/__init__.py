"""The Prefect edge: each task touches the world once and asks the library what to do."""

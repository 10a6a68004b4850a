"""Record linkage: frames in, ranked and explained pairs out.

Knows nothing of HTTP, SQL, Prefect, files or the clock.
"""

"""The review tables: the only place that speaks SQL."""

"""Turns what people typed into what can be compared: pure functions, safe on any text, idempotent where that means something."""

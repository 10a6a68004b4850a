"""Faithful, stateful emulators of Xero and Pooltrackr over real HTTP, for the demo and the tests.

They share no code with the clients that they test: a misreading must not be able to agree with itself.
"""

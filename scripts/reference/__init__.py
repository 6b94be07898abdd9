"""Writes docs/reference and .env.example from the code, so that they cannot say something else.

`make reference` writes them; a test in tests/architecture compares them with the code.
"""

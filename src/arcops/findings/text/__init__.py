"""Readers of what programs and components write: one module for each family of messages."""

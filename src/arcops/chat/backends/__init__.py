"""Servers of language models, one file each; ``base.py`` holds the protocol."""

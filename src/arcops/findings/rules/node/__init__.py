"""Faults of the area node, one file each."""

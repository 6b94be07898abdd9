"""Faults of the area arc, one file each."""

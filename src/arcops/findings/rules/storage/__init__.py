"""Faults of the area storage, one file each."""

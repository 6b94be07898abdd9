"""Faults of the area config, one file each."""

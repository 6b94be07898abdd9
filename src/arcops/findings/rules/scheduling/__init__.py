"""Faults of the area scheduling, one file each."""

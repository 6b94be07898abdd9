"""Faults of the area posture, one file each."""

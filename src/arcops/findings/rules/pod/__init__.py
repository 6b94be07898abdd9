"""Faults of the area pod, one file each."""

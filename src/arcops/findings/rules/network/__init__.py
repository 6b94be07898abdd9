"""Faults of the area network, one file each."""

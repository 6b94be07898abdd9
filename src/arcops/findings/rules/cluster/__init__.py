"""Faults of the area cluster, one file each."""

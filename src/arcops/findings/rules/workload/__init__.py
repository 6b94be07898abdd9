"""Faults of the area workload, one file each."""

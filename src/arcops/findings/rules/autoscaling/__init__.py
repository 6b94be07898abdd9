"""Faults of the area autoscaling, one file each."""

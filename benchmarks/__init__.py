"""Measurements that anyone can repeat: `make bench`. Ratios against a reference in the same run, never bare seconds."""

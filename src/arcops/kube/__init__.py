"""Kubernetes nouns: references, kinds, typed objects, quantities, selectors. Does no I/O and reads no clock."""

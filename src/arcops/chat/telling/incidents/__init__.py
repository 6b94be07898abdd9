"""Incidents told: one, many at once, in their order, and what stands beside them."""

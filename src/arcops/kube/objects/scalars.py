"""The scalar types whose JSON form varies: quantities and int-or-string fields."""

from __future__ import annotations

Quantity = str | int | float
"""A Kubernetes quantity as written: a server always sends text, a manifest may hold a bare number. ``kube/quantities.py`` reads it."""

IntOrString = int | str
"""A count or a percentage, a port number or a port name."""

Resources = dict[str, Quantity]
"""Amounts by resource name: ``{"cpu": "500m", "memory": "128Mi"}``."""

"""A real Kubernetes control plane on one machine, without Docker: for tests, and to try things by hand.

Start with `lab.cluster.Lab` from Python or `python -m lab up` from a shell. Nothing here imports the
product, so what the lab says about a cluster is a second opinion on what the product says.
"""

"""arcops stands beside a Kubernetes cluster, remembers every change and says what is wrong, why and since when.

The package is a stack of floors; each imports only from floors below it (ARCHITECTURE.md draws them).
"""

__version__ = "0.1.0"

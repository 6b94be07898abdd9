"""Prints the cluster of the current kubeconfig context if it answers; else fails and prints why not.

`make run` decides with it between that cluster and the demo cluster.
"""

import asyncio
import sys

from arcops.base.clock import SystemClock
from arcops.base.errors import ArcopsError
from arcops.base.logs import LogSettings, configure_logs
from arcops.source.drivers.cluster_probe import ClusterProbe
from arcops.source.kubeconfig import load_connection

PATIENCE_S = 5.0


async def look() -> str:
    """The context, server and version that would be watched. Raises an ``ArcopsError`` if nobody answers us."""
    clock = SystemClock()
    connection = load_connection(None, None, clock)
    probe = ClusterProbe(connection, clock, PATIENCE_S)
    try:
        version = await probe.version()
    finally:
        await probe.aclose()
    return f"{connection.context} ({connection.server}, Kubernetes {version})"


def main() -> int:
    """Print the answer; 0 if there is a cluster, 1 if not."""
    configure_logs(LogSettings(level="error"))
    try:
        print(asyncio.run(look()))
    except ArcopsError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

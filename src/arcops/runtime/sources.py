"""Which source a service reads: the cluster that the settings name, unless it is handed another."""

from __future__ import annotations

import re
from typing import NamedTuple

from arcops.base.clock import Clock
from arcops.runtime.settings import ClusterSettings
from arcops.source.base import Source


class Chosen(NamedTuple):
    """A source and the name of its record's folder: two clusters never share a record.

    ``is_made_up`` keeps its record in memory: the past of a cluster that never was is not worth a disk.
    """

    source: Source
    name: str
    is_made_up: bool = False


def open_cluster(settings: ClusterSettings, clock: Clock) -> Chosen:
    """The cluster of the settings; nothing is sent yet, so it may be down.

    Raises ``KubeconfigError`` or ``CredentialFailed``.
    """
    from arcops.source.drivers.cluster import ClusterSource
    from arcops.source.kubeconfig import load_connection
    from arcops.source.watch_options import MIB, WatchOptions

    connection = load_connection(settings.kubeconfig or None, settings.context or None, clock)
    options = WatchOptions(
        include=settings.include,
        exclude=settings.exclude,
        gzip=settings.gzip,
        idle_limit_s=settings.idle_limit_s,
        audit_s=settings.audit_s,
        bodies_first=True,
        queue_bytes=8 * MIB,
    )
    return Chosen(ClusterSource(connection, clock, options), folder_name(f"{connection.context}-{connection.server}"))


def folder_name(text: str) -> str:
    """A context and server as a folder's name: letters, digits, dots and dashes only, at most 80."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", text.replace("https://", "")).strip("-.")[:80] or "cluster"

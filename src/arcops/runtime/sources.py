"""Which source a service reads: the demo, or the cluster that the settings name."""

from __future__ import annotations

import re
from typing import NamedTuple

from arcops.base.clock import Clock
from arcops.runtime.settings import ClusterSettings
from arcops.source.base import Source


class Chosen(NamedTuple):
    """A source and the name of its record's folder: two clusters never share a record."""

    source: Source
    name: str


def open_cluster(settings: ClusterSettings, clock: Clock) -> Chosen:
    """The cluster of the settings; nothing is sent yet, so it may be down.

    Raises ``KubeconfigError`` or ``CredentialFailed``.
    """
    from arcops.source.drivers.cluster import ClusterSource
    from arcops.source.kubeconfig import load_connection
    from arcops.source.watch_options import WatchOptions

    connection = load_connection(settings.kubeconfig or None, settings.context or None, clock)
    options = WatchOptions(
        include=settings.include,
        exclude=settings.exclude,
        gzip=settings.gzip,
        idle_limit_s=settings.idle_limit_s,
        audit_s=settings.audit_s,
    )
    return Chosen(ClusterSource(connection, clock, options), folder_name(f"{connection.context}-{connection.server}"))


def open_demo(clock: Clock) -> Chosen:
    """The built-in cluster. Its record is a folder of its own, begun anew each time: its past never happened."""
    from arcops.demo.player import DemoSource

    return Chosen(DemoSource(clock), "demo")


def folder_name(text: str) -> str:
    """A context and server as a folder's name: letters, digits, dots and dashes only, at most 80."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", text.replace("https://", "")).strip("-.")[:80] or "cluster"

"""Every setting of the service, one section per floor.

The sections are declared where they are used; this file only puts them together, so that one table in the reference
and one ``.env.example`` show all of them.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from arcops.base.logs import LogSettings
from arcops.base.settings import Root, Section, user_data_dir
from arcops.chat.settings import ModelSettings


class ClusterSettings(Section):
    """Which cluster, and what of it."""

    kubeconfig: str = ""
    """A kubeconfig file; empty for `KUBECONFIG`, then `~/.kube/config`, then the service account of the pod we run in."""
    context: str = ""
    """The context in it; empty for its current one."""
    include: tuple[str, ...] = ()
    """Kinds to watch, as `pods`, `deployments.apps` or `*.cert-manager.io`; empty for every kind there is."""
    exclude: tuple[str, ...] = ()
    """Kinds not to watch, even if included."""
    gzip: bool = False
    """Ask for compressed lists: for a cluster across a VPN or the Arc proxy; dearer for the API server."""
    idle_limit_s: float = Field(default=75.0, gt=0)
    """A stream that is silent for so long (bookmarks come every 60 s) is taken for dead."""
    audit_s: float = Field(default=1200.0, gt=0)
    """How often the index is compared with a metadata list, to find events the server never sent."""


class RecordSettings(Section):
    """What is remembered, and where."""

    engine: str = Field(default="sqlite", pattern="^(sqlite|memory)$")
    """`sqlite` keeps the record across restarts; `memory` forgets it."""
    directory: Path = Field(default_factory=lambda: user_data_dir() / "arcops")
    """The folder of the record; each cluster gets a folder of its own in it."""
    keep_days: float = Field(default=7.0, gt=0)
    """Older versions are forgotten; the newest of a living object never is."""
    max_bytes: int = Field(default=1_000_000_000, ge=1_000_000)
    """The oldest versions go first when the record grows above this."""
    log_excerpts: bool = True
    """Keep the last lines of containers that end. Needs the right to get `pods/log`; without it nothing else is lost."""
    log_lines: int = Field(default=50, ge=1, le=1000)
    """At most so many lines of each run of a container."""
    log_bytes: int = Field(default=16_384, ge=256, le=1_000_000)
    """At most so many bytes of each run, the last ones."""
    logs_per_minute: int = Field(default=60, ge=1)
    """At most so many runs are read a minute; further ends wait."""
    logs_per_node_minute: int = Field(default=20, ge=1)
    """At most so many of them on one node."""


class ContextSettings(Section):
    """The context buffer: the recent window that the classic endpoints and the chat read."""

    snapshot_every_s: float = Field(default=30.0, gt=0)
    """Seconds between two snapshots."""
    keep_hours: float = Field(default=24.0, gt=0)
    """Snapshots older than this are forgotten."""
    max_snapshots: int = Field(default=1000, ge=1)
    """Never more than so many snapshots; at least as many as the hours need are kept."""


class ServerSettings(Section):
    """Who may ask, and where."""

    host: str = "127.0.0.1"
    """The address to listen on. Any but loopback needs a token."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port; 0 takes a free one and says which."""
    token: str = Field(default="", repr=False)
    """Bearer token that callers must send; empty for none."""
    token_file: str = ""
    """A file with that token, read again when it changes."""
    allowed_hosts: tuple[str, ...] = ()
    """Host names, beside loopback and `host`, under which the service may be called."""
    cors_origins: tuple[str, ...] = ()
    """Origins of other pages that may read the API, as `https://console.example`."""


class Settings(Root):
    """All of arcops."""

    cluster: ClusterSettings = ClusterSettings()
    record: RecordSettings = RecordSettings()
    context: ContextSettings = ContextSettings()
    server: ServerSettings = ServerSettings()
    model: ModelSettings = ModelSettings()
    log: LogSettings = LogSettings()

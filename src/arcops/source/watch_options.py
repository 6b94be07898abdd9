"""How a live cluster is read: limits, waits and which kinds. Every number can be scaled down for a test."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """Settings of the live source. The defaults follow client-go and the API server's own rhythm.

    ``include`` and ``exclude`` are patterns of ``discovery.KindPatterns`` (``pods``, ``deployments.apps``,
    ``*.metrics.k8s.io``); ``exclude`` wins.
    """

    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()
    gzip: bool = False
    """Ask for compressed bodies: worth it over a WAN, costs the API server CPU near it."""

    watch_list: bool = True
    """Load by a streaming list (WatchList) where the server can; LIST in pages otherwise."""

    bodies_first: bool = False
    """Tell the bodies of a list page by page (``Listed``), and the complete list (``Replaced``) without them."""

    page_limit: int = 500
    list_parallel: int = 2
    """Kinds that may be loading at the same time."""

    requests_per_s: float = 50.0
    burst: int = 100
    """Bound on requests to the server from this process (a token bucket)."""

    connect_timeout_s: float = 10.0
    idle_limit_s: float = 75.0
    """A stream that brings nothing for so long is dead: the server sends a bookmark every 60 s."""

    log_idle_s: float = 3600.0
    """A followed log that says nothing for so long is closed; a quiet container is no dead one, so it is long."""

    list_timeout_s: float = 120.0
    watch_timeout_s: tuple[float, float] = (300.0, 600.0)
    """The server is asked to end a watch after a random time between these (client-go's), so that not all end at once."""

    first_retry_s: float = 0.8
    most_retry_s: float = 30.0
    calm_s: float = 120.0
    forbidden_retry_s: tuple[float, float] = (30.0, 60.0)
    retry_after_most_s: float = 300.0
    """A Retry-After above this is cut, or one bad header would blind us for a day."""

    short_watch_s: float = 1.0
    """A watch that ends earlier without an event counts as a failure."""

    initial_events_warn_s: float = 10.0
    initial_events_quiet_s: float = 30.0
    """After so long without a byte and without the end mark a streaming list is given up for LIST."""

    internal_error_s: float = 60.0
    """For so long an error of the server inside a stream is answered by resuming; after it by a new list."""

    audit_s: float = 1200.0
    audit_settle_s: float = 3.0
    """After so long a difference is no longer an event under way."""
    return_audit_s: float = 1.0
    """After the server was lost and is back, all kinds are compared with it so soon after they follow again."""
    discovery_s: float = 600.0
    discovery_retry_s: float = 5.0
    discovery_pause_s: float = 0.5
    """From the first sign of a new kind to the question: a release brings many at once."""

    line_cap_bytes: int = 32 * MIB
    page_cap_bytes: int = 128 * MIB
    queue_bytes: int = 32 * MIB
    """Seen but not yet taken by the consumer; above it the reading of sockets stops."""


DEFAULT_OPTIONS = WatchOptions()

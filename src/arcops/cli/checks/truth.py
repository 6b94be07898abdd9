"""Facts about a running service's answers that must hold, whatever the cluster: each function gives what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from arcops.kube.times import time_ms
from arcops.queries.events import Event
from arcops.queries.pods import PHASES, PodMoment, PodStatus


def wrong_pods(pods: Sequence[PodStatus]) -> Iterator[str]:
    """Pods whose fields contradict each other, and a wrong order."""
    for pod in pods:
        who = f"{pod.namespace}/{pod.name}"
        if pod.phase not in PHASES:
            yield f"{who} has the phase {pod.phase}"
        if not 0 <= pod.ready <= pod.total:
            yield f"{who} has {pod.ready} of {pod.total} containers ready"
        if pod.restarts < 0:
            yield f"{who} was restarted {pod.restarts} times"
        yield from wrong_times((pod.created_at,), who)
    if [(pod.namespace, pod.name) for pod in pods] != sorted({(pod.namespace, pod.name) for pod in pods}):
        yield "pods are not sorted by namespace and name, or one is there twice"


def wrong_events(events: Sequence[Event]) -> Iterator[str]:
    """Events without a readable time, in the wrong order, or said to have happened less than once."""
    for event in events:
        who = f"event {event.namespace}/{event.name}"
        yield from wrong_times((event.timestamp, event.first_seen, event.last_seen), who)
        if event.count < 1:
            yield f"{who} happened {event.count} times"
        if event.involved_object != f"{event.involved.kind}/{event.involved.name}":
            yield f"{who} is about {event.involved_object} and about {event.involved.kind}/{event.involved.name}"
    for newer, older in pairwise(events):
        if (time_ms(newer.timestamp) or 0) < (time_ms(older.timestamp) or 0):
            yield f"event {older.namespace}/{older.name} stands behind an older one"


def wrong_moments(moments: Sequence[PodMoment]) -> Iterator[str]:
    """A history that is empty, or does not run forward in time."""
    if not moments:
        yield "the history of a pod that exists is empty"
    yield from wrong_times((moment.observed_at for moment in moments), "a version")
    for before, after in pairwise(moments):
        if (time_ms(before.observed_at) or 0) > (time_ms(after.observed_at) or 0):
            yield f"the version of {after.observed_at} stands behind the one of {before.observed_at}"


def wrong_times(stamps: Iterable[str], who: str) -> Iterator[str]:
    """Times that are not RFC 3339 with a zone."""
    for stamp in stamps:
        if time_ms(stamp) is None or not stamp.endswith(("Z", "+00:00")):
            yield f'{who} has the time "{stamp}"'


def unlike(name: str, one: int, other_name: str, other: int) -> Iterator[str]:
    """Two counts of the same thing that differ."""
    if one != other:
        yield f"{name} says {one}, {other_name} says {other}"

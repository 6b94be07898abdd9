"""What a reflector may ask for next, and the moment it is told about."""

from __future__ import annotations

from typing import NamedTuple


class Moment(NamedTuple):
    """Now, by both clocks: the monotonic one measures waits, the wall clock dates what is seen."""

    mono_s: float
    wall_ms: int


class Wait(NamedTuple):
    """Do nothing for so long."""

    seconds: float


class ListPage(NamedTuple):
    """Fetch one page; ``limit`` 0 is the whole list; ``resource_version`` asks for a list not older than that."""

    limit: int
    continue_token: str = ""
    resource_version: str = ""


class OpenWatch(NamedTuple):
    """Open a watch; ``is_load`` asks for the initial events too (a streaming list)."""

    resource_version: str
    timeout_s: float
    is_load: bool = False


class Probe(NamedTuple):
    """Ask for the list's current version (one item will do): the server was away, and may have come back older."""


Step = Wait | ListPage | OpenWatch | Probe

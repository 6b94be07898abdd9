"""Does what a watch has shown equal what the server has? The check that finds events which were silently lost.

A list of metadata is compared with the versions the reflector has seen. While it travels the stream goes on, so a
difference counts only if it is still there after a pause: what the stream has moved meanwhile was no drift.
"""

from __future__ import annotations

from collections.abc import Mapping

from arcops.source.versions import SeenVersions, is_newer

Suspects = dict[str, str]
"""Key of an object that differs, and the version we had of it ("" for none)."""


def suspects(seen: SeenVersions, listed: Mapping[str, str], list_version: str) -> Suspects:
    """Objects the list has newer or at all, and objects it should have and has not."""
    found: Suspects = {}
    for key, version in listed.items():
        ours = seen.version_of(key)
        if not ours or is_newer(version, ours):
            found[key] = ours
    for key, ours in seen.live.items():
        if key not in listed and not is_newer(ours, list_version):
            found[key] = ours
    return found


def drifted(seen: SeenVersions, suspected: Suspects) -> list[str]:
    """Those of the suspects on which nothing has been heard since, sorted."""
    return sorted(key for key, ours in suspected.items() if seen.version_of(key) == ours)

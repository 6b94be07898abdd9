"""What the API server says when a service account lacks a right."""

from __future__ import annotations

import re
from typing import NamedTuple

_FORM = re.compile(
    r"User \\?\"system:serviceaccount:(?P<space>[\w.-]+):(?P<account>[\w.-]+)\\?\" cannot (?P<verb>\w+) "
    r"(?:resource \\?\"(?P<resource>[\w./-]+)\\?\" in API group \\?\"(?P<group>[\w.-]*)\\?\"|path \\?\"(?P<path>[^\"\\]+)\\?\")"
    r"(?: in the namespace \\?\"(?P<namespace>[\w.-]+)\\?\"| at the cluster scope)?"
)
_LONGEST = 400


class DeniedRight(NamedTuple):
    """A verb on a resource (``pods``, ``pods/log``) of a group, in a namespace or, where that is "", in the whole cluster.

    ``path`` is set instead of ``resource`` for URLs that are no resources. ``line`` is what was written.
    """

    account_namespace: str
    account: str
    verb: str
    resource: str
    group: str
    namespace: str
    path: str
    line: str

    @property
    def text(self) -> str:
        """``list pods in namespace shop``."""
        what = self.path or (f"{self.resource}.{self.group}" if self.group else self.resource)
        return f"{self.verb} {what} {f'in namespace {self.namespace}' if self.namespace else 'in the whole cluster'}"


def denied_rights(text: str) -> list[DeniedRight]:
    """Every different right that was denied, in the order of the text."""
    found: dict[tuple[str, ...], DeniedRight] = {}
    if "cannot" not in text or "system:serviceaccount:" not in text:
        return []
    for line in text.splitlines():
        match = _FORM.search(line) if "cannot" in line else None
        if match:
            part = {name: value or "" for name, value in match.groupdict().items()}
            key = (part["account"], part["verb"], part["resource"], part["group"], part["namespace"], part["path"])
            denied = DeniedRight(
                part["space"], part["account"], part["verb"], part["resource"], part["group"], part["namespace"], part["path"],
                line.strip()[:_LONGEST],
            )  # fmt: skip
            found.setdefault(key, denied)
    return list(found.values())

"""What a probe that is asked about does: what it asks, how often, and how long it bears with failures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from arcops.chat.answers._said import told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Intent
from arcops.chat.lookup.near import nearby
from arcops.findings.probes import probe_of, probe_text
from arcops.inventory.podspecs import containers_of, spec_of
from arcops.kube.objects.container import Probe

_NOT_OF = frozenset({Intent.COMMAND, Intent.TERM, Intent.ABOUT, Intent.LOGS, Intent.CHANGED})
_KIND = re.compile(r"\b(startup|liveness|readiness) ?(?:probes?|checks?)\b")
_ASKS = re.compile(
    r"\bhow (?:long|often|many|much|soon|fast|quickly)\b|"
    r"\b(?:what|which|when|where)(?:'?s)? (?:\w+ ){0,4}?(?:startup|liveness|readiness)\b|"
    r"\b(?:time ?outs?|thresholds?|periods?|intervals?|delays?|settings?|path|port|url|configur\w+|defined|seconds)\b"
)
_NO_FIELD = re.compile(r"\b(?:why|(?<!how many )fail\w*|wrong|broken|happen\w*)\b(?! (?:threshold|before|until|till))")
_PERIOD_S, _TIMEOUT_S, _FAILURES = 10, 1, 3
"""What the kubelet takes where a probe does not say it."""
_MOST = 3


def probed(asked: Asked, draft: Draft) -> Draft:
    """The answer, begun with the probes that the question asks the settings of."""
    text = " ".join(asked.reading.question.lower().split())
    kind = _KIND.search(text)
    if kind is None or asked.reading.intent in _NOT_OF or not _ASKS.search(text) or _NO_FIELD.search(text):
        return draft
    lines = list(_lines(asked, kind[1]))[:_MOST]
    return replace(draft, blocks=(*lines, *draft.blocks)) if lines else draft


def _lines(asked: Asked, kind: str) -> Iterator[Block]:
    for ref, far in nearby(asked):
        entry = asked.inventory.get(ref)
        at = spec_of(entry.obj) if entry is not None and not far else None
        for container, path in containers_of(at) if at is not None else ():
            probe = probe_of(container, kind)
            text = f"its {kind} probe {_said(probe, kind)}" if probe is not None else f"it has no {kind} probe"
            yield told(asked, FactType.FIELD, f"{ref}, container {container.name}: {text}.", ref=ref, path=f"{path}.{kind}Probe")


def _said(probe: Probe, kind: str) -> str:
    """``(GET :8080/healthz) runs every 10 s and is given up after 3 failures in a row, which is 30 s``."""
    period, failures = probe.period_seconds or _PERIOD_S, probe.failure_threshold or _FAILURES
    delay = f" from {probe.initial_delay_seconds} s after the start on" if probe.initial_delay_seconds else ""
    then = "takes the pod out of its Services" if kind == "readiness" else "has the container restarted"
    return (
        f"({probe_text(probe)}) runs every {period} s{delay}, waits {probe.timeout_seconds or _TIMEOUT_S} s for an answer, and {then} "
        f"after {failures} failure{'s' if failures > 1 else ''} in a row: after {period * failures} s"
    )

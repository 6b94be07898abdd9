"""What a question holds against an object: whether it presumes a fault, of which sort, and what it wants to hear first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from arcops.chat.asked import Asked
from arcops.chat.base import Intent
from arcops.chat.telling.words import has_any

_WORD = re.compile(r"[a-z0-9']+")
_SINCE = ("since when", "how long", "when did", "from when", "what time did", "when was", "since what time", "when has", "first time")
_STEPS = (
    "how do i fix", "how to fix", "how can i fix", "how do we fix", "fix it", "fix this", "fix that", "what should i do", "what do i do",
    "what can i do", "what should we do", "what should i check", "what should we check", "what should i try",
    "what do we do", "what can we do", "what must i do", "what must we do",
    "should i change", "must i change", "can i change", "do i change", "need to change", "should we change", "what now",
    "next step", "next steps", "how do i solve", "how to solve", "solve it", "resolve it", "how to resolve", "how do i resolve",
    "remedy", "repair", "how do i get", "what to do", "mend",
)  # fmt: skip
_BEHAVIOUR = (
    "slow", "slowly", "slowness", "latency", "lag", "lagging", "timeout", "timeouts", "time out", "times out", "timing out", "401", "403",
    "404", "500", "502", "503", "504", "5xx", "4xx", "error rate", "wrong data", "respond", "responding", "response", "answer", "answers",
    "answering", "reachable", "unreachable", "reach", "connect", "connection", "connections", "connectivity", "hangs", "performance",
    "high cpu", "cpu", "memory leak", "leak", "flaky", "intermittent", "intermittently", "users", "requests", "traffic", "throttled",
    "scale", "scales", "scaling", "behave", "behaving", "strange", "weird", "sometimes",
)  # fmt: skip
_STATE = (
    "crash", "crashes", "crashing", "crashed", "crashloop", "crashloopbackoff", "restart", "restarts", "restarting", "restarted", "pending",
    "down", "not ready", "unready", "notready", "oom", "oomkilled", "killed", "evicted", "stuck", "failing", "fails", "failed", "broken",
    "dead", "not running", "not start", "not starting", "won't start", "terminating", "imagepullbackoff", "pull", "unhealthy", "not up",
    "come up", "not working", "doesn't work", "not work", "unavailable", "degraded", "flapping", "gone", "missing", "rebooting", "dying",
    "die", "dies", "scheduled", "bound", "mount", "wrong",
)  # fmt: skip


_BEFORE = re.compile(
    r"\b(?:broke|breaks|led to|caused?|trigger(?:ed|s)?|came before|happened before|just before|right before)\b"
    r"|\bbefore (?:it|this|that|the (?:incident|problem|outage|crash|trouble|fault|failure|errors?))\b"
    r"|\bbefore .*\b(?:broke|went|started|stopped|began|became|failed|crashed|died|was down|got)\b"
)
"""What asks for the time before a trouble, and not before a moment."""


_MADE = re.compile(
    r"\bwhen (?:was|were|did|has|have|is) .*\b(?:created?|made|born|added|deployed|deployment|installed|rolled|rollout|released?|"
    r"upgraded|updated|changed|edited|scaled|deleted|removed|last|finish\w*|complet\w*)\b"
    r"|\bhow long .*\b(?:exist\w*|there|running|run|up|old|around)\b"
)
"""What asks when something was done to an object, and not since when it is in trouble."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """``is_presumed``: the question takes a fault for granted; ``is_behaviour``: one that the state of objects need not show."""

    is_presumed: bool
    is_behaviour: bool
    wants_since: bool
    wants_steps: bool


def complaint_of(asked: Asked) -> Complaint:
    """What a question complains of."""
    text = " ".join(_WORD.findall(asked.reading.question.lower()))
    behaves, stands = has_any(text, _BEHAVIOUR), has_any(text, _STATE)
    is_why = asked.reading.intent is Intent.WHY
    return Complaint(
        is_presumed=is_why or behaves or (stands and not text.startswith(("is ", "are ", "does ", "do ", "has ", "any "))),
        is_behaviour=behaves and not stands,
        wants_since=has_any(text, _SINCE) and not _MADE.search(text),
        wants_steps=has_any(text, _STEPS),
    )


def asks_before(question: str) -> bool:
    """Whether a question asks what came before a trouble."""
    return _BEFORE.search(question.lower()) is not None

"""Why the API server would not take a pod, from what the controller that wanted it says (``FailedCreate``)."""

from __future__ import annotations

import enum
import re
from typing import NamedTuple


class Refusal(enum.StrEnum):
    """Who refused, and so where to look."""

    QUOTA_EXCEEDED = "quota exceeded"
    QUOTA_NEEDS_VALUES = "quota needs values"
    LIMIT_RANGE = "limit range"
    WEBHOOK_DENIED = "webhook denied"
    WEBHOOK_DOWN = "webhook down"
    ACCOUNT_MISSING = "service account missing"
    POD_SECURITY = "pod security"
    PRIORITY_CLASS_MISSING = "priority class missing"
    RUNTIME_CLASS_MISSING = "runtime class missing"
    POLICY = "admission policy"
    NAMESPACE_ENDS = "namespace ends"
    FORBIDDEN = "forbidden"
    INVALID = "invalid"
    OTHER = "other"


class Refused(NamedTuple):
    """The kind of refusal; ``by`` names the quota, webhook, account, level, class or policy; ``said`` is the decisive part."""

    refusal: Refusal
    by: str
    said: str


_PATTERNS: tuple[tuple[Refusal, re.Pattern[str]], ...] = tuple(
    (refusal, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for refusal, pattern in (
        (Refusal.QUOTA_EXCEEDED, r"exceeded quota(?:: (?P<by>[\w.-]+))?.*"),
        (Refusal.QUOTA_NEEDS_VALUES, r"failed quota: (?P<by>[\w.-]+): .*"),
        (Refusal.QUOTA_EXCEEDED, r"insufficient quota.*"),
        (Refusal.POD_SECURITY, r"violates PodSecurity \"(?P<by>[^\"]+)\".*"),
        (Refusal.WEBHOOK_DOWN, r"failed calling webhook \"(?P<by>[^\"]+)\".*"),
        (Refusal.WEBHOOK_DENIED, r"admission webhook \"(?P<by>[^\"]+)\" denied the request.*"),
        (Refusal.POLICY, r"ValidatingAdmissionPolicy '(?P<by>[^']+)'.*"),
        (Refusal.ACCOUNT_MISSING, r"serviceaccount \"?(?:[\w.-]+/)?(?P<by>[\w.-]+)\"?:? not found.*"),
        (Refusal.PRIORITY_CLASS_MISSING, r"no PriorityClass with name (?P<by>[\w.-]+) was found.*"),
        (Refusal.RUNTIME_CLASS_MISSING, r"RuntimeClass \"?(?P<by>[\w.-]+)\"? not found.*"),
        (Refusal.NAMESPACE_ENDS, r"because it is being terminated.*"),
        (Refusal.LIMIT_RANGE, r"(?:minimum|maximum) (?P<by>[\w./-]+) (?:usage|limit|request)[^\[]{0,60}per (?:Container|Pod).*"),
        (Refusal.LIMIT_RANGE, r"(?P<by>[\w./-]+) max limit to request ratio.*"),
        (Refusal.INVALID, r"is invalid: .*|Invalid value: .*"),
        (Refusal.FORBIDDEN, r"User \"(?P<by>system:[^\"]+)\" cannot .*|unable to validate against any security context constraint.*"),
    )
)
_LONGEST = 300


def refused(message: str) -> Refused:
    """What a message of a failed creation says."""
    for refusal, pattern in _PATTERNS:
        found = pattern.search(message)
        if found:
            by = found.groupdict().get("by") or ""
            return Refused(refusal, by, found[0].strip()[:_LONGEST])
    return Refused(Refusal.OTHER, "", message.removeprefix("Error creating: ").strip()[:_LONGEST])

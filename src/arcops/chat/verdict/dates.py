"""Whether a certificate has expired, is still valid, or will soon be renewed: by the dates it tells."""

from __future__ import annotations

import re

from arcops.chat.telling.words import dated, moment
from arcops.chat.verdict.base import Claim, Ruling, yes_no
from arcops.kube.objects.custom import CustomObject
from arcops.kube.times import time_ms

_EXPIRES = re.compile(r"\b(?:expir\w+|outdated|run(?:s|ning)? out|ran out|lapsed?|too old)\b")
_COMING = re.compile(r"\b(?:will|soon|about to|going to|expiring|expires|running out|runs out)\b")
_VALID = re.compile(r"\b(?:valid|in date|current)\b")
_RENEWS = re.compile(r"\b(?:renew(?:s|ed|al|ing)?|rotat\w+|reissued)\b")
_SOON_MS = 30 * 24 * 3_600_000


def judge_validity(claim: Claim) -> Ruling | None:
    """What the dates of the object say; nothing where it has none."""
    obj = claim.entries[0].obj if claim.entries else None
    status = obj.status if isinstance(obj, CustomObject) else None
    ends_ms = time_ms(status.not_after or status.expiration_time) if status else None
    if status is None or ends_ms is None:
        return None
    asked, ref = claim.asked, claim.entries[0].ref
    renews_ms = time_ms(status.renewal_time)
    zone, is_over = asked.reading.zone, ends_ms <= asked.at_ms
    renewed = f"; it is to be renewed at {moment(renews_ms, zone)}" if renews_ms is not None else ""
    ends = f"expired at {dated(ends_ms, asked.at_ms, zone)}" if is_over else f"is valid until {moment(ends_ms, zone)}"
    text = f"{ref} {ends}{renewed}"
    if claim.says(_RENEWS):
        return Ruling(yes_no(renews_ms - asked.at_ms <= _SOON_MS), text, ref) if renews_ms is not None and claim.says(_COMING) else None
    if claim.says(_EXPIRES):
        return Ruling(yes_no(is_over or (claim.says(_COMING) and ends_ms - asked.at_ms <= _SOON_MS)), text, ref)
    return Ruling(yes_no(not is_over), text, ref) if claim.says(_VALID) else None

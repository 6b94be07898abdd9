"""Whether a webhook answers: what is outside of the cluster nobody here can tell, else the Service behind it."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed, many
from arcops.chat.telling.objects.uses import ready_ends
from arcops.chat.verdict.base import Claim, Ruling
from arcops.kube.objects.cluster import MutatingWebhookConfiguration, ValidatingWebhookConfiguration, Webhook
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef

_ANSWERS = re.compile(
    r"\b(?:reach\w*|answer\w*|respond\w*|up|alive|online|available|work(?:s|ing)?|running|healthy|ok(?:ay)?|accessible|down|unreachable)\b"
)
_NOT = re.compile(r"\b(?:down|unreachable|offline|unavailable|dead|not (?:reachable|answering|responding|working|available))\b")


def judge_hooks(claim: Claim) -> Ruling | None:
    """Of the webhooks of a configuration, the one named if there is such: what is found wrong, else what answers it."""
    entry = claim.entries[0] if len(claim.entries) == 1 else None
    if entry is None or not isinstance(entry.obj, ValidatingWebhookConfiguration | MutatingWebhookConfiguration):
        return None
    if not claim.says(_ANSWERS):
        return None
    is_no = claim.says(_NOT)
    for found in claim.own((entry.ref,)):
        return Ruling("Yes" if is_no else "No", found.title, found.subject)
    hooks = list(entry.obj.webhooks or ())
    named = [one for one in hooks if one.name.partition(".")[0].lower() in claim.text] or hooks
    outside = [one for one in named if one.client_config and one.client_config.url]
    if outside:
        where = listed([f"{one.name} is answered by {one.client_config.url}" for one in outside if one.client_config], 2)
        return Ruling(
            "I cannot tell",
            f"{where}, which is named by its address; arcops calls nothing, so whether that answers is not known",
            entry.ref,
        )
    ends = [(service, ready_ends(claim.asked, service)) for one in named if (service := _service(one)) is not None]
    served = [f"{service} behind it has {many(len(found), 'ready endpoint')}" for service, found in ends if found]
    word = "No" if is_no else "Yes"
    return Ruling(f"{word}, as far as I see", listed(served, 2), entry.ref) if served else None


def _service(hook: Webhook) -> ObjectRef | None:
    service = hook.client_config.service if hook.client_config else None
    return ObjectRef.of(Service.GROUP_KIND, service.namespace, service.name) if service else None

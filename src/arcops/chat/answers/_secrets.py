"""Questions for what a Secret holds: its values are never shown, nor even read; which keys and users it has may be told."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed, step, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType
from arcops.chat.selecting.scope import pods_of
from arcops.kube.objects.config import Secret

_VALUE = re.compile(r"\b(?:passwords?|passwd|pwd|credentials?|tokens?|api ?keys?|private keys?|secrets?|connection strings?)\b")
_ASKS = re.compile(
    r"\b(?:what(?:'s| is| are)|show|print|reveal|give|tell|decode|display|read|value|content|get|dump|base64|plain ?text|see|expose)\b"
)
_NOT_VALUE = re.compile(
    r"\b(?:how (?:do|can|to)|which|list|how many|missing|exist|exists|command|expire|rotat\w+|mounted|uses?|used|who)\b"
)


def asks_for_secret(question: str) -> bool:
    """Whether a question wants the value of a Secret or credential."""
    text = question.lower().replace("_", " ")
    return bool(_VALUE.search(text) and _ASKS.search(text) and not _NOT_VALUE.search(text)) and not re.search(r"\bsecrets\b", text)


def refusal(asked: Asked) -> Draft:
    """That values are not shown, what is known instead, and how whoever may can look at them."""
    secrets = [ref for ref in asked.reading.objects if ref.group_kind == Secret.GROUP_KIND]
    name = f"of Secret {secrets[0].namespace}/{secrets[0].name} " if secrets else ""
    text = f"The values {name}are not shown: arcops does not read what Secrets hold, and it will not reveal credentials it comes across."
    blocks: list[Block] = [told(asked, FactType.COVERAGE, text, ref=secrets[0] if secrets else None)]
    for ref in secrets[:1]:
        users = [entry.ref.name for entry in pods_of(ref, asked.inventory)]
        known = f"{ref} exists" if asked.inventory.get(ref) else f"{ref} does not exist"
        blocks.append(
            told(asked, FactType.FIELD, f"{known}; {f'used by {listed(users, 5)}' if users else 'no pod is seen to use it'}.", ref=ref)
        )
        line = f"kubectl -n {ref.namespace} describe secret {ref.name}"
        blocks += step(asked, "Its keys and their sizes, without values", line, ref=ref)
    return Draft(tuple(blocks), can_tell=bool(secrets))

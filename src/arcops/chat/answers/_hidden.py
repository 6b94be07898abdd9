"""What is not kept of objects and so cannot be a condition: the annotations of pods."""

from __future__ import annotations

from arcops.chat.answers._said import step, told
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.selecting.chosen import meant_kind
from arcops.chat.selecting.scope import POD


def unkept(asked: Asked) -> Draft | None:
    """That pods are asked for by an annotation, which nobody keeps; None where no such thing is asked."""
    wanted = next((one.value for one in asked.reading.conditions if one.field == "annotation"), "")
    if not wanted or meant_kind(asked) != POD:
        return None
    text = f"I cannot tell which pods have an annotation with {wanted}: arcops keeps no annotations of pods."
    scope = f"-n {asked.reading.namespace}" if asked.reading.namespace else "-A"
    line = f"kubectl get pods {scope} -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name,ANNOTATIONS:.metadata.annotations"
    return Draft((told(asked, FactType.COVERAGE, text), *step(asked, "This shows them", line)), can_tell=False)

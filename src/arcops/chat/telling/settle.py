"""What would settle a question that cannot be answered: the commands that look further, and rights that are missing."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.selecting.scope import pods_of
from arcops.chat.telling.page import Page
from arcops.findings.advice import look
from arcops.findings.pods import boxes
from arcops.inventory.base import Entry
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef


def tell_what_settles(asked: Asked, page: Page, ref: ObjectRef) -> None:
    """Say that it cannot be told from what is seen, and what would decide."""
    page.tell(
        FactType.COVERAGE, f"The state, events and changes of {ref} do not show more. This would settle it:",
        ref=ref, rank=1,
    )  # fmt: skip
    for line in _commands(asked, ref):
        page.command(line, (page.book.add(FactType.COMMAND, line, ref=ref, rank=3),))


def _commands(asked: Asked, ref: ObjectRef) -> Iterator[str]:
    pods = [entry for entry in pods_of(ref, asked.inventory) if isinstance(entry.obj, Pod)]
    if pods:
        pod = pods[0]
        restarted = next((box.name for box in boxes(_pod(pod)) if box.restarts), "")
        name = pod.ref.name
        flags = f"-c {restarted} --previous" if restarted else "--all-containers"
        yield f"kubectl -n {pod.ref.namespace} logs {name} {flags} --tail=100"
        yield f"kubectl -n {pod.ref.namespace} top pod {name} --containers"
    yield look(ref)


def _pod(entry: Entry) -> Pod:
    return entry.obj if isinstance(entry.obj, Pod) else Pod()

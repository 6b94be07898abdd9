"""The cluster in one sentence: objects that are not well and incidents, for answers about something else."""

from __future__ import annotations

from arcops.chat.answers._said import many, told
from arcops.chat.asked import Asked
from arcops.chat.base import FactType, Said
from arcops.chat.selecting.scope import NODE, POD
from arcops.findings.explain import sentence


def state_sentence(asked: Asked, *, rank: int = 4) -> Said:
    """``2 incidents are open; the worst: … `` or that all is well; while nothing was judged, why."""
    pods, nodes = asked.inventory.count(POD), asked.inventory.count(NODE)
    size = f"{many(pods, 'pod')} on {many(nodes, 'node')}"
    if asked.current is None:
        return told(asked, FactType.COUNT, f"The cluster has {size}; {asked.late or 'it has not been judged yet'}.", rank=rank)
    report = asked.current.report
    if not report.incidents:
        return told(asked, FactType.COUNT, f"The cluster has {size}, and nothing is wrong that I can see.", rank=rank)
    worst = report.incidents[0]
    title = sentence(report.by_id[worst.main].title)
    count = len(report.incidents)
    text = f"The cluster has {size}; {many(count, 'incident')} {'is' if count == 1 else 'are'} open, the worst: {title}"
    return told(asked, FactType.INCIDENT, text, ref=worst.root, rank=rank)

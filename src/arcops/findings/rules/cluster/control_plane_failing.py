"""A part of the control plane says that it cannot work: etcd is full or slow, or the API server does not let a part in.

Found: the log of etcd, the API server, the controller manager or the scheduler tells so, and did within the last 15 minutes: the size quota
of etcd is reached (alarm NOSPACE), its data is corrupt, its disk is full, it has no leader, a member does not answer, its disk is slow (ten
times); a certificate has expired; or a part cannot renew its lease because it is Unauthorized or does not reach the API server.
What another part says of a full etcd is blamed on etcd.

Quiet: for single hiccups, and what was over a quarter of an hour ago. On a live cluster logs are looked at where a part was
restarted or no Lease has been renewed for two minutes.

Do: for NOSPACE: etcdctl endpoint status, compact, defrag, then etcdctl alarm disarm; find what writes so much (events, big objects).
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.controlplane import STORE, part_of, signs_of, store_pod
from arcops.findings.text.controlplane import Trouble
from arcops.findings.text.counts import times
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod

_LONGEST = 300
_OF_THE_STORE = (Trouble.STORE_FULL, Trouble.STORE_CORRUPT, Trouble.NO_LEADER)
_NEXT = {
    Trouble.STORE_FULL: (
        "In the etcd pod: etcdctl endpoint status -w table; etcdctl alarm list",
        "etcdctl compact REVISION; etcdctl defrag; etcdctl alarm disarm; raise --quota-backend-bytes if it must be larger",
    ),
    Trouble.CERTIFICATE: ("On the control plane's machine: kubeadm certs check-expiration (k3s: k3s certificate check)",),
    Trouble.NOT_LET_IN: ("On the control plane's machine: kubeadm certs check-expiration; look at the part's kubeconfig",),
    Trouble.SLOW_DISK: ("On the control plane's machine: iostat -x 1; etcdctl check perf",),
}
_SEVERE = frozenset({Trouble.STORE_FULL, Trouble.STORE_CORRUPT, Trouble.DISK_FULL, Trouble.NO_LEADER})


def _is_part(obj: KubeObject) -> bool:
    return bool(part_of(obj))


@rule(Pod, severity=Severity.WARNING, gate=_is_part)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit about the most decisive trouble."""
    container, found = signs_of(pod, view)
    if not found:
        return
    sign = found[0]
    node = pod.spec.node_name if pod.spec else None
    store = store_pod(view, node) if sign.trouble in _OF_THE_STORE and part_of(pod) != STORE else None
    yield Hit(
        title=f'{view.subject} is in trouble: {sign.trouble.value}. It says {times(sign.times)}: "{sign.line[:_LONGEST]}"',
        cause=store,
        link="stores in" if store else "",
        why=". ".join(f"Besides, {one.trouble.value}" for one in found[1:]),
        severity=Severity.CRITICAL if sign.trouble in _SEVERE or part_of(pod) != STORE else None,
        evidence=tuple(evidence.log(view.subject, container, one.line[:_LONGEST]) for one in found),
        next=(advice.logs(view.subject, container), *_NEXT.get(sign.trouble, ())),
        since_ms=sign.first_ms,
    )

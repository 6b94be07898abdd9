"""A workload has a password, token or key in plain text among its variables; everybody who may read the workload reads it.

Found: a variable whose name says password, secret, token or key has a value of its own. The value is never shown.

Quiet: for values from Secrets; for files, addresses, references to other variables, numbers and words such as true.

Do: put it into a Secret and name that; then change the password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.posture import WORKLOADS, containers_of, is_peoples, named, path_of
from arcops.findings.view import RuleView
from arcops.kube.objects.container import EnvVar
from arcops.kube.objects.meta import KubeObject

_NAMES = re.compile(r"(?:^|_)(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY|SECRET_KEY)$", re.IGNORECASE)
_NO_SECRET = re.compile(r"/.*|\w+://[^@]*|.*\$\(.*|[\d.]*|true|false|yes|no|none|null|disabled|enabled", re.IGNORECASE | re.DOTALL)


@rule(*WORKLOADS, severity=Severity.INFO, gate=is_peoples)
def check(workload: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit that names the variables."""
    found = [(one.name, variable.name) for one in containers_of(workload) for variable in one.env or () if _is_secret(variable)]
    if found:
        container, variable = found[0]
        path = f"{path_of(workload)}.containers[{container}].env[{variable}]"
        yield Hit(
            title=f"{view.subject} has what looks like a secret in plain text in {named([name for _, name in found])}",
            evidence=(evidence.field(view.subject, path, "(not shown)"),),
            next=(advice.edit(view.subject, f"{variable} (valueFrom.secretKeyRef)"),),
        )


def _is_secret(variable: EnvVar) -> bool:
    return bool(variable.value) and _NAMES.search(variable.name) is not None and _NO_SECRET.fullmatch(variable.value or "") is None

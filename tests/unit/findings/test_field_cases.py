"""Pictures of what goes wrong in the field, in the words of many programs, drivers and controllers, and healthy ones like them.

They were written before the rules were tried on them. One object is one line, to keep them short.
"""

from pathlib import Path

import pytest

from arcops.testing.cases import play
from arcops.testing.scoring import score_file

CASES = Path(__file__).parents[2] / "cases"
FIELD = CASES / "field"
ONE_FAULT = [
    ("field/field-093.yaml", "ExternalSecret app/db-creds"),
    ("field/field-096.yaml", "Issuer pki/corp-ca"),
    ("field/field-101.yaml", "Challenge www/site-tls-1-2810-33"),
    ("field/field-102.yaml", "Deployment mesh/injector"),
    ("findings/SandboxFailing/edge-4.yaml", "DaemonSet kube-flannel/kube-flannel-ds"),
    ("findings/VolumeMountFailing/data-5.yaml", "DaemonSet rook-ceph/csi-rbdplugin"),
]
"""Pictures of a fault with many victims, and the one object to blame."""


@pytest.mark.parametrize("path", sorted(FIELD.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_picture_from_the_field_gets_its_answer(path: Path) -> None:
    score = score_file(path)
    assert not score.why
    assert score.onset is not False
    assert not score.leaks


def test_the_field_holds_faults_and_healthy_pictures() -> None:
    texts = [path.read_text(encoding="utf-8") for path in FIELD.glob("*.yaml")]
    assert sum('verdict: "fault"' in text for text in texts) >= 60
    assert sum('verdict: "none"' in text for text in texts) >= 10


@pytest.mark.parametrize(("name", "root"), ONE_FAULT)
def test_one_fault_is_one_incident_whoever_suffers(name: str, root: str) -> None:
    incidents = play([CASES / name]).report.incidents
    assert [str(incident.root) for incident in incidents] == [root]

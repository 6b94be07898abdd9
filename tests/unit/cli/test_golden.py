"""Pictures of every command's output over one small cluster: a change of what scripts and eyes rely on shows in review.

``ARCOPS_UPDATE_GOLDEN=1`` writes them anew; read the difference before it is committed.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import golden_files
from tests.unit.cli.conftest import CLUSTER, Terminal, Told

GOLDEN = Path(__file__).parents[2] / "golden" / "cli"

LINES = {
    "status": "status",
    "status-wide": "status -o wide",
    "status-namespace": "status -n tools",
    "status-json": "status -o json",
    "status-yaml": "status -o yaml",
    "status-jsonpath": 'status -o jsonpath={range.not_well[*]}{.name}{"="}{.reason}{"\\n"}{end}',
    "get-pods": "get pods",
    "get-pods-namespace": "get po -n shop",
    "get-pods-wide": "get po -o wide",
    "get-pods-json": "get po web-2 -n shop -o json",
    "get-pods-yaml": "get pods -l app=mail -o yaml",
    "get-pods-name": "get po -o name",
    "get-pods-jsonpath": 'get po -o jsonpath={range.items[*]}{.metadata.name}{"\\t"}{.spec.containers[*].image}{"\\n"}{end}',
    "get-pods-custom-columns": "get po -o custom-columns=NAME:.metadata.name,IMAGES:.spec.containers[*].image,NODE:.spec.nodeName",
    "get-pods-labels": "get po --show-labels -L app,tier --no-headers",
    "get-pods-selected": "get po -A --field-selector status.phase!=Running --sort-by -metadata.creationTimestamp",
    "get-several": "get po,no,deploy,ingresses",
    "get-objects": "get pod/web-1 deploy/web pod/nope -n shop",
    "get-custom": "get certificates",
    "get-custom-wide": "get certificates.cert.example -o wide",
    "get-nothing": "get pods -n nowhere",
    "get-configmap-yaml": "get cm settings -n shop -o yaml",
    "get-secret-yaml": "get secret mail-login -n shop -o yaml",
    "get-kinds": "get kinds",
    "get-kinds-wide": "get kinds -o wide",
    "get-kinds-name": "get kinds -o name",
    "events": "events",
    "events-since": "events -n shop --since 4h",
    "events-wide": "events -o wide --types Warning",
    "events-json": "events --for pod/web-2 -o json",
    "events-yaml": "events --for pod/mail-1 -o yaml",
    "events-name": "events -o name",
    "events-text": "events --text MEMORY --no-headers",
    "events-nothing": "events --for node/edge-1",
    "logs": "logs mail-1 -n shop",
    "logs-previous": "logs pod/mail-1 -n shop -p --tail 1",
    "logs-several": "logs web-1 -n shop --tail 2",
    "logs-all": "logs web-1 -n shop --all-containers --prefix",
    "logs-json": "logs web-1 app -n shop -o json",
    "history": "history deploy/web -n shop",
    "history-wide": "history deploy web -n shop -o wide",
    "history-json": "history pod/report-1 -n tools -o json",
    "history-yaml": "history node edge-2 -o yaml --limit 1",
    "history-since": "history pod web-1 -n shop --since 5m",
}


def words_of(line: str) -> list[str]:
    """The words of a line above: split at spaces, for none of them holds one."""
    words = line.split(" ")
    return [*words, "--filename", str(CLUSTER)]


def picture(line: str, told: Told, case: Path = CLUSTER) -> str:
    """A command line about a file of any name, and what it came to."""
    err = told.err.replace(str(case), "cluster.yaml")
    return f"$ arcops {line} --filename cluster.yaml\n{told.out}--- stderr\n{err}--- exit {told.status}\n"


@pytest.mark.parametrize("name", LINES)
def test_the_output_is_as_it_was(terminal: Terminal, name: str) -> None:
    line = LINES[name]
    golden_files.compare(GOLDEN / f"{name}.txt", picture(line, terminal(*words_of(line))))


def test_no_picture_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(LINES)


@pytest.mark.parametrize("name", LINES)
def test_no_output_shows_a_secret_or_this_machine(name: str) -> None:
    text = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert "bm90LXNob3du" not in text
    assert not re.search(r"/(home|root|tmp|work)/", text)

"""Rewrites what a case expects to what is found today; nothing but its ``expect:`` block is touched."""

from __future__ import annotations

import re
from difflib import unified_diff
from pathlib import Path
from typing import Any

import yaml

from arcops.base.errors import BadInput
from arcops.findings.base import State
from arcops.findings.report import Report
from arcops.kube.refs import ObjectRef
from arcops.testing.cases import play

_BLOCK = re.compile(r"^expect:.*\n(?:(?:[ \t#-].*)?\n)*", re.MULTILINE)
_FOUND = ("verdict", "codes", "roots")
"""What a diagnosis decides; family, severity, texts, onset and planted secrets are the writer's."""


def updated(path: Path) -> str:
    """The text of a case with the findings of today as what it expects. Raises ``BadInput`` for what is no case."""
    text = path.read_text(encoding="utf-8")
    text = text if text.endswith("\n") else f"{text}\n"
    block = _BLOCK.search(text)
    try:
        before: dict[str, Any] = (yaml.safe_load(block[0]) or {}).get("expect") or {} if block else {}
    except (yaml.YAMLError, AttributeError) as error:
        raise BadInput(what=f"The expectation of {path}", why=str(error)) from error
    wanted = {**expected(play([path]).report), **{key: value for key, value in before.items() if key not in _FOUND}}
    written: str = yaml.safe_dump({"expect": wanted}, sort_keys=False, allow_unicode=True, width=120)
    return text[: block.start()] + written + text[block.end() :] if block else text + written


def expected(report: Report) -> dict[str, Any]:
    """A report as an expectation: the codes of what raises an alarm, and the roots it blames."""
    alarms = [one for one in report.findings if one.severity.is_alarm and one.state is not State.PENDING]
    if not alarms:
        return {"verdict": "none"}
    roots = [incident.root for incident in report.incidents] or [one.cause or one.speaker for one in alarms]
    return {
        "verdict": "fault",
        "codes": sorted({one.code for one in alarms}),
        "roots": [_root(ref) for ref in dict.fromkeys(roots)],
    }


def difference(path: Path, after: str) -> list[str]:
    """The lines of a unified diff from the file to what it would become; empty where nothing changes."""
    lines = unified_diff(path.read_text(encoding="utf-8").splitlines(), after.splitlines(), str(path), str(path), lineterm="", n=2)
    return list(lines)


def _root(ref: ObjectRef) -> dict[str, str]:
    named = {"kind": ref.kind, "name": ref.name}
    return {**named, "namespace": ref.namespace} if ref.namespace else named

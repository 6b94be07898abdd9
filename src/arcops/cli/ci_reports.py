"""Diagnoses in the formats of build servers: JUnit XML and SARIF 2.1.0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from arcops.findings.catalog import all_rules
from arcops.queries.findings import Document, FindingItem, Named

_LEVELS = {"critical": "error", "warning": "warning", "info": "note"}


def junit(documents: Sequence[Document]) -> str:
    """One suite for each document: a failed test for each open finding of warning or above, one passed test if there is none."""
    suites = [_suite(document) for document in documents]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", *suites, "</testsuites>"])


def _suite(document: Document) -> str:
    raised = _raised(document)
    name = quoteattr(document.file or "cluster")
    cases = [_case(finding) for finding in raised] or ['    <testcase classname="arcops" name="nothing is wrong"/>']
    head = f'  <testsuite name={name} tests="{len(cases)}" failures="{len(raised)}" timestamp="{document.at}">'
    return "\n".join([head, *cases, "  </testsuite>"])


def _case(finding: FindingItem) -> str:
    name = quoteattr(f"{finding.code} {_said(finding.subject)}")
    text = escape("\n".join([finding.explanation, *(one.text for one in finding.evidence)]))
    failure = f"      <failure type={quoteattr(finding.severity)} message={quoteattr(finding.title)}>{text}</failure>"
    return f'    <testcase classname="arcops.{finding.code}" name={name}>\n{failure}\n    </testcase>'


def sarif(documents: Sequence[Document]) -> dict[str, Any]:
    """One run with a result for each finding that is open; the rules are described once."""
    results = [_result(document, finding) for document in documents for finding in document.findings if finding.state == "open"]
    used = {result["ruleId"] for result in results}
    rules = [{"id": rule.code, "shortDescription": {"text": rule.summary}} for rule in all_rules() if rule.code in used]
    driver = {"name": "arcops", "rules": rules}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _result(document: Document, finding: FindingItem) -> dict[str, Any]:
    place: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": _said(finding.subject), "kind": "resource"}]}
    if document.file:
        place["physicalLocation"] = {"artifactLocation": {"uri": document.file}}
    return {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.explanation},
        "partialFingerprints": {"arcopsFinding/v1": finding.id},
        "locations": [place],
    }


def _raised(document: Document) -> list[FindingItem]:
    return [finding for finding in document.findings if finding.state == "open" and finding.severity != "info"]


def _said(named: Named) -> str:
    return f"{named.kind}/{named.namespace}/{named.name}" if named.namespace else f"{named.kind}/{named.name}"

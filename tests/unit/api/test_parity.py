"""Every question can be asked over HTTP, or there is a reason why not."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import arcops.api.routes
import arcops.queries
from arcops.queries.services import Services

NOT_ASKED: dict[str, str] = {
    "arcops.queries.cluster.event_rows": "makes the rows of cluster_status",
    "arcops.queries.diagnosed.current": "the diagnosis behind the answers about it",
    "arcops.queries.diagnosed.scope_of": "reads parameters",
    "arcops.queries.diagnosis_at.diagnose_at": "the same as of a moment",
    "arcops.queries.diagnosis_at.inventory_at": "the same as of a moment",
    "arcops.queries.events.cluster_now_ms": "a clock reading, part of other answers",
    "arcops.queries.events.current_events": "typed rows of cluster_status",
    "arcops.queries.events.kind_word": "reads a parameter",
    "arcops.queries.health.kubernetes_health": "a part of health",
    "arcops.queries.objects.kind_info": "one row of list_kinds",
    "arcops.queries.past.fetch": "what rules wish to know of the past, part of a diagnosis",
    "arcops.queries.pods.list_pods": "the route encodes find_pods with rows it keeps",
    "arcops.queries.cluster.cluster_status": "the route serves it through StatusBodies",
}
SHARED = {"coverage", "live", "missing", "services", "upstream"}
"""Modules that answer no question themselves."""


def questions() -> set[str]:
    """Public functions of the queries whose first argument is the services."""
    found = set()
    for module in pkgutil.iter_modules(arcops.queries.__path__):
        if module.name in SHARED:
            continue
        loaded = importlib.import_module(f"arcops.queries.{module.name}")
        for name, value in inspect.getmembers(loaded, inspect.isfunction):
            first = next(iter(inspect.signature(value, eval_str=True).parameters.values()), None)
            if value.__module__ == loaded.__name__ and not name.startswith("_") and first is not None and first.annotation is Services:
                found.add(f"{loaded.__name__}.{name}")
    return found


def asked_by_routes() -> set[str]:
    """What the route files import from the queries and call."""
    found = set()
    for path in Path(arcops.api.routes.__path__[0]).glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("arcops.queries."):
                found |= {f"{node.module}.{alias.name}" for alias in node.names if alias.name in called}
    return found


def test_every_question_has_a_route_or_a_reason() -> None:
    assert questions() - asked_by_routes() == set(NOT_ASKED)


def test_there_are_questions_and_routes_that_ask_them() -> None:
    assert {"arcops.queries.pods.pod_history", "arcops.queries.health.health"} <= questions() & asked_by_routes()

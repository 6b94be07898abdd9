"""The endpoints, one file per resource; each calls one query and says how its answer looks."""

from __future__ import annotations

from fastapi import APIRouter

from arcops.api.routes import (
    changes,
    chat,
    cluster,
    context,
    events,
    findings,
    history,
    incidents,
    model,
    objects,
    pods,
    record,
    rules,
    service,
    suppressions,
    timeline,
    topology,
)

ROUTERS: tuple[APIRouter, ...] = (
    cluster.router,
    incidents.router,
    findings.router,
    topology.router,
    rules.router,
    suppressions.router,
    pods.router,
    objects.router,
    events.router,
    changes.router,
    history.router,
    timeline.router,
    context.router,
    record.router,
    chat.router,
    model.router,
    service.router,
)
"""In the order in which they are described."""

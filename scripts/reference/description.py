"""The description the service gives of itself, without running it."""

from typing import Any

from arcops.api.app import create_app
from arcops.base.clock import SystemClock
from arcops.demo.player import DemoSource
from arcops.inventory.index import Inventory
from arcops.queries.services import ContextBuffer, Services
from arcops.store.engines.memory import MemoryStore
from arcops.store.retention import Retention


def openapi() -> dict[str, Any]:
    """The OpenAPI document, as `/openapi.json` gives it."""
    clock = SystemClock()
    services = Services(
        source=DemoSource(clock),
        inventory=Inventory(),
        store=MemoryStore(clock, Retention()),
        clock=clock,
        started_ms=clock.now_ms(),
        context=ContextBuffer(),
    )
    return create_app(services).openapi()

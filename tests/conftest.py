"""What every test may use."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# How long it takes to think up an example tells how busy the machine is.
settings.register_profile("arcops", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("arcops")


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, as the service does."""
    return "asyncio"

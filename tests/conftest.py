"""What every test may use."""

from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, settings

# How long it takes to think up an example tells how busy the machine is.
settings.register_profile("arcops", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("arcops")

# A shell starts what it puts into the background deaf to Ctrl+C, and so would be every program a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, as the service does."""
    return "asyncio"

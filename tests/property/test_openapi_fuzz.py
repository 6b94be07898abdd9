"""Whatever is asked, the answer is one that the description declares: never a 5xx, never a traceback, never a hang."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from arcops.api.app import create_app
from tests.small_cluster import small_cluster

EXAMPLES = int(os.environ.get("ARCOPS_FUZZ_EXAMPLES", "50"))
"""For each operation."""
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance, negative_data_rejection)
"""Not "valid data is accepted": a time, a selector or a kind has a grammar that no JSON Schema tells."""

world = asyncio.run(small_cluster())
schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(world.services), headers={"host": "localhost"})


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_is_declared(case: schemathesis.Case[Any]) -> None:
    response = case.call(headers={"host": "localhost"})
    if response.status_code >= 400:  # an answer may quote a container's own traceback
        assert "Traceback" not in response.text
    case.validate_response(response, checks=list(CHECKS))

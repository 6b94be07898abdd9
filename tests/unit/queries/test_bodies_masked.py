"""Bodies of objects are shown as the cluster has them, but for credentials."""

from __future__ import annotations

import msgspec
import pytest

from arcops.queries.bodies import masked_body
from tests.unit.base.test_redact import PLANTED


@pytest.mark.parametrize(("text", "secret"), PLANTED)
def test_a_body_is_shown_without_its_credentials(text: str, secret: str) -> None:
    pod = {"metadata": {"annotations": {"note": text}}, "spec": {"containers": [{"args": [text], "env": [{"name": "X", "value": text}]}]}}
    assert secret not in masked_body(msgspec.json.encode(pod)).decode()


def test_a_body_without_a_credential_stays_byte_by_byte() -> None:
    body = b'{"kind":"Pod","spec":{"volumes":[{"secret":{"secretName":"db"}}],"serviceAccountName":"web","x":"\\u00e9"}}'
    assert masked_body(body) is body

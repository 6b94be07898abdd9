"""Addresses: loopback needs nothing, any other needs a token, a taken port is one clear sentence."""

from __future__ import annotations

import socket

import pytest

from arcops.runtime.server import PortTaken, TokenRequired, bind, is_loopback, url_of
from arcops.runtime.settings import ServerSettings


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.3.2.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False), ("edge-1", False)],  # noqa: S104
)
def test_loopback_is_known_in_all_its_forms(host: str, *, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_any_free_port_is_said() -> None:
    with bind(ServerSettings(port=0)) as listener:
        assert url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_an_open_address_without_a_token_is_refused() -> None:
    with pytest.raises(TokenRequired, match=r"0\.0\.0\.0"):
        bind(ServerSettings(host="0.0.0.0", port=0))  # noqa: S104


def test_a_taken_port_is_one_clear_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} of 127.0.0.1 is taken"):
            bind(ServerSettings(port=port))

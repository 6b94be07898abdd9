"""Whatever stands in a kubeconfig, the answer is a connection or one of our errors."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from arcops.base.errors import ArcopsError
from arcops.source.connection import ClusterConnection
from arcops.source.kubeconfig import list_contexts, load_connection
from arcops.testing.clock import FakeClock

WORDS = st.sampled_from(
    ["", "c", "u", "edge", "a\nb", "é", "\x00", "{0}", "http://x", "https://[::1]:6443/p", "https://x:99999", "../x", "-"]
)
SCALARS = st.none() | st.booleans() | st.integers() | WORDS | st.text(max_size=8)
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=8)


def some_of(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A mapping with some of these fields, each now and then of a wrong type."""
    loose = {name.replace("_", "-"): values | ANYTHING for name, values in fields.items()}
    return st.fixed_dictionaries({}, optional=loose)


CLUSTER = some_of(
    server=st.just("https://x"), certificate_authority=WORDS, certificate_authority_data=WORDS,
    insecure_skip_tls_verify=st.booleans(), tls_server_name=WORDS, proxy_url=WORDS, extensions=ANYTHING,
)  # fmt: skip
EXEC = some_of(apiVersion=st.just("client.authentication.k8s.io/v1"), command=WORDS, args=ANYTHING, env=ANYTHING, interactiveMode=WORDS)
USER = some_of(
    token=WORDS, tokenFile=WORDS, username=WORDS, password=WORDS, exec=EXEC, auth_provider=ANYTHING, client_certificate_data=WORDS,
    client_key=WORDS, **{"as": WORDS, "as_groups": st.lists(WORDS), "as_user_extra": st.dictionaries(WORDS, st.lists(WORDS))},
)  # fmt: skip
CONTEXT = some_of(cluster=st.just("c"), user=st.just("u"), namespace=WORDS)
FILE = st.fixed_dictionaries({}, optional={
    "clusters": st.lists(st.fixed_dictionaries({"name": st.just("c")}, optional={"cluster": CLUSTER}), max_size=2) | ANYTHING,
    "users": st.lists(st.fixed_dictionaries({"name": st.just("u")}, optional={"user": USER}), max_size=2) | ANYTHING,
    "contexts": st.lists(st.fixed_dictionaries({"name": WORDS}, optional={"context": CONTEXT}), max_size=2) | ANYTHING,
    "current-context": WORDS | ANYTHING, "kind": st.just("Config") | ANYTHING,
})  # fmt: skip


def load(content: bytes, context: str | None) -> ClusterConnection | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config"
        path.write_bytes(content)
        try:
            list_contexts(path, environ={})
            return load_connection(path, context, FakeClock(), environ={})
        except ArcopsError as error:
            told = (error.message, error.advice)
    assert all(told)
    return None


@settings(deadline=None, max_examples=300)
@given(FILE, st.none() | WORDS)
def test_a_fuzzed_kubeconfig_gives_a_connection_or_one_of_our_errors(body: dict[str, Any], context: str | None) -> None:
    connection = load(json.dumps(body).encode(), context)
    if connection is not None:
        assert connection.server.startswith(("https://", "http://"))


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b"users: *a")
@example(b"!!python/object/apply:os.system [true]")
@example(b"? [a]\n: b")
@example(b"[" * 50_000)
@example(b'{"a":' * 50_000)
@example(b"- " * 5_000)
def test_any_bytes_give_a_connection_or_one_of_our_errors(content: bytes) -> None:
    load(content, None)

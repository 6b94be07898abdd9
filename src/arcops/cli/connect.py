"""Decides who answers: the first of these that applies.

1. ``--server``: that service.
2. ``-f``: the files, read as if they were a cluster.
3. ``--context`` or ``--kubeconfig``: that cluster, asked by this process.
4. ``ARCOPS_SERVER``: that service.
5. the service at 127.0.0.1:8000, if one answers within 0.3 s and is arcops.
6. the cluster of the current kubeconfig, asked by this process.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from arcops.base.errors import ArcopsError, UsageError
from arcops.cli.nearby import LOCAL_URL, context_namespace
from arcops.cli.options import Speech, Target
from arcops.cli.service import Service, read_token

if TYPE_CHECKING:
    from arcops.cli.questions import Questions

_LOCAL_WAIT_S = 0.3
_USUAL_WAIT_S = 30.0


class _HealthShape(msgspec.Struct):
    """Enough of ``/api/health`` to tell arcops from another program on the port."""

    status: str
    services: dict[str, bool]
    timestamp: str


@contextmanager
def questions(target: Target, speech: Speech, kinds: Sequence[str] | None) -> Iterator[Questions]:
    """Someone to ask, for as long as a command needs it.

    ``kinds`` are the words of the kinds the command will ask for: a cluster without a service is then read for these
    alone; None means every kind.
    """
    asked = _choose(target, kinds, speech)
    speech.detail(f"Answers come from {asked.where}.")
    try:
        yield asked
    finally:
        asked.close()


def find_service(target: Target) -> Service | None:
    """The service a command line means, or the one on this machine; None if neither is named nor there."""
    if target.server:
        return named_service(target)
    return local_service(target)


def named_service(target: Target) -> Service:
    """The service of ``--server`` or ARCOPS_SERVER."""
    wait = target.request_timeout_s
    return Service(
        url=target.server.rstrip("/") if "://" in target.server else f"http://{target.server}".rstrip("/"),
        token=read_token(target.token, target.token_file),
        ca_file=target.certificate_authority,
        insecure=target.insecure_skip_tls_verify,
        timeout_s=_USUAL_WAIT_S if wait is None else wait or None,
    )


def local_service(target: Target, url: str = LOCAL_URL) -> Service | None:
    """The service of this machine, if it answers within 0.3 s and is arcops."""
    token = read_token(target.token, target.token_file)
    try:
        Service(url, token, timeout_s=_LOCAL_WAIT_S).ask("/api/health", _HealthShape)
    except ArcopsError:
        return None
    wait = target.request_timeout_s
    return Service(url, token, timeout_s=_USUAL_WAIT_S if wait is None else wait or None)


def _choose(target: Target, kinds: Sequence[str] | None, speech: Speech) -> Questions:
    on_cluster = bool(target.context or target.kubeconfig)
    if sum((target.server_is_explicit, bool(target.files), on_cluster)) > 1:
        raise UsageError(
            what="--server, -f and --context or --kubeconfig exclude each other", hint="Keep the one that names who is to be asked."
        )
    if target.files:
        from arcops.cli.local import ask_files

        return ask_files(target.files, speech)
    if target.server and (target.server_is_explicit or not on_cluster):
        return _remote(named_service(target))
    service = None if on_cluster else local_service(target)
    if service:
        return _remote(service)
    from arcops.cli.local import ask_cluster

    return ask_cluster(target, kinds, speech)


def _remote(service: Service) -> Questions:
    from arcops.cli.remote import RemoteQuestions

    return RemoteQuestions(service, context_namespace())

"""What the shell offers while a person types: kinds, namespaces, names and contexts.

Kinds, namespaces and names come from a running service, within a second or not at all; whatever fails, fails silently,
for there is a half-typed line on the screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from arcops.cli.service import Service

_WAIT_S = 1.0
_MOST = 500


def complete_namespace(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Namespaces that begin like this."""
    del param
    return _items(_names(ctx, "namespaces", ""), incomplete)


def complete_kind_or_name(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """For ``get``: the first word is a kind (or ``kind/name``), the others are names of it."""
    words = [word for word in ctx.params.get(param.name or "") or () if isinstance(word, str)]
    if words and "/" not in words[0]:
        return _items((name for name in _names(ctx, words[0]) if name not in words), incomplete)
    if "/" in incomplete:
        return _kind_slash_name(ctx, incomplete)
    return _kinds(ctx, incomplete)


def complete_kind_slash_name(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """``kind/name``."""
    del param
    if "/" in incomplete:
        return _kind_slash_name(ctx, incomplete)
    return [CompletionItem(f"{item.value}/", help=item.help) for item in _kinds(ctx, incomplete)]


def complete_pod(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of pods."""
    del param
    return _items(_names(ctx, "pods"), incomplete)


def complete_context(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Contexts of the kubeconfig."""
    del param
    from arcops.base.errors import ArcopsError
    from arcops.source.kubeconfig import list_contexts

    try:
        return _items((context.name for context in list_contexts(ctx.params.get("kubeconfig") or None)), incomplete)
    except ArcopsError:
        return []


def _kind_slash_name(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    kind, _, start = incomplete.partition("/")
    return [CompletionItem(f"{kind}/{item.value}") for item in _items(_names(ctx, kind), start)]


def _items(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)][:_MOST]


def _kinds(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """Kinds by the plural people type; the kind and its short names stand beside it."""
    from arcops.base.errors import ArcopsError
    from arcops.queries.objects import KindInfo

    try:
        kinds = _service(ctx).ask("/api/kinds", list[KindInfo])
    except ArcopsError:
        return []
    return [
        CompletionItem(kind.plural, help=" ".join([kind.kind, *kind.short_names])) for kind in kinds if kind.plural.startswith(incomplete)
    ][:_MOST]


def _names(ctx: click.Context, kind: str, namespace: str | None = None) -> list[str]:
    """Names of a kind in the namespace typed so far, else the context's; ``""`` for cluster-scoped kinds."""
    import msgspec

    from arcops.base.errors import ArcopsError
    from arcops.cli.nearby import context_namespace
    from arcops.kube.objects.meta import PartialObject
    from arcops.queries.objects import ObjectPage

    if namespace is None:
        namespace = "" if ctx.params.get("all_namespaces") else ctx.params.get("namespace") or context_namespace()
    try:
        page = _service(ctx).ask(f"/api/objects/{kind}", ObjectPage, {"namespace": namespace, "limit": _MOST})
    except ArcopsError:
        return []
    return [msgspec.json.decode(body, type=PartialObject).metadata.name for body in page.items]


def _service(ctx: click.Context) -> Service:
    """The service the half-typed line means, with little patience."""
    from arcops.cli.nearby import LOCAL_URL
    from arcops.cli.service import Service, read_token

    given = ctx.params
    return Service(
        url=given.get("server") or LOCAL_URL,
        token=read_token(given.get("token") or "", given.get("token_file") or ""),
        ca_file=given.get("certificate_authority") or "",
        insecure=bool(given.get("insecure_skip_tls_verify")),
        timeout_s=_WAIT_S,
    )

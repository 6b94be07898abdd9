"""What a service account may do: the roles bound to it with their rules; of a role and a binding whom it serves."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.chat.answers._said import listed
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.page import Page
from arcops.findings.grants import Grant, grants_of
from arcops.findings.lone import lone_view
from arcops.inventory.base import Entry
from arcops.kube.objects.access import ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding
from arcops.kube.refs import GroupKind

_ACCOUNT = GroupKind("", "ServiceAccount")
_MOST = 8


def tell_rights(asked: Asked, page: Page, entry: Entry) -> None:
    """The rights of an account, the rules of a role, the subjects of a binding; nothing for other kinds."""
    for text in list(_texts(asked, entry))[:_MOST]:
        page.tell(FactType.FIELD, f"{text}.", ref=entry.ref, rank=1, item=True)


def _texts(asked: Asked, entry: Entry) -> Iterator[str]:
    obj = entry.obj
    if entry.ref.group_kind == _ACCOUNT:
        yield from _of_account(asked, entry)
    elif isinstance(obj, Role | ClusterRole):
        yield from (f"{entry.ref} grants {_rule(rule)}" for rule in obj.rules or ())
    elif isinstance(obj, RoleBinding | ClusterRoleBinding):
        subjects = [f"{one.kind} {one.namespace + '/' if one.namespace else ''}{one.name}" for one in obj.subjects or ()]
        role = f"{obj.role_ref.kind} {obj.role_ref.name}" if obj.role_ref else "no role"
        yield f"{entry.ref} gives {role} to {listed(subjects) or 'nobody'}"


def _of_account(asked: Asked, entry: Entry) -> Iterator[str]:
    view = lone_view(asked.inventory, asked.at_ms)
    grants = list(grants_of(view, entry.ref, entry.ref.namespace))
    if not grants:
        yield f"No binding that I see gives {entry.ref} any rights"
    for grant in grants:
        yield f"{entry.ref} has {grant.role} by {grant.binding}: {_rules(grant)}"


def _rules(grant: Grant) -> str:
    if not grant.is_there:
        return "the role does not exist"
    return "; ".join(_rule(rule) for rule in grant.rules[:_MOST]) or "no rules"


def _rule(rule: PolicyRule) -> str:
    """``get and list on pods``."""
    what = listed(list(rule.resources or rule.non_resource_urls or ()))
    names = f" called {listed(list(rule.resource_names))}" if rule.resource_names else ""
    return f"{listed(list(rule.verbs or ()))} on {what or 'nothing'}{names}"

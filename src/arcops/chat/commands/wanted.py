"""What a question gives a command beside names: sizes, ``KEY=VALUE``, what is to be allowed, what a tool calls a kind."""

from __future__ import annotations

import re

from arcops.chat.asked import Asked
from arcops.chat.read.kinds import kind_words
from arcops.chat.selecting.scope import pods_of
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import spec_of
from arcops.kube.objects.storage import PersistentVolumeClaim
from arcops.kube.refs import GroupKind, ObjectRef

_SIZE = re.compile(r"\b(\d+(?:\.\d+)?) ?(?:(k|m|g|t)i?b?|(k|m|g|t)(?:ilo|e[bg]a|i[bg]a|era)?(?:gs?|bytes?|igs?|egs?)?)\b", re.IGNORECASE)
_LINES = re.compile(r"\b(\d{1,5}) (?:log )?lines\b", re.IGNORECASE)
_TAG = re.compile(r"\b(?:to|tag|version|image) (v?\d+(?:\.\d+)+[\w.-]*)", re.IGNORECASE)
_PAIR = re.compile(r"(?<![\w./-])([\w][\w./-]*)=([\w][\w.-]*)?")
_VERBS = {
    "read": "get", "see": "get", "view": "get", "get": "get", "list": "list", "watch": "watch", "create": "create", "make": "create",
    "update": "update", "edit": "update", "change": "update", "modify": "update", "write": "update", "patch": "patch",
    "delete": "delete", "remove": "delete", "kill": "delete", "scale": "patch", "restart": "patch",
    "exec": "create",
}  # fmt: skip
_PARTS = {"exec": "pods/exec", "logs": "pods/log", "log": "pods/log"}
_ACCOUNT = GroupKind("", "ServiceAccount")
_PROGRAM = re.compile(
    r"\b(?:[a-z]+-(?:cli|shell)|psql|mysql|mongosh?|cqlsh|sqlcmd|sqlplus|rabbitmqctl|nginx -t|curl|wget|ping|nslookup|dig)\b", re.IGNORECASE
)
_OWN = re.compile(r"\b(?:am i|(?<!how )can i|may i|my (?:own )?(?:rights?|permissions?|access)|myself)\b")
_FLUX = "toolkit.fluxcd.io"
_FLUX_WORDS = {
    "GitRepository": "source git", "HelmRepository": "source helm", "OCIRepository": "source oci", "Bucket": "source bucket",
    "HelmChart": "source chart", "Kustomization": "kustomization", "HelmRelease": "helmrelease",
}  # fmt: skip
_LABELS = (("kustomize.toolkit.fluxcd.io", "kustomization"), ("helm.toolkit.fluxcd.io", "helmrelease"))


def wanted_values(asked: Asked, ref: ObjectRef | None) -> dict[str, str]:
    """All of them, capitals where the question gives none."""
    question = asked.reading.question
    size = _SIZE.search(question)
    pair = _PAIR.search(question)
    claim = claim_of(asked, ref)
    return {
        "size": f"{size[1]}{(size[2] or size[3]).upper()}i" if size else "SIZE",
        "pair": pair[0] if pair else "KEY=VALUE",
        "envpair": pair[0] if pair else "NAME=VALUE",
        "tail": lines[1] if (lines := _LINES.search(question)) else "100",
        "tag": tag[1] if (tag := _TAG.search(question)) else "TAG",
        "phase": "Succeeded" if re.search(r"\b(?:completed|finished|succeeded|done)\b", question.lower()) else "Failed",
        "newsecret": _missing(asked, "Secret"), "newconfig": _missing(asked, "ConfigMap"),
        "program": program[0].lower() if (program := _PROGRAM.search(question)) else "sh",
        "claim": claim.name if claim else "CLAIM",
        "claimn": f"-n {claim.namespace} " if claim else "",
        "claimsaid": str(claim) if claim else "a claim",
        **_allowed(asked, ref), **_flux(asked, ref),
        "by": "cpu" if re.search(r"\bcpus?\b|\bcores?\b|\bload\b", question.lower()) else "memory",
    }  # fmt: skip


def _missing(asked: Asked, kind: str) -> str:
    """The name of what an open incident misses, or of what is gone: it is to be made."""
    gone = [ref for ref in asked.reading.gone if ref.kind == kind]
    incidents = asked.current.report.incidents if asked.current is not None else ()
    roots = [one.root for one in incidents if one.root.kind == kind and asked.inventory.get(one.root) is None]
    space = asked.reading.namespace or next((ref.namespace for ref in asked.reading.objects), "")
    found = gone or [ref for ref in roots if not space or ref.namespace == space]
    return found[0].name if found else "NAME"


def claim_of(asked: Asked, ref: ObjectRef | None) -> ObjectRef | None:
    """The claim that is meant: the object itself, else the one that its pods mount."""
    if ref is None or ref.group_kind == PersistentVolumeClaim.GROUP_KIND:
        return ref
    entry = asked.inventory.get(ref)
    names = {name for one in (*([entry] if entry else ()), *pods_of(ref, asked.inventory)) for name in _mounted(one)}
    found = [ObjectRef.of(PersistentVolumeClaim.GROUP_KIND, ref.namespace, name) for name in sorted(names)]
    return next((one for one in found if asked.inventory.get(one) is not None), None)


def _mounted(entry: Entry) -> list[str]:
    at = spec_of(entry.obj)
    claims = (one.persistent_volume_claim for one in (at.spec.volumes if at else None) or ())
    return [one.claim_name for one in claims if one is not None and one.claim_name]


def _allowed(asked: Asked, ref: ObjectRef | None) -> dict[str, str]:
    """``get secrets`` or ``--list``, of which account."""
    words = re.findall(r"[a-z][a-z-]+", asked.reading.question.lower())
    known = kind_words(asked.services.source.catalog)
    start = max((at for at, word in enumerate(words) if word in ("can", "may", "could", "to")), default=0)
    after = words[start:]
    verb = next((word for word in after if word in _VERBS), "")
    part = next((_PARTS[word] for word in after if word in _PARTS), "")
    kind = (
        next((known[word] for word in after[after.index(verb) + 1 :] if word in known and known[word] != _ACCOUNT), None) if verb else None
    )
    resource = asked.services.source.catalog.get(kind) if kind else None
    what = part or (resource.plural if resource else "")
    asks = f"{_VERBS[verb]} {what}" if verb and what else "--list"
    role = f"--verb={_VERBS[verb]} --resource={what}" if verb and what else "--verb=VERB --resource=KIND"
    return {"rights": asks, "roleargs": role, **_as(asked, ref)}


def _as(asked: Asked, ref: ObjectRef | None) -> dict[str, str]:
    if ref is None or ref.kind == "Namespace" or (_OWN.search(asked.reading.question.lower()) and ref.group_kind != _ACCOUNT):
        return {"as": "", "whose": "you", "account": "NAMESPACE:ACCOUNT", "rolename": "NAME"}
    if ref.group_kind == _ACCOUNT:
        name = ref.name
    else:
        entry = asked.inventory.get(ref)
        at = next((at for one in (*([entry] if entry else ()), *pods_of(ref, asked.inventory)) if (at := spec_of(one.obj))), None)
        name = (at.spec.service_account_name if at else None) or "default"
    return {"as": f"--as=system:serviceaccount:{ref.namespace}:{name}", "whose": f"ServiceAccount {ref.namespace}/{name}",
            "account": f"{ref.namespace}:{name}", "rolename": f"{name}-extra"}  # fmt: skip


def _flux(asked: Asked, ref: ObjectRef | None) -> dict[str, str]:
    """How Flux calls the object, or what has applied it: ``kustomization apps -n flux-system``."""
    found = ref if ref is not None and ref.group.endswith(_FLUX) else None
    entry = asked.inventory.get(ref) if ref is not None and found is None else None
    labels = (entry.obj.metadata.labels or {}) if entry else {}
    for group, word in _LABELS:
        if f"{group}/name" in labels:
            name, space = labels[f"{group}/name"], labels.get(f"{group}/namespace", "flux-system")
            return {"flux": f"{word} {name} -n {space}", "fluxsaid": f"{word} {space}/{name}"}
    found = found or _only_flux(asked)
    if found is None:
        return {"flux": "kustomization NAME", "fluxsaid": "a Kustomization"}
    return {"flux": f"{_FLUX_WORDS.get(found.kind, found.kind.lower())} {found.name} -n {found.namespace}", "fluxsaid": str(found)}


def _only_flux(asked: Asked) -> ObjectRef | None:
    is_source = re.search(r"\b(?:git|repo\w*|source|pull|fetch)\b", asked.reading.question.lower()) is not None
    kinds = ("GitRepository", "OCIRepository") if is_source else ("Kustomization", "HelmRelease")
    for name in kinds:
        refs = [
            entry.ref
            for kind in asked.inventory.kinds()
            if kind.kind == name and kind.group.endswith(_FLUX)
            for entry in asked.inventory.list(kind)
        ]
        if refs:
            return refs[0] if len(refs) == 1 else None
    return None

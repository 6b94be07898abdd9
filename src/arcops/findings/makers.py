"""Who is to make a Secret that is not there: a Certificate, an ExternalSecret, a SecretSync. Its trouble explains the absence."""

from __future__ import annotations

from arcops.inventory.base import Reader
from arcops.kube.objects.config import Secret
from arcops.kube.objects.custom import CustomObject
from arcops.kube.refs import GroupKind, ObjectRef

_MAKERS = (
    GroupKind("cert-manager.io", "Certificate"),
    GroupKind("external-secrets.io", "ExternalSecret"),
    GroupKind("bitnami.com", "SealedSecret"),
    GroupKind("secret-sync.x-k8s.io", "SecretSync"),
    GroupKind("secrets.hashicorp.com", "VaultStaticSecret"),
    GroupKind("secrets.infisical.com", "InfisicalSecret"),
    GroupKind("onepassword.com", "OnePasswordItem"),
    GroupKind("generators.external-secrets.io", "PushSecret"),
)


def maker_of(ref: ObjectRef, reader: Reader) -> ObjectRef | None:
    """The custom resource that makes a Secret, if the Secret is absent; None for all else."""
    if ref.group_kind != Secret.GROUP_KIND or reader.get(ref) is not None:
        return None
    for kind in _MAKERS:
        for entry in reader.list(kind, ref.namespace):
            if isinstance(entry.obj, CustomObject) and ref.name in _made_by(entry.ref, entry.obj):
                return entry.ref
    return None


def _made_by(ref: ObjectRef, obj: CustomObject) -> tuple[str, ...]:
    """The names of the Secrets it makes: as it says, else its own."""
    spec = obj.spec
    named = (spec.secret_name, spec.target.name if spec.target else None) if spec else ()
    return tuple(name for name in named if name) or (ref.name,)

"""What a command line means when it names nothing: the service of this machine, the namespace of the current context."""

from __future__ import annotations

from arcops.base.errors import KubeconfigError

LOCAL_URL = "http://127.0.0.1:8000"
_DEFAULT_NAMESPACE = "default"


def context_namespace() -> str:
    """The namespace of the current context, as kubectl takes it when ``-n`` is left out."""
    from arcops.source.kubeconfig import list_contexts

    try:
        return next((context.namespace for context in list_contexts() if context.is_current), _DEFAULT_NAMESPACE)
    except KubeconfigError:
        return _DEFAULT_NAMESPACE

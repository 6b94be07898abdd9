"""Every error arcops can give an operator, in one tree.

    ArcopsError
    ├── UsageError            the question cannot be asked like that        HTTP 422, exit 2
    │   ├── UnknownKind  BadSelector  BadTime  BadCursor  BadInput
    ├── NotFound              the question is fine, the thing is not there  HTTP 404, exit 1
    │   ├── ObjectNotFound  NotThen  NeverSeen  ContainerNotFound
    ├── NotAllowed            the cluster or this server refused us         HTTP 401 or 403, exit 4
    │   ├── Forbidden  Unauthorized  TokenNeeded  HostRefused
    ├── Unreachable           nobody answers                                HTTP 503, exit 3
    │   ├── ClusterUnreachable  ServerUnreachable  CredentialFailed  KubeconfigError
    ├── Busy                  try again later                               HTTP 429, exit 3
    ├── RecordError           the record on disk cannot be used             HTTP 503, exit 3
    └── Refused               the other side answered, and it was no use    HTTP 502, exit 3

A class's docstring is its message, with the error's fields in braces. ``code`` is public and stable, ``hint`` says
what the operator can do next. Whoever raises does not log; whoever handles logs once.
"""

from __future__ import annotations

from typing import ClassVar


class ArcopsError(Exception):
    """Something inside arcops went wrong: {what}."""

    code: ClassVar[str] = "internal-error"
    hint: ClassVar[str] = "This is a fault in arcops. Please report it with the log lines around this moment."

    def __init__(self, *, hint: str | None = None, **fields: object) -> None:
        """Keep the fields the message names; ``hint`` replaces the class's own, word for word, where the case knows better."""
        self.fields = fields
        message = (type(self).__doc__ or "").strip().partition("\n")[0].format_map(_Blank(fields))
        super().__init__(message)
        self.advice = type(self).hint.format_map(_Blank(fields)) if hint is None else hint

    @property
    def message(self) -> str:
        """One clear sentence for the operator."""
        return str(self)


class _Blank(dict[str, object]):
    """A mapping in which a missing field reads as "?", so that an error never fails to print."""

    def __missing__(self, key: str) -> str:
        return "?"


class UsageError(ArcopsError):
    """The request cannot be understood: {what}."""

    code = "bad-request"
    hint = "Correct the request and ask again."


class BadInput(UsageError):
    """{what} cannot be read: {why}."""

    code = "bad-input"


class UnknownKind(UsageError):
    """The cluster has no kind called "{kind}"."""

    code = "unknown-kind"
    hint = "`arcops get kinds` or GET /api/kinds lists what there is. {near}"


class BadSelector(UsageError):
    """The selector "{selector}" cannot be read: {why}."""

    code = "bad-selector"
    hint = "Write key=value, key!=value, 'key in (a,b)', key or !key, separated by commas."


class BadTime(UsageError):
    """The time "{text}" cannot be read."""

    code = "bad-time"
    hint = "Write RFC 3339 (2026-11-24T14:00:00Z), an age such as 15m, 2h or 1d, or yesterday 14:00, monday 8am, 14:05."


class BadCursor(UsageError):
    """The value of "continue" does not belong to this question."""

    code = "bad-continue"
    hint = 'Leave "continue" out and start from the first page.'


class NotFound(ArcopsError):
    """There is no {what}."""

    code = "not-found"
    hint = "Check the spelling."


class ObjectNotFound(NotFound):
    """There is no {kind} {name} in the cluster."""

    code = "object-not-found"
    hint = "{near}"


class NotThen(NotFound):
    """There was no {kind} {name} at {at}."""

    code = "not-then"
    hint = "{known}"


class NeverSeen(NotFound):
    """The record has never seen a {kind} {name}."""

    code = "never-seen"
    hint = "The record begins at {since}. {near}"


class ContainerNotFound(NotFound):
    """Pod {pod} has no container {container}."""

    code = "container-not-found"
    hint = "Its containers are: {near}."


class LogsNotFound(NotFound):
    """There are no logs of {what}: {why}."""

    code = "logs-not-found"
    hint = "A container that has not started, or whose node has forgotten it, has no logs."


class NotAllowed(ArcopsError):
    """You may not do this: {what}."""

    code = "not-allowed"
    hint = "Ask whoever runs this service for access."


class Unauthorized(NotAllowed):
    """The cluster does not accept our credentials."""

    code = "cluster-unauthorized"
    hint = "Sign in again (for AKS: `az login` and kubelogin), or renew the token in the kubeconfig."


class Forbidden(NotAllowed):
    """The account may not {verb} {resource}."""

    code = "cluster-forbidden"
    hint = "Give the account get, list and watch on {resource}; docs/howto/rbac.md has the role."


class TokenNeeded(NotAllowed):
    """This server wants a bearer token."""

    code = "token-needed"
    hint = "Send `Authorization: Bearer …` (for the command line: --token or ARCOPS_TOKEN)."


class HostRefused(NotAllowed):
    """Requests for host or origin "{host}" are not answered here."""

    code = "host-refused"
    hint = "Add the name to ARCOPS_SERVER__ALLOWED_HOSTS or ARCOPS_SERVER__CORS_ORIGINS if it is yours."


class Unreachable(ArcopsError):
    """{what} does not answer: {why}."""

    code = "unreachable"
    hint = "Check the address and the network."


class ClusterUnreachable(Unreachable):
    """The cluster at {server} does not answer: {why}."""

    code = "cluster-unreachable"
    hint = "Check that the API server runs and that this machine reaches it. arcops keeps trying."


class ServerUnreachable(Unreachable):
    """No arcops server answers at {server}: {why}."""

    code = "server-unreachable"
    hint = "Start one with `arcops serve`, or name another with --server."


class CredentialFailed(Unreachable):
    """The credentials of the kubeconfig could not be made: {why}."""

    code = "credential-failed"
    hint = "Run the same command by hand to see what it wants; arcops never goes on without credentials."


class KubeconfigError(Unreachable):
    """The kubeconfig {path} cannot be used: {why}."""

    code = "kubeconfig-unusable"
    hint = "Check the file with `kubectl config view`, or name another with --kubeconfig or KUBECONFIG."


class Busy(ArcopsError):
    """{what} has too much to do at the moment."""

    code = "busy"
    hint = "Try again in {retry_s} seconds."


class RecordError(ArcopsError):
    """The record at {path} cannot be used: {why}."""

    code = "record-unusable"
    hint = "Check the disk and the rights of the folder; the live view works without it."


class Refused(ArcopsError):
    """The cluster answered {status} to {what}."""

    code = "cluster-error"
    hint = "Try again; if it stays, look at the API server's own log."

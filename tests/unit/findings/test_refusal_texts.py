"""What the API server says when it refuses is read for who refused and why."""

import base64

import pytest

from arcops.findings.text.certificates import expiries_ms
from arcops.findings.text.refusals import Refusal, refused
from arcops.findings.text.rights import denied_rights
from arcops.findings.text.stamped import stamped_failures


@pytest.mark.parametrize(
    ("message", "refusal", "by"),
    [
        ('pods "a" is forbidden: exceeded quota: team, used: pods=3, limited: pods=3', Refusal.QUOTA_EXCEEDED, "team"),
        ('pods "a" is forbidden: exceeded quota', Refusal.QUOTA_EXCEEDED, ""),
        ('pods "a" is forbidden: failed quota: team: must specify limits.cpu for: app', Refusal.QUOTA_NEEDS_VALUES, "team"),
        ('pods "a" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot', Refusal.POD_SECURITY, "restricted:latest"),
        (
            'Internal error occurred: failed calling webhook "x.example.com": failed to call webhook: Post "https://x.y.svc:443/": EOF',
            Refusal.WEBHOOK_DOWN, "x.example.com",
        ),
        ('admission webhook "x.example.com" denied the request: no label team', Refusal.WEBHOOK_DENIED, "x.example.com"),
        (
            'pods "a" is forbidden: error looking up service account shop/runner: serviceaccount "runner" not found',
            Refusal.ACCOUNT_MISSING, "runner",
        ),
        ('pods "a" is forbidden: no PriorityClass with name fast was found', Refusal.PRIORITY_CLASS_MISSING, "fast"),
        ('pods "a" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi', Refusal.LIMIT_RANGE, "memory"),
        ('pods "a" is forbidden: minimum cpu usage per Pod is 100m. No request is specified', Refusal.LIMIT_RANGE, "cpu"),
        ('pods "a" is forbidden: unable to create new content in namespace old because it is being terminated', Refusal.NAMESPACE_ENDS, ""),
        ('Pod "a" is invalid: spec.containers[0].image: Required value', Refusal.INVALID, ""),
        ("something new", Refusal.OTHER, ""),
    ],
)  # fmt: skip
def test_a_refusal_names_who_refused(message: str, refusal: Refusal, by: str) -> None:
    found = refused(f"Error creating: {message}")
    assert (found.refusal, found.by) == (refusal, by)
    assert found.said


def test_a_denied_right_is_read_whatever_surrounds_it() -> None:
    text = (
        'E0302 reflector.go:147] failed to list *v1.Pod: pods is forbidden: User "system:serviceaccount:shop:watcher" cannot list '
        'resource "pods" in API group "" in the namespace "shop"\n'
        r'{"err":"User \"system:serviceaccount:shop:watcher\" cannot watch resource \"nodes\" in API group \"\" at the cluster scope"}'
        '\nUser "system:serviceaccount:shop:watcher" cannot get path "/metrics"\n'
    )
    first, second, third = denied_rights(text)
    assert (first.verb, first.resource, first.namespace, first.text) == ("list", "pods", "shop", "list pods in namespace shop")
    assert (second.verb, second.resource, second.namespace) == ("watch", "nodes", "")
    assert (third.verb, third.path) == ("get", "/metrics")


def test_a_right_denied_a_hundred_times_is_told_once() -> None:
    line = 'User "system:serviceaccount:a:b" cannot get resource "secrets" in API group "" in the namespace "a"\n'
    assert len(denied_rights(line * 100)) == 1
    assert denied_rights("everything is allowed") == []


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-02T11:50:00Z ERROR no upstream",
        "2026-03-02 11:50:00,000 - app - CRITICAL - no upstream",
        'time="2026-03-02T11:50:00Z" level=error msg="no upstream"',
        '{"ts":"2026-03-02T11:50:00Z","level":"error","msg":"no upstream"}',
    ],
)
def test_a_line_that_fails_is_found_with_its_time(line: str) -> None:
    (found,) = stamped_failures(f"2026-03-02T11:49:00Z INFO all well, 0 errors\n{line}\nERROR without a time\n")
    assert found.at_ms == 1_772_452_200_000


@pytest.mark.parametrize(
    "text", ["", "bm90IGEgY2VydGlmaWNhdGU=", "%%%", base64.b64encode(b"-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----").decode()]
)
def test_what_is_no_certificate_has_no_end(text: str) -> None:
    assert expiries_ms(text) == []

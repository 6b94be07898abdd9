"""Credentials are found wherever they stand, and ordinary words stay readable."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcops.base.redact import MASK, is_secret_name, mask_json, mask_text, mask_value

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"  # pragma: allowlist secret
RANDOM = "q7Zt0LxA3vWb9KcE5nRy2MfH8sJd4GpU"  # pragma: allowlist secret

PLANTED = [
    ("Authorization: Bearer s3cr3t.value", "s3cr3t.value"),
    ('curl -H "Authorization: Basic dXNlcjpodW50ZXIy" https://api', "dXNlcjpodW50ZXIy"),
    ("authorization=tok-12345", "tok-12345"),
    ('{"Authorization": "Bearer abc123def"}', "abc123def"),
    ("got header Bearer abc.def-ghi123 from client", "abc.def-ghi123"),
    (f"token is {JWT}", JWT),
    (JWT, "c2lnbmF0dXJl"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKC\nabc\n-----END RSA PRIVATE KEY-----", "MIIEpAIBAAKC"),
    ("-----BEGIN PRIVATE KEY-----\ntruncated here", "truncated"),
    ("postgres://shop:hunter2@db:5432/shop", "hunter2"),
    ("amqp://guest:p%40ss@rabbit.shop.svc", "p%40ss"),
    ("redis://:opensesame@cache:6379/0", "opensesame"),
    ("https://deploy:ghx-token@git.example/repo.git", "ghx-token"),
    ("mongodb+srv://root:S0me/thing@mongo.example/db", "S0me/thing"),
    ("root:hunter2@tcp(mysql:3306)/shop", "hunter2"),
    ("Server=db;User Id=sa;Password=Pa55w0rd!;Encrypt=yes", "Pa55w0rd!"),
    ("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Zm9vYmFyYmF6cXV4;EndpointSuffix=x", "Zm9vYmFyYmF6cXV4"),
    ("Endpoint=sb://x/;SharedAccessKeyName=root;SharedAccessKey=abcDEF123=", "abcDEF123="),
    ("https://acct.blob.example/c/f?sv=2024&sig=abc%2Bdef123&se=1", "abc%2Bdef123"),
    ("DB_PASSWORD=hunter2 ./start", "hunter2"),
    ("export API_KEY='my-key'", "my-key"),
    ("password: swordfish", "swordfish"),
    ('  db-password: "correct horse"', "correct"),
    ('{"clientSecret":"abc"}', '"abc"'),
    ('{\\"password\\":\\"hunter2\\"}', "hunter2"),
    ("login failed with password: hunter2 for sa", "hunter2"),
    ("redis-cli --password hunter2 ping", "hunter2"),
    ("run --api-key=abcdef --verbose", "abcdef"),
    ("curl -u admin:hunter2 https://registry", "hunter2"),
    ("aws AKIAIOSFODNN7EXAMPLE used", "AKIAIOSFODNN7EXAMPLE"),  # pragma: allowlist secret
    ("secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI"),  # pragma: allowlist secret
    ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abc"),  # pragma: allowlist secret
    ("glpat-abcdefghij0123456789", "glpat-abc"),  # pragma: allowlist secret
    ("xoxb-1234567890-abcdefghij", "xoxb-1234567890"),  # pragma: allowlist secret
    ("key fndry-pk-0b8e1a4c-1111-2222-3333-444455556666", "0b8e1a4c"),
    ("sk-proj-abcdefghijklmnopqrst", "sk-proj-abc"),  # pragma: allowlist secret
    ("hvs.CAESIJabcdefghijklmnopqrstuv", "hvs.CAESIJ"),  # pragma: allowlist secret
    ("kubeadm join --token abcdef.0123456789abcdeg", "0123456789abcdeg"),
    ("joined with xyzabc.9f8s7d6k5j4h3g2q", "9f8s7d6k5j4h3g2q"),
    (f"handed out {RANDOM} to the client", RANDOM),
    ("LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFcEFJQkFBS0NBUUVB", "LS0tLS1CRUdJTiBSU0Eg"),
    ("Set-Cookie: session=abc123; Path=/", "abc123"),
    ("tokens: api_token: 0123abcd", "0123abcd"),
    ("DATABASE_DSN=user/pass", "user/pass"),
    ("12:00:01 GET / Cookie: sid=s3ss10n; theme=dark", "s3ss10n"),
    ("last event: Warning, message password: swordfish", "swordfish"),
]

ORDINARY = [
    "Back-off restarting failed container web in pod web-5d4f8c9b7-x2kqp_shop(0b8e1a4c-1111-4222-8333-444455556666)",
    'MountVolume.SetUp failed for volume "tls" : secret "shop-tls" not found',
    "Error: couldn't find key password in Secret shop/db",
    'secrets "db-credentials" is forbidden: User "system:serviceaccount:shop:web" cannot get resource "secrets" in namespace "shop"',
    "failed to pull and unpack image: invalid token: unauthorized",
    "docker.io/library/nginx@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "containerd://0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b1c",
    "Successfully assigned shop/web-0 to edge-1",
    "http://web.shop.svc.cluster.local:8080/healthz?verbose=true",
    "Readiness probe failed: HTTP probe failed with statuscode: 503",
    "/var/lib/kubelet/pods/0b8e1a4c-1111-4222-8333-444455556666/volumes/kubernetes.io~projected/kube-api-access-x7k2p",
    "/var/run/secrets/kubernetes.io/serviceaccount/token",
    "pod web-abc123.17f3c9a2b4d5e6f7 event",
    "mysqld.17f3c9a2b4d5e6f7",
    "max_tokens=4096 context=8192",
    "secretName: shop-tls",
    "passwordSecretRef: db",
    "token_url=https://login.example/oauth2/token",
    "The password is wrong",
    "login failed: password: incorrect",
    "too few cookies: bake more",
    "ValidatingAdmissionPolicyBinding and MutatingWebhookConfiguration v1beta1 were removed in 1.25",
    "mail admin@example.org at 12:30:45",
    "image: ghcr.io/acme/shop-frontend:v1.2.3-rc.1",
    "ssh git@github.example:acme/shop.git",
    "E1105 10:00:00.000000 1 reflector.go:158] failed to list *v1.Secret: Unauthorized",
    "PASSWORD_FILE=/run/secrets/db",
    "kubectl create secret generic db",
    "bearer authentication is required",
    "Secret: shop/db was changed by kubectl",
    "ttl: 3600 seconds",
    "http://proxy:8080/mailto/someone@example",
    "-----BEGIN CERTIFICATE-----\nMIIBYzCCAQigAwIBAgIUC422aOmEzEBNsK9Nr0IXWn4eJL8wCgYIKoZIzj0EAwIw\n-----END CERTIFICATE-----",
    "2026-11-24T14:00:00.123456Z INFO started in 1.23s",
    "automountServiceAccountToken: false",
    "password=$(DB_PASSWORD) token=${TOKEN}",
]


@pytest.mark.parametrize(("text", "secret"), PLANTED)
def test_a_planted_credential_is_masked(text: str, secret: str) -> None:
    masked = mask_text(text)
    assert secret not in masked
    assert MASK in masked


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize("text", [text for text, _ in PLANTED])
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask_text(mask_text(text)) == mask_text(text)


@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    once = mask_text(text)
    assert isinstance(once, str)


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=30), lambda c: st.lists(c) | st.dictionaries(st.text(), c))
)
def test_a_masked_json_value_is_still_json(body: object) -> None:
    json.dumps(mask_json(body))


@pytest.mark.parametrize("piece", ["a", "token.", "password", "-", "a:", "a://", "-----BEGIN PRIVATE KEY-----", "eyJaaaaaaaa.", "x=", "'"])
def test_long_hostile_text_is_masked_in_linear_time(piece: str) -> None:
    started = time.process_time()
    mask_text(piece * (100_000 // len(piece)))
    assert time.process_time() - started < 2.0


def test_what_surrounds_a_credential_stays_readable() -> None:
    assert (
        mask_text("cannot reach postgres://shop:hunter2@db:5432/shop: timeout") == "cannot reach postgres://shop:***@db:5432/shop: timeout"
    )


@pytest.mark.parametrize(
    "name", ["DB_PASSWORD", "apiKey", "client-secret", "GITHUB_TOKEN", "example.org/api-token", "PGPASSWORD", "dbPass", "ACCESS_KEY"]
)
def test_names_of_credentials_are_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["secretName", "TOKEN_URL", "passwordFile", "key", "name", "tokenExpirationSeconds", "compass", "bypass-cache", "monkey"]
)
def test_names_of_other_things_are_left_alone(name: str) -> None:
    assert not is_secret_name(name)


def test_a_variable_is_masked_by_its_name_and_references_are_kept() -> None:
    assert mask_value("DB_PASSWORD", "plainword") == MASK
    assert mask_value("DB_PASSWORD", "$(OTHER)") == "$(OTHER)"
    assert mask_value("GREETING", "plainword") == "plainword"


def test_a_pod_keeps_its_shape_and_loses_its_credentials() -> None:
    pod = {
        "kind": "Pod",
        "metadata": {"name": "web", "annotations": {"last": json.dumps({"env": [{"name": "API_KEY", "value": "planted-1"}]})}},
        "spec": {
            "containers": [
                {
                    "name": "web",
                    "args": ["--password", "planted-2", "--port", "80", "--token=planted-3"],
                    "env": [
                        {"name": "DB_PASSWORD", "value": "planted-4"},
                        {"name": "MODE", "value": "fast"},
                        {"name": "DB_TOKEN", "valueFrom": {"secretKeyRef": {"name": "db", "key": "token"}}},
                    ],
                }
            ],
            "automountServiceAccountToken": False,
            "imagePullSecrets": [{"name": "regcred"}],
        },
    }
    masked = mask_json(pod)
    assert "planted" not in json.dumps(masked)
    container = masked["spec"]["containers"][0]
    assert container["args"] == ["--password", MASK, "--port", "80", "--token=***"]
    assert container["env"][1:] == pod["spec"]["containers"][0]["env"][1:]  # type: ignore[index]
    assert masked["spec"]["imagePullSecrets"] == [{"name": "regcred"}]


def test_the_data_of_a_secret_is_left_out_even_inside_a_list() -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db"},
        "data": {"u": "cGxhbnRlZA=="},
        "stringData": {"p": "planted"},
    }
    masked = mask_json({"kind": "List", "items": [secret]})
    assert masked["items"][0] == {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}}


def test_a_public_certificate_is_not_a_credential() -> None:
    bundle = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSURCVENDQWUyZ0F3SUJBZ0lJ"
    assert mask_json({"caBundle": bundle}) == {"caBundle": bundle}

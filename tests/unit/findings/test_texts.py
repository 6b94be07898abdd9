"""What messages mean."""

import pytest

from arcops.findings.text.config_errors import MissingConfig, missing_config
from arcops.findings.text.exits import described
from arcops.findings.text.lines import Family, decisive, last_line
from arcops.findings.text.pulls import PullFailure, pull_problem, registry_of

LINES = [
    ("dial tcp 10.0.3.3:5432: connect: connection refused", Family.REFUSED, "10.0.3.3:5432"),
    ("Error: connect ECONNREFUSED ledger:5432", Family.REFUSED, "ledger:5432"),
    ("dial tcp: lookup ledger on 10.96.0.10:53: no such host", Family.NO_SUCH_HOST, "ledger"),
    ("getaddrinfo ENOTFOUND ledger.shop.svc", Family.NO_SUCH_HOST, "ledger.shop.svc"),
    ("x509: certificate has expired or is not yet valid", Family.TLS, ""),
    ('FATAL: password authentication failed for user "app"', Family.AUTHENTICATION, ""),
    ('User "system:serviceaccount:shop:agent" cannot list resource "pods"', Family.FORBIDDEN, "system:serviceaccount:shop:agent"),
    ("open /data/app.db: permission denied", Family.PERMISSION, "/data/app.db"),
    ('"root" execution of the PostgreSQL server is not permitted.', Family.PERMISSION, ""),
    ("write /data/x: read-only file system", Family.READ_ONLY, ""),
    ("write /data/x: no space left on device", Family.NO_SPACE, ""),
    ("listen tcp :8080: bind: address already in use", Family.IN_USE, ""),
    ("ModuleNotFoundError: No module named 'flask'", Family.MISSING_MODULE, "flask"),
    ("Error: Cannot find module '/app/server.js'", Family.MISSING_MODULE, "/app/server.js"),
    ("open /etc/web/rules.json: no such file or directory", Family.MISSING_FILE, "/etc/web/rules.json"),
    ("DATABASE_URL is not set", Family.MISSING_SETTING, "DATABASE_URL"),
    ("unknown flag: --colour", Family.BAD_FLAG, "--colour"),
    ("error: yaml: line 4: did not find expected key", Family.PARSE, ""),
    ("exec /app/server: exec format error", Family.EXEC_FORMAT, ""),
    ("sh: 1: Syntax error: end of file unexpected", Family.SYNTAX, ""),
    ("java.lang.OutOfMemoryError: Java heap space", Family.MEMORY, ""),
    ("panic: runtime error: index out of range", Family.CRASH, ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "family", "about"), LINES)
def test_a_line_is_read(line: str, family: Family, about: str) -> None:
    found = decisive(f"starting\n{line}\n")
    assert found is not None
    assert (found.family, found.line) == (family, line)
    assert found.about == about or not about


@pytest.mark.parametrize("line", ["0 errors found", "no error", "failover to replica done", "errors=0", "listening on :8080"])
def test_a_line_that_says_all_is_well_is_no_cause(line: str) -> None:
    assert decisive(line) is None


def test_the_precise_line_wins_over_the_vague_one_after_it() -> None:
    found = decisive("dial tcp ledger:5432: connect: connection refused\nerror: giving up\n")
    assert found is not None
    assert found.family is Family.REFUSED


def test_the_last_line_is_found_behind_empty_ones() -> None:
    assert last_line("one\ntwo\n\n  \n") == "two"


PULLS = [
    ('failed to resolve reference "r.local/x:9": r.local/x:9: not found', PullFailure.NOT_FOUND),
    ("failed to fetch anonymous token: unexpected status: 401 Unauthorized", PullFailure.UNAUTHORIZED),
    ("pull access denied, repository does not exist or may require 'docker login'", PullFailure.UNAUTHORIZED),
    ("dial tcp: lookup r.local: no such host", PullFailure.UNREACHABLE),
    ("no match for platform in manifest: not found", PullFailure.WRONG_PLATFORM),
    ("Failed to apply default image tag: couldn't parse image reference: invalid reference format", PullFailure.INVALID_NAME),
    ("toomanyrequests: You have reached your pull rate limit", PullFailure.RATE_LIMITED),
    ("ErrImageNeverPull", PullFailure.NEVER_PULLED),
]


@pytest.mark.parametrize(("message", "failure"), PULLS)
def test_a_failed_pull_is_told_apart(message: str, failure: PullFailure) -> None:
    found = pull_problem(['Back-off pulling image "r.local/x:9"', message])
    assert (found.failure, found.said) == (failure, message)


def test_the_registry_of_an_image_is_its_host() -> None:
    assert [registry_of(image) for image in ("r.local/a/b:1", "nginx:1", "library/nginx", "localhost/x")] == [
        "r.local", "docker.io", "docker.io", "localhost",
    ]  # fmt: skip


def test_what_is_missing_is_named_with_its_key() -> None:
    assert missing_config('configmap "web" not found') == MissingConfig("ConfigMap", "web")
    assert missing_config("couldn't find key PORT in Secret shop/web") == MissingConfig("Secret", "web", "PORT")
    assert missing_config("container has runAsNonRoot and image will run as root") is None


def test_exit_codes_have_meanings() -> None:
    assert described(137) == "exit code 137 (it was ended by signal 9, SIGKILL)"
    assert described(42) == "exit code 42"

"""How failures read and end: two lines on stderr, nothing on stdout, a status a script can test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from arcops.base import errors
from arcops.cli.errors import Exit, exit_of
from tests.unit.cli.conftest import CLUSTER, Terminal


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.UnknownKind(kind="x"), 2),
        (errors.BadTime(text="x"), 2),
        (errors.ObjectNotFound(kind="Pod", name="x"), 1),
        (errors.NeverSeen(kind="Pod", name="x"), 1),
        (errors.Forbidden(verb="list", resource="pods"), 4),
        (errors.TokenNeeded(), 4),
        (errors.ClusterUnreachable(server="x", why="y"), 3),
        (errors.KubeconfigError(path="x", why="y"), 3),
        (errors.CredentialFailed(why="y"), 3),
        (errors.Busy(what="x", retry_s=1), 3),
        (errors.RecordError(path="x", why="y"), 3),
        (errors.Refused(status=500, what="x"), 3),
        (errors.ArcopsError(what="x"), 70),
    ],
)
def test_every_family_of_errors_has_its_status(error: errors.ArcopsError, status: int) -> None:
    assert exit_of(error) == status


WRONG = [
    (["gett"], 2, 'error: There is no command "gett". Did you mean "get"?'),
    (["get"], 2, "error: Missing argument"),
    (["get", "pods", "--no-such-flag"], 2, "error: No such option"),
    (["get", "pods", "-o", "xml"], 2, "error: Invalid value for '-o' / '--output': \"xml\" is not an output form here."),
    (["get", "pods", "-o", "jsonpath"], 2, "error: Invalid value for '-o' / '--output': -o jsonpath needs something behind"),
    (["get", "pdos", "-f", CLUSTER], 2, 'error: The cluster has no kind called "pdos".'),
    (["get", "pods", "-f", CLUSTER, "-l", "a in b"], 2, "error: The selector"),
    (["get", "pod/a", "b", "-f", CLUSTER], 2, 'error: "b" cannot be read: with a slash every word is KIND/NAME.'),
    (["get", "pods", "-f", "/no/such/file"], 2, "error: "),
    (["get", "pods", "nope", "-n", "shop", "-f", CLUSTER], 1, "error: There is no Pod shop/nope in the cluster."),
    (["get", "ingresses", "-f", CLUSTER], 4, "error: The account may not list ingresses.networking.k8s.io."),
    (["get", "pods"], 3, "error: The kubeconfig "),
    (["get", "pods", "--context", "nope"], 3, "error: The kubeconfig "),
    (["get", "pods", "--server", "http://127.0.0.1:9"], 3, "error: No arcops server answers at http://127.0.0.1:9: the connection was"),
    (["get", "pods", "--server", "ftp://x"], 2, 'error: The address "ftp://x" cannot be read: it is no URL.'),
    (["get", "pods", "--server", "http://x:99999"], 2, 'error: The address "http://x:99999" cannot be read'),
    (["get", "pods", "--server", "http://x", "-f", CLUSTER], 2, "error: The request cannot be understood: --server, -f and"),
    (["events", "-f", CLUSTER, "--since", "yesterdayish"], 2, 'error: Invalid value for \'--since\': "yesterdayish" is not a duration.'),
    (["logs", "nope", "-n", "shop", "--filename", CLUSTER], 1, "error: There is no Pod shop/nope"),
    (["logs", "deploy/web", "--filename", CLUSTER], 2, 'error: "deploy/web" cannot be read: logs are a pod\'s.'),
    (["logs", "web-1", "-c", "x", "-n", "shop", "--filename", CLUSTER], 1, "error: Pod shop/web-1 has no container x."),
    (["logs", "web-1", "--tail", "1000000000", "--filename", CLUSTER], 2, "error: Invalid value for '--tail'"),
    (["logs", "web-1", "--since", "soon", "-n", "shop", "--filename", CLUSTER], 2, 'error: The time "soon" cannot be read.'),
    (["history", "deploy/nope", "-n", "shop", "-f", CLUSTER], 1, "error: The record has never seen a Deployment shop/nope."),
    (["history", "deploy"], 2, 'error: "deploy" cannot be read: history is of one object.'),
    (["history", "deploy/web", "--data-dir", "/no/such/dir"], 3, "error: The record at /no/such/dir cannot be used: it holds no record."),
    (["serve", "--demo", "--context", "x"], 2, "error: --demo plays a cluster of its own"),
    (["serve", "--port", "99999"], 2, "error: Invalid value for '--port'"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "status", "first"), WRONG)
def test_a_wrong_question_gets_one_clear_sentence_and_a_hint(terminal: Terminal, words: list[str], status: int, first: str) -> None:
    told = terminal(*words)
    assert told.status == status
    assert told.out == ""
    sentence, hint = told.err.splitlines()
    assert sentence.startswith(first)
    assert hint.startswith("hint: ")


def test_what_can_be_answered_is_answered_beside_the_error(terminal: Terminal) -> None:
    told = terminal("get", "pods,ingresses", "-f", CLUSTER, "-o", "name")
    assert told.status == Exit.PARTIAL
    assert "pod/web-1" in told.out
    assert "may not list ingresses" in told.err


def test_exit_zero_only_prints(terminal: Terminal) -> None:
    assert terminal("status", "-f", CLUSTER).status == 1
    assert terminal("status", "-f", CLUSTER, "--exit-zero").status == 0


def test_verbose_says_who_answers_and_quiet_says_nothing(terminal: Terminal) -> None:
    assert f"Answers come from the files {CLUSTER}." in terminal("get", "pods", "-f", CLUSTER, "-v").err
    assert "No resources found in nowhere namespace." in terminal("get", "pods", "-n", "nowhere", "-f", CLUSTER).err
    assert terminal("get", "pods", "-n", "nowhere", "-f", CLUSTER, "-q").err == ""


def arcops(*words: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "arcops.cli", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": ""})


def test_a_closed_pipe_is_silent() -> None:
    program = f"{sys.executable} -m arcops.cli get clusterroles,pods,no,deploy -f {CLUSTER} -o json; echo $? >&2"
    done = subprocess.run(["bash", "-c", f"({program}) | head -c 1"], capture_output=True, text=True, check=True)
    assert done.stdout == "{"
    assert done.stderr == "0\n"


def test_a_closed_pipe_is_silent_where_much_is_printed(tmp_path: Path) -> None:
    many = "\n---\n".join(
        f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: c{n}, namespace: shop}}, data: {{a: {'x' * 300}}}}}" for n in range(1500)
    )
    (tmp_path / "many.yaml").write_text(many)
    with arcops("get", "cm", "-f", tmp_path / "many.yaml", "-o", "json") as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.read(10)
        program.stdout.close()
        assert program.stderr.read() == ""
        assert program.wait(20) == 0


def test_ctrl_c_ends_with_130_and_no_traceback() -> None:
    with arcops("events", "-f", CLUSTER, "--watch") as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert "NAMESPACE" in program.stdout.readline()
        program.send_signal(signal.SIGINT)
        assert program.wait(20) == 130
        assert "Traceback" not in program.stderr.read()


def test_a_fault_of_our_own_ends_with_70() -> None:
    code = "import sys; from arcops.cli.errors import fail_fault; sys.excepthook = fail_fault; raise KeyError('x')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == Exit.FAULT
    assert "error: Something inside arcops went wrong: KeyError: 'x'\nhint: This is a fault in arcops." in done.stderr

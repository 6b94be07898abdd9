"""``kubectl arcops`` is the same program, and says so."""

from __future__ import annotations

import pytest

from arcops.cli.main import called_as
from arcops.cli.shells import complete_for_kubectl
from tests.unit.cli.conftest import CLUSTER, Terminal


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/usr/local/bin/arcops", "arcops"),
        ("/root/.krew/bin/kubectl-arcops", "kubectl arcops"),
        ("kubectl-arcops.exe", "kubectl arcops"),
        ("/x/arcops/cli/__main__.py", "arcops"),
    ],
)
def test_the_name_is_the_one_that_was_typed(path: str, name: str) -> None:
    assert called_as(path) == name


def test_as_a_plugin_usage_and_examples_say_kubectl(terminal: Terminal) -> None:
    text = terminal("get", "--help", program="kubectl arcops").out
    assert text.startswith("Usage: kubectl arcops get ")
    assert "\n  kubectl arcops get pods -A\n" in text
    assert "\n  arcops" not in text


def test_as_a_plugin_the_hint_says_kubectl(terminal: Terminal) -> None:
    told = terminal("get", "--nonsense", "pods", program="kubectl arcops")
    assert "`kubectl arcops get --help`" in told.err


def test_kubectl_completes_commands_with_their_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    assert complete_for_kubectl(["st"]) == 0
    assert capsys.readouterr().out == "status\tSum up the cluster: what is not well comes first.\n:4\n"


def test_kubectl_completes_output_forms_and_flags(capsys: pytest.CaptureFixture[str]) -> None:
    complete_for_kubectl(["get", "pods", "-o", "custom"])
    assert capsys.readouterr().out == "custom-columns=\n:4\n"
    complete_for_kubectl(["events", "--ty"])
    assert capsys.readouterr().out.startswith("--types\t")


def test_kubectl_is_told_to_complete_file_names(capsys: pytest.CaptureFixture[str]) -> None:
    complete_for_kubectl(["status", "-f", ""])
    assert capsys.readouterr().out == ":0\n"


def test_completion_is_silent_where_nobody_answers(capsys: pytest.CaptureFixture[str]) -> None:
    complete_for_kubectl(["get", "--server", "http://127.0.0.1:9", "po"])
    out, err = capsys.readouterr()
    assert (out, err) == (":4\n", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_gets_a_script_that_calls_arcops(terminal: Terminal, shell: str) -> None:
    told = terminal("completion", shell)
    assert told.status == 0
    assert "_ARCOPS_COMPLETE" in told.out
    assert f"{shell}_complete" in told.out


def test_powershell_is_answered_in_its_form(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_ARCOPS_COMPLETE", "powershell_complete")
    monkeypatch.setenv("COMP_WORDS", "arcops ver")
    monkeypatch.setenv("COMP_INCOMPLETE", "ver")
    with pytest.raises(SystemExit):
        terminal()
    assert capsys.readouterr().out.splitlines() == ["version\tPrint the version of arcops here and of the server."]


def test_flags_may_stand_before_the_command(terminal: Terminal) -> None:
    before = terminal("-n", "shop", "-f", CLUSTER, "-o", "name", "get", "pods")
    behind = terminal("get", "pods", "-n", "shop", "-f", CLUSTER, "-o", "name")
    assert before == behind
    assert before.out.startswith("pod/")
    assert terminal("-f", CLUSTER, "logs", "mail-1", "-n", "shop").out.endswith("panic: no mail server\n")


def test_the_go_spelling_of_short_flags_is_understood(terminal: Terminal) -> None:
    assert (
        terminal("get", "pods", "-f", CLUSTER, "-n=shop", "-o=name").out == terminal("get", "pods", "-f", CLUSTER, "-nshop", "-oname").out
    )

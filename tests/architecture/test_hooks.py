"""The hooks are local, need no network, and notice what they are for."""

import subprocess
import sys
from pathlib import Path

import yaml

from tests.architecture.checkout import ROOT

HOST = "https://files.python" + "hosted.org/packages/x.whl"
KEY = "AKIA" + "Z7QX3MPL5WN2RTVB"


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)


def test_every_hook_is_local_and_runs_what_is_installed() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    assert {hook["language"] for hook in config["repos"][0]["hooks"]} == {"system"}


def test_no_file_names_a_registry_host() -> None:
    said = run("scripts/registry_hosts.sh")
    assert said.returncode == 0, said.stderr


def test_a_registry_host_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(f"x @ {HOST}\n")
    said = run("scripts/registry_hosts.sh", str(tmp_path / "requirements.txt"))
    assert said.returncode == 1
    assert "requirements.txt:1:" in said.stderr


def test_a_secret_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(f'KEY = "{KEY}"\n')
    hook = str(Path(sys.executable).with_name("detect-secrets-hook"))
    said = run(hook, "--baseline", ".secrets.baseline", str(tmp_path / "settings.py"))
    assert said.returncode == 1
    assert "AWS Access Key" in said.stdout


def test_nothing_is_on_record_as_a_secret_that_may_stay() -> None:
    # False positives are marked in their line; the baseline holds settings only.
    assert yaml.safe_load((ROOT / ".secrets.baseline").read_text())["results"] == {}


def test_the_env_file_is_ignored_and_its_example_is_not() -> None:
    assert run("git", "check-ignore", ".env").returncode == 0
    assert run("git", "check-ignore", ".env.example").returncode == 1

"""Where Foundry Local is looked for, in which order, and that nothing is imported, started or asked for that is not wanted."""

from __future__ import annotations

import asyncio
import stat
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from arcops.chat.backends.base import FailureKind, ModelFailure
from arcops.chat.backends.deployments import find_deployment
from arcops.chat.backends.foundry import FoundryBackend
from arcops.chat.backends.foundry_child import Order
from arcops.chat.backends.foundry_command import find_command_service
from arcops.chat.backends.foundry_process import environment
from arcops.chat.backends.place import Place
from arcops.chat.settings import ModelSettings
from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import convert
from arcops.kube.refs import GroupKind, group_of
from arcops.kube.watch import Observation, Op
from tests.contract.asking_models import SHORT, ask, some_services
from tests.contract.model_server import ANSWER, MODEL, ModelServer

pytestmark = pytest.mark.anyio


def command(folder: Path, script: str) -> str:
    """A ``foundry`` command that is this shell script; the PATH to find it by."""
    file = folder / "foundry"
    file.write_text(f'#!/bin/sh\necho "$@" >> "{folder}/asked"\n{script}\n')
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(folder)


def deployment(name: str, state: str, *, version: str = "1", **status: Any) -> dict[str, Any]:
    """A ModelDeployment as the operator of Foundry Local reports it."""
    metadata = {"name": name, "namespace": "foundry-local-operator", "uid": name, "resourceVersion": version}
    return {
        "apiVersion": "foundrylocal.azure.com/v1", "kind": "ModelDeployment", "metadata": metadata, "status": {"state": state, **status},
    }  # fmt: skip


def fill(inventory: Inventory, *bodies: dict[str, Any]) -> None:
    """Put objects into an inventory as a watch does."""
    kinds = [GroupKind(group_of(body["apiVersion"]), body["kind"]) for body in bodies]
    inventory.apply([Observation(Op.ADDED, kind, convert(kind, body), b"", 0) for kind, body in zip(kinds, bodies, strict=True)])


def inventory_of(*bodies: dict[str, Any]) -> Inventory:
    """An inventory with these objects."""
    inventory = Inventory()
    fill(inventory, *bodies)
    return inventory


# The order


async def test_without_anything_there_is_no_model_and_the_reason_is_told(tmp_path: Path) -> None:
    services = some_services()
    backend = FoundryBackend(ModelSettings(**SHORT), services, tmp_path / "foundry", path="")
    await backend.start()
    assert services.model.state == "off"
    assert services.model.detail == "No Foundry Local was found, so answers are given by rule."
    with pytest.raises(ModelFailure) as failed:
        await ask(backend)
    assert failed.value.kind is FailureKind.OFF
    await backend.aclose()
    assert not (tmp_path / "foundry").exists(), "nothing was written"


async def test_a_folder_without_the_library_that_serves_it_is_told(tmp_path: Path) -> None:
    services = some_services()
    backend = FoundryBackend(ModelSettings(folder="/models/phi", **SHORT), services, tmp_path / "foundry", path="")
    await backend.start()
    await backend.aclose()
    assert services.model.detail.startswith("The model in /models/phi needs Foundry Local's library (arcops[foundry])")


async def test_the_commands_service_is_used_wherever_it_listens_now(tmp_path: Path) -> None:
    services = some_services()
    async with ModelServer() as first, ModelServer() as second:
        place = tmp_path / "place"
        place.write_text(f"Model management service is running on {first.url.removesuffix('/v1')}, PID 4242\n")
        backend = FoundryBackend(ModelSettings(**SHORT), services, tmp_path / "foundry", path=command(tmp_path, f'/bin/cat "{place}"'))
        await backend.start()
        assert (services.model.state, services.model.url) == ("ready", first.url)
        assert await ask(backend) == ANSWER
        await first.die()
        place.write_text(f"Model management service is running on {second.url.removesuffix('/v1')}, PID 4343\n")
        assert await ask(backend) == ANSWER, "it was started again on another port"
        assert services.model.url == second.url
        await backend.aclose()


async def test_a_model_of_the_cluster_comes_last_and_is_found_when_it_begins_to_run(tmp_path: Path) -> None:
    services = some_services()
    async with ModelServer() as server:
        backend = FoundryBackend(ModelSettings(**SHORT), services, tmp_path / "foundry", path="")
        fill(services.inventory, deployment("phi", "Creating"))
        await backend.start()
        assert services.model.detail == "The ModelDeployment phi is Creating, so answers are given by rule."
        fill(services.inventory, deployment("phi", "Running", version="2", internalEndpoint=server.url, resolvedModel=MODEL))
        assert await ask(backend) == ANSWER
        assert services.model.model == MODEL
        await backend.aclose()


# The command


async def test_the_command_is_asked_in_both_its_languages(tmp_path: Path) -> None:
    script = '[ "$1" = server ] && { echo "Unrecognized command"; exit 1; }; echo "Service at http://localhost:5273/openai/status."'
    assert await find_command_service(command(tmp_path, script)) == Place("http://localhost:5273/v1")
    assert (tmp_path / "asked").read_text() == "server status\nservice status\n"


async def test_a_command_that_hangs_costs_a_second_a_word_and_stops_nothing_else(tmp_path: Path) -> None:
    began, ticks = time.monotonic(), 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.ensure_future(tick())
    assert await find_command_service(command(tmp_path, "exec /bin/sleep 30")) is None
    ticking.cancel()
    assert time.monotonic() - began < 4
    assert ticks > 50


async def test_a_command_that_talks_without_end_is_ended(tmp_path: Path) -> None:
    assert await find_command_service(command(tmp_path, "while :; do echo nothing to see; done")) is None


async def test_no_command_is_no_service(tmp_path: Path) -> None:
    assert await find_command_service(str(tmp_path)) is None


# Deployments


def test_the_deployment_of_the_wanted_model_is_taken_else_the_first_that_runs() -> None:
    inventory = inventory_of(
        deployment("a-broken", "Error"),
        deployment("b-phi", "Running", internalEndpoint="https://b-phi.foundry-local-operator.svc.cluster.local:5000/v1/chat/completions"),
        deployment("c-qwen", "Running", resolvedModel={"id": "qwen2.5-7b-generic-cpu:4"}),
        deployment("d-bare", "Running", internalEndpoint="d-bare.foundry-local-operator.svc:5000", resolvedModel="mistral:1"),
    )
    phi = Place("https://b-phi.foundry-local-operator.svc.cluster.local:5000/v1")
    qwen = Place("https://c-qwen.foundry-local-operator.svc.cluster.local:5000/v1", "qwen2.5-7b-generic-cpu:4")
    assert find_deployment(inventory) == phi
    assert find_deployment(inventory, "b-phi") == phi
    for name in ("c-qwen", "qwen2.5-7b-generic-cpu", "qwen2.5-7b-generic-cpu:4"):
        assert find_deployment(inventory, name) == qwen
    assert find_deployment(inventory, "mistral") == Place("https://d-bare.foundry-local-operator.svc:5000/v1", "mistral:1")
    assert find_deployment(inventory, "a-broken") is None
    assert find_deployment(Inventory()) is None


# What stays on the site


@pytest.mark.parametrize(
    ("url", "stays"),
    [
        ("http://127.0.0.1:5273", True),
        ("http://[::1]:5273/v1", True),
        ("localhost:11434", True),
        ("https://phi.foundry-local-operator.svc.cluster.local:5000/v1", True),
        ("https://ollama.ai.svc/v1", True),
        ("http://ollama.ai:11434", True),
        ("http://10.43.7.7:8080/v1", True),
        ("http://10.43.7.8:8080/v1", False),
        ("https://outside.ai.svc/v1", False),
        ("https://api.example.com/v1", False),
        ("http://192.168.1.5:8000/v1", False),
        ("http://ollama:11434/v1", False),
        ("http://localhost.example.com/v1", False),
        ("https://svc.example.com/v1", False),
    ],
)
def test_only_loopback_and_services_of_the_cluster_count_as_local(url: str, stays: bool) -> None:
    def service(name: str, **spec: Any) -> dict[str, Any]:
        metadata = {"name": name, "namespace": "ai", "uid": name, "resourceVersion": "1"}
        return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}

    inventory = inventory_of(
        service("ollama", type="ClusterIP", clusterIP="10.43.7.7"), service("outside", type="ExternalName", externalName="api.example.com")
    )
    assert Place.of(url).is_local(inventory) is stays


def test_a_login_in_a_url_is_not_shown() -> None:
    assert Place.of("https://me:hunter2@edge.example/phi/v1").shown == "https://edge.example/phi/v1"  # pragma: allowlist secret


# What the child is told, and what is not imported


def test_the_child_gets_no_key_and_no_proxy_while_it_is_offline(tmp_path: Path) -> None:
    ours = {"PATH": "/bin", "ARCOPS_MODEL__KEY": "k", "AWS_SECRET_ACCESS_KEY": "s", "HTTPS_PROXY": "http://proxy", "LD_PRELOAD": "x"}
    offline = environment(Order(home=str(tmp_path)), ours)
    online = environment(Order(home=str(tmp_path), online=True), ours)
    assert set(offline) == {"PATH", "CI", "HOME", "USERPROFILE", "PYTHONUSERBASE"}
    assert offline["HOME"] == str(tmp_path)
    assert set(online) - set(offline) == {"HTTPS_PROXY"}


def test_without_the_extra_none_of_its_packages_is_installed() -> None:
    root = Path(__file__).parents[2] / "requirements"
    base, extra = ({line.partition("==")[0] for line in (root / f"{name}.txt").read_text().splitlines()} for name in ("base", "foundry"))
    assert {"foundry-local-sdk", "onnxruntime", "numpy", "openai"} <= extra
    assert not {"foundry-local-sdk", "onnxruntime", "onnxruntime-genai-core", "onnx", "numpy", "openai"} & base


def test_the_extra_and_the_tests_pin_the_same_foundry_local() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    (pinned,) = project["project"]["optional-dependencies"]["foundry"]
    assert pinned in project["dependency-groups"]["foundry"]


def test_nothing_of_the_extra_is_imported_and_the_http_client_only_when_asked(tmp_path: Path) -> None:
    program = """
import sys
from arcops.chat.backends import choose, foundry, openai_like, scripted
from arcops.chat.settings import ModelSettings
from tests.contract.asking_models import some_services
for settings in ({}, {"backend": "none"}, {"backend": "foundry"}, {"base_url": "http://127.0.0.1:9"}):
    choose.open_backend(ModelSettings(**settings), some_services())
print(sorted({"foundry_local_sdk", "numpy", "onnx", "onnxruntime", "openai", "httpx2"} & set(sys.modules)))
"""
    root = Path(__file__).parents[2]
    said = subprocess.run([sys.executable, "-c", program], cwd=root, check=True, capture_output=True, text=True)
    assert said.stdout == "[]\n", said.stderr

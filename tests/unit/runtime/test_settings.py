"""Settings: flags win over the environment, a wrong value is named, clusters do not share a folder."""

from __future__ import annotations

import pytest

from arcops.base.errors import BadInput
from arcops.base.settings import load
from arcops.runtime.settings import Settings
from arcops.runtime.sources import folder_name


def test_the_defaults_are_those_of_the_first_version(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    settings = load(Settings)
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8000)
    assert (settings.context.snapshot_every_s, settings.context.keep_hours, settings.context.max_snapshots) == (30, 24, 1000)


def test_a_flag_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCOPS_SERVER__PORT", "9000")
    assert load(Settings).server.port == 9000
    assert load(Settings, {"server": {"port": 9001, "host": None}}).server.port == 9001
    assert load(Settings, {"server": {"port": None}}).server.port == 9000


def test_a_wrong_value_is_named_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCOPS_SERVER__PORT", "many")
    with pytest.raises(BadInput, match="ARCOPS_SERVER__PORT"):
        load(Settings)


def test_a_misspelt_setting_is_an_error_not_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCOPS_SERVER__PROT", "9000")
    with pytest.raises(BadInput, match="PROT"):
        load(Settings)


def test_a_folder_name_holds_nothing_that_a_file_system_minds() -> None:
    assert folder_name("k3d-dev-https://127.0.0.1:6443/proxies/../x") == "k3d-dev-127.0.0.1-6443-proxies-..-x"
    assert folder_name("///") == "cluster"

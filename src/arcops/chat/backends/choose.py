"""Picks the back end that the settings ask for."""

from __future__ import annotations

from pathlib import Path

from arcops.base.errors import BadInput
from arcops.base.settings import user_data_dir
from arcops.chat.backends.base import Backend
from arcops.chat.backends.none import NoBackend
from arcops.chat.settings import ModelSettings
from arcops.queries.services import Services


def open_backend(settings: ModelSettings, services: Services, *, data_dir: Path | None = None) -> Backend:
    """The back end of the settings, not yet started. ``data_dir`` is where the child process keeps its models.

    Nothing is imported or started that is not wanted. Raises ``BadInput`` for settings that cannot work.
    """
    if settings.backend == "none":
        return NoBackend(services, "No model is wanted; answers are given by rule.")
    if settings.backend == "scripted":
        from arcops.chat.backends.scripted import ScriptedBackend

        return ScriptedBackend(settings, services)
    if settings.base_url:
        from arcops.chat.backends.openai_like import OpenAiLikeBackend
        from arcops.chat.backends.place import Fixed, Place

        services.model.backend = "openai_like" if settings.backend == "auto" else settings.backend
        return OpenAiLikeBackend(settings, services, Fixed(Place.of(settings.base_url)))
    if settings.backend == "openai_like":
        raise BadInput(what="The setting ARCOPS_MODEL__BASE_URL", why="the back end openai_like needs the address of its server")
    from arcops.chat.backends.foundry import FoundryBackend

    return FoundryBackend(settings, services, (data_dir or user_data_dir() / "arcops") / "foundry")

"""What kind of model server this is, and how its models are listed, loaded and unloaded.

Foundry Local alone is four servers: the web service of its SDK 2.x (``/status``, ``/models/load/ALIAS``), the ``foundry`` command's
(``/openai/status``, ``/openai/load/ID``), the one in a cluster and the retired 1.x; all others are plain. A model's id is never guessed:
offline each unknown id costs Foundry Local 4 to 5 s.
"""

from __future__ import annotations

from arcops.chat.backends.base import FailureKind, ModelFailure, ModelInfo
from arcops.chat.backends.foundry_servers import CommandServer, SdkServer
from arcops.chat.backends.server import Server
from arcops.chat.backends.transport import Document, Transport

_LOCAL_CATALOG = "/catalogs/local"
_SHOWN_NAMES = 3


async def recognise(transport: Transport) -> Server:
    """The server at a place, by what it answers to questions that cost it nothing. Raises ``ModelFailure`` if nobody answers."""
    root = transport.place.root.removesuffix(_LOCAL_CATALOG)
    status = await transport.ask(f"{root}/status")
    if _has(status, "modelCachePath"):
        return SdkServer(transport)
    old = await transport.ask(f"{root}/openai/status")
    if _has(old, "endpoints") or _has(old, "modelDirPath"):
        return CommandServer(transport)
    return Server(transport)


def chosen(models: list[ModelInfo], name: str) -> ModelInfo | None:
    """The model of that name, by id, alias or id without version; without a name the first that is loaded, else the first.

    Raises ``ModelFailure`` if the server lists others but not this one; None if it lists none.
    """
    if not models:
        return None
    if not name:
        return next((model for model in models if model.state == "loaded"), models[0])
    for matches in (
        lambda model: model.id == name,
        lambda model: name in {model.alias, model.id.partition(":")[0]},
        lambda model: model.id.lower() == name.lower(),
    ):
        if (found := next(filter(matches, models), None)) is not None:
            return found
    more = len(models) - _SHOWN_NAMES
    known = ", ".join(model.id for model in models[:_SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")
    raise ModelFailure(kind=FailureKind.UNKNOWN_MODEL, why=f"the server knows no model {name}, it has {known}")


def _has(answer: Document, field: str) -> bool:
    return isinstance(answer.value, dict) and field.lower() in {str(name).lower() for name in answer.value}

"""The program that runs Foundry Local: a process of its own, so that a native crash takes nothing along.

It needs ``foundry-local-sdk`` and the standard library, nothing of arcops: its interpreter may be another one. It is spoken to in
lines of JSON. The first line it reads is what it shall do (``Order``); then come requests, each answered by any number of
``{"id", "progress"}`` and one ``{"id", "value"}`` or ``{"id", "error"}``. It ends when its input closes, that is with its parent.

Nothing leaves the machine unless the order says ``online``: the vendor's catalog is then asked, else an address where nobody listens.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

Sdk = Any
"""The library's own objects."""

CLOSE_S = 3.0
PUBLIC, LOCAL = "/v1", "/catalogs/local/v1"
APP_NAME = "arcops"


@dataclass(frozen=True)
class Order:
    """``home``: where everything is kept. ``folder``: a model of one's own. ``catalog``: another catalog than the vendor's."""

    home: str
    folder: str = ""
    name: str = ""
    online: bool = False
    catalog: str = ""
    serve: bool = True


class Lines:
    """Writes one JSON object a line, from any thread."""

    def __init__(self, stream: IO[str]) -> None:
        """Write to ``stream``."""
        self._stream = stream
        self._lock = threading.Lock()

    def say(self, **fields: object) -> None:
        """Write one line; a parent that is gone reads none."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._stream.write(json.dumps(fields) + "\n")
            self._stream.flush()


class Models:
    """The library's two catalogs as one list."""

    def __init__(self, sdk: Sdk, order: Order) -> None:
        """Start the library; its web service with it if the order wants one."""
        self._sdk = sdk
        self._order = order
        self.errors = (sdk.FoundryLocalException, LookupError, OSError, ValueError, TypeError, RuntimeError)
        self._refusing = socket.socket()
        self.manager = self._started()
        self.local = self.manager.get_catalog(sdk.CatalogType.LOCAL)

    def _started(self) -> Sdk:
        home = pathlib.Path(self._order.home)
        cache = home / "models"
        cache.mkdir(parents=True, exist_ok=True)
        web = self._sdk.Configuration.WebService(urls="http://127.0.0.1:0") if self._order.serve else None
        self._sdk.FoundryLocalManager.initialize(
            self._sdk.Configuration(
                app_name=APP_NAME,
                app_data_dir=str(home),
                model_cache_dir=str(cache),
                logs_dir=str(home / "logs"),
                log_level=self._sdk.LogLevel.WARNING,
                disable_nonessential_telemetry=True,
                catalog_urls=self._catalogs(),
                web=web,
            )
        )
        return self._sdk.FoundryLocalManager.instance

    def _catalogs(self) -> list[tuple[str, str | None]] | None:
        if self._order.catalog and self._order.online:
            return [(self._order.catalog, None)]
        if self._order.online:
            return None
        # A port that is bound and not listened to refuses every connection, and nobody else can take it.
        self._refusing.bind(("127.0.0.1", 0))
        return [(f"http://127.0.0.1:{self._refusing.getsockname()[1]}/asset-gallery/v1.0/models", None)]

    def register(self) -> str:
        """Make the folder of the order known; its id. Earlier registrations are forgotten: they survive in the cache folder."""
        for known in self.local.list_models():
            self.local.unregister_model(known.id)
        with self._sdk.ModelInfoBuilder() as info:
            info.set_string_property("task", "chat-completion")
            model = self.local.register_model(self._order.folder, own_id(self._order), info)
        return str(model.id)

    def all(self) -> Iterator[tuple[Sdk, str]]:
        """Every model there is and where it is served: our own, those on disk, and while online those that could be fetched."""
        for model in self.local.list_models():
            yield model, LOCAL
        if self._order.online:
            public = [variant for model in self.manager.get_catalog().list_models() for variant in model.variants]
        else:
            # Offline the first look at this catalog takes 4 s: not for whoever brings a model along.
            public = [] if self._order.folder else self.manager.get_catalog().get_cached_models()
        for model in public:
            if talks(model):
                yield model, PUBLIC

    def find(self, name: str) -> tuple[Sdk, str]:
        """The model of an id or alias, the best one first. Raises ``LookupError``.

        It is looked for in the lists: asking the library for an unknown id costs 4 to 5 s while offline.
        """
        named = [(model, base) for model, base in self.all() if name in {model.id, model.alias, model.id.partition(":")[0]}]
        if not named:
            raise LookupError(f"there is no model {name}")
        return max(named, key=lambda found: (found[0].id == name, found[1] == LOCAL, found[0].is_cached))


def own_id(order: Order) -> str:
    """An id as Foundry Local wants it, out of the wanted name or the folder's: ``phi-4-generic-cpu:1``."""
    name, _, version = (order.name or pathlib.Path(order.folder).name).partition(":")
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._") or "model"
    if not re.search(r"-(cpu|gpu|npu)$", plain):
        plain += "-generic-cpu"
    return f"{plain}:{version if version.isdecimal() else 1}"


def talks(model: Sdk) -> bool:
    """Whether it is a model for chats: the catalogs hold others for speech and embeddings."""
    return str(model.info.task or "chat-completion") in {"chat-completion", "chat-completions", "text-generation"}


def described(model: Sdk, base: str) -> dict[str, object]:
    """A model in the words of the parent."""
    state = "loaded" if model.is_loaded else "ready" if base == LOCAL or model.is_cached else "downloadable"
    return {
        "id": str(model.id),
        "alias": str(model.alias or ""),
        "state": state,
        "window": int(model.context_length or 0) or (window_on_disk(model) if state != "downloadable" else 0),
        "size_bytes": int(model.info.file_size_mb or 0) << 20,
        "base": base,
    }


def window_on_disk(model: Sdk) -> int:
    """The window that a model's own configuration names; the catalog's is only known while online."""
    try:
        config = json.loads((pathlib.Path(model.get_path()) / "genai_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    return int(config.get("model", {}).get("context_length") or config.get("search", {}).get("max_length") or 0)


class Child:
    """Answers requests, each in a thread of its own, so that a download can be cancelled while it runs."""

    def __init__(self, models: Models, lines: Lines) -> None:
        """Speak on ``lines``."""
        self._models = models
        self._lines = lines
        self._cancels: dict[int, threading.Event] = {}

    def take(self, request: dict[str, Any]) -> None:
        """Begin one request."""
        if request["do"] == "cancel":
            if (event := self._cancels.get(request["of"])) is not None:
                event.set()
            return
        self._cancels[request["id"]] = threading.Event()
        threading.Thread(target=self._answer, args=(request,), daemon=True).start()

    def _answer(self, request: dict[str, Any]) -> None:
        work: Callable[[dict[str, Any]], object] = {
            "list": self._list, "load": self._load, "unload": self._unload, "download": self._download
        }[request["do"]]  # fmt: skip
        answer: dict[str, object] = {"error": "Foundry Local failed in a way its log tells"}
        try:
            answer = {"value": work(request)}
        except self._models.errors as error:
            answer = {"error": said(error)}
        finally:
            self._cancels.pop(request["id"], None)
            self._lines.say(id=request["id"], **answer)

    def _list(self, _request: dict[str, Any]) -> object:
        return [described(model, base) for model, base in self._models.all()]

    def _load(self, request: dict[str, Any]) -> object:
        model, base = self._models.find(request["model"])
        model.load()
        return described(model, base)

    def _unload(self, request: dict[str, Any]) -> object:
        model, base = self._models.find(request["model"])
        model.unload()
        return described(model, base)

    def _download(self, request: dict[str, Any]) -> object:
        model, base = self._models.find(request["model"])
        identity = request["id"]
        model.download(lambda percent: self._lines.say(id=identity, progress=percent), self._cancels[identity])
        return described(model, base)


def said(error: BaseException) -> str:
    """The library's words without the place in its source they begin with."""
    return re.sub(r"^\S+\.cc:\d+ .*?\) ", "", str(error) or type(error).__name__)[:400]


def main() -> int:
    """Serve until the input closes."""
    lines = Lines(os.fdopen(os.dup(1), "w", encoding="utf-8"))
    os.dup2(2, 1)  # what native code prints goes to the log, not between our lines
    order = Order(**json.loads(sys.stdin.readline()))
    try:
        import foundry_local_sdk as sdk
    except ImportError as error:
        lines.say(event="missing", why=str(error))
        return 3
    try:
        models = Models(sdk, order)
        own = models.register() if order.folder else ""
        if order.serve:
            models.manager.start_web_service()
    except (sdk.FoundryLocalException, OSError, ValueError, RuntimeError) as error:
        lines.say(event="failed", why=said(error))
        return 4
    lines.say(event="ready", url=models.manager.urls[0] if order.serve else "", own=own)
    child = Child(models, lines)
    for line in sys.stdin:
        child.take(json.loads(line))
    # A library that hangs while it closes must not outlive its parent.
    watchdog = threading.Timer(CLOSE_S, os._exit, (0,))
    watchdog.daemon = True
    watchdog.start()
    models.manager.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

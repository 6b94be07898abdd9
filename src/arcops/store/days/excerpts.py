"""Log excerpts as frames: the first of a container's kin whole, the next ones against it, for their lines look alike."""

from __future__ import annotations

from collections import OrderedDict

from arcops.store import frames

MOST_MODELS = 256
"""Whole excerpts kept at hand to store others against."""
MODEL_SHARE = 0.95
"""An excerpt stored against a model takes at most this share of what it would take alone; else it is the next model."""

Kin = tuple[str, str]
"""The uid of the pods' owner and the container's name."""


class Excerpts:
    """Remembers, for one file, the excerpts that others may be stored against."""

    def __init__(self) -> None:
        """None yet."""
        self._models: OrderedDict[Kin, tuple[int, bytes]] = OrderedDict()

    def forget_file(self) -> None:
        """The next excerpt of each container is whole."""
        self._models.clear()

    def frame(self, kin: Kin, identity: int, text: bytes) -> tuple[int | None, bytes]:
        """The id of the whole excerpt a frame is made against (None: it is whole itself), and the frame."""
        whole = frames.encode(text)
        model = self._models.get(kin)
        if model is not None:
            self._models.move_to_end(kin)
            body = frames.encode(text, model[1])
            if len(body) <= MODEL_SHARE * len(whole):
                return model[0], body
        self._models[kin] = (identity, text)
        if len(self._models) > MOST_MODELS:
            self._models.popitem(last=False)
        return None, whole

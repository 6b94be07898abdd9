"""The Prometheus text format (0.0.4), written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Labels = Mapping[str, str]
Sample = tuple[Labels, float]
NONE: Labels = {}


class Exposition:
    """Collects families and writes them out."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def family(self, name: str, kind: str, about: str, samples: Iterable[Sample]) -> None:
        """Add one family; one without samples is left out."""
        rows = [f"{name}{_labels(labels)} {_number(value)}" for labels, value in samples]
        if rows:
            self._lines += [f"# HELP {name} {about}", f"# TYPE {name} {kind}", *rows]

    def gauge(self, name: str, about: str, value: float) -> None:
        """Add one value that goes up and down."""
        self.family(name, "gauge", about, [(NONE, value)])

    def counter(self, name: str, about: str, value: float) -> None:
        """Add one value that only rises."""
        self.family(name, "counter", about, [(NONE, value)])

    def text(self) -> str:
        """The whole exposition."""
        return "\n".join(self._lines) + "\n"


def _labels(labels: Labels) -> str:
    inner = ",".join(f'{name}="{_escape(value)}"' for name, value in labels.items())
    return f"{{{inner}}}" if inner else ""


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(round(float(value), 6))

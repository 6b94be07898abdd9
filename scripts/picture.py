"""Draws docs/picture.svg: a terminal in which arcops was just asked about the demo cluster.

The demo is watched until something in it is broken (up to two minutes). The text is what the commands printed, cut at the edge.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from html import escape
from pathlib import Path

from tests.cluster.service import Service

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "picture.svg"
QUESTIONS = ("status", "history deployment checkout -n shop --limit 8")
PATIENCE_S = 120.0
COLUMNS = 128
COLUMN_PX, LINE_PX, EDGE_PX = 8.43, 20, 20
COLOURS = {
    "31": "#ff9b90",
    "32": "#86efac",
    "33": "#fbbf24",
    "34": "#7cc0ff",
    "35": "#d8b4fe",
    "36": "#67e8f9",
    "90": "#98a4ab",
    "2": "#98a4ab",
}
PLAIN, BACKGROUND = "#e4e9ec", "#14191c"
SEQUENCE = re.compile(r"\x1b\[([\d;]*)m")


def main() -> int:
    """Ask, draw, write."""
    with tempfile.TemporaryDirectory() as folder, Service("--demo", data_dir=Path(folder)) as service:
        service.wait_ready()
        wait_for_trouble(service)
        lines = [line for question in QUESTIONS for line in (*ask(service, question), "")][:-1]
    PICTURE.write_text(svg(lines), encoding="utf-8")
    print(f"wrote {PICTURE.relative_to(ROOT)}")
    return 0


def wait_for_trouble(service: Service) -> None:
    """Wait until a container has been killed for its memory twice: the demo's first fault that lasts."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if any(pod["restarts"] > 1 and pod["ready"] < pod["total"] for pod in service.get("/api/cluster/pods")):
            return
        time.sleep(1)
    sys.exit("nothing broke in the demo cluster")


def ask(service: Service, question: str) -> list[str]:
    """The line a person would type, and what `arcops` prints in colour."""
    command = [sys.executable, "-m", "arcops.cli", *question.split(), "--server", service.url, "--color", "always"]
    said = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    return [f"\x1b[32m$\x1b[0m arcops {question}", *said.rstrip("\n").splitlines()]


def svg(lines: list[str]) -> str:
    """Lines with terminal colours, as a picture that needs no font of its own."""
    width, height = round(COLUMNS * COLUMN_PX + 2 * EDGE_PX), len(lines) * LINE_PX + 2 * EDGE_PX
    rows = [
        f'<text x="{EDGE_PX}" y="{EDGE_PX + 14 + number * LINE_PX}" xml:space="preserve">{"".join(spans(line))}</text>'
        for number, line in enumerate(lines)
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">'
    look = f'<g font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14" fill="{PLAIN}">'
    frame = f'<rect width="{width}" height="{height}" rx="10" fill="{BACKGROUND}"/>'
    return "\n".join([head, "<title>arcops in a terminal</title>", frame, look, *rows, "</g>", "</svg>"]) + "\n"


def spans(line: str) -> Iterator[str]:
    """One line as pieces of one colour each."""
    style: dict[str, str] = {}
    column = 0
    for at, text in enumerate(SEQUENCE.split(line)):
        piece = text[: max(0, COLUMNS - column)]
        if at % 2:
            style = changed(style, text)
        elif piece:
            attributes = "".join(f' {name}="{value}"' for name, value in style.items())
            yield f'<tspan x="{EDGE_PX + column * COLUMN_PX:.1f}"{attributes}>{escape(piece)}</tspan>'
            column += len(piece)


def changed(style: dict[str, str], codes: str) -> dict[str, str]:
    """The style after one escape sequence."""
    for code in codes.split(";"):
        if code in {"", "0"}:
            style = {}
        elif code == "1":
            style = {**style, "font-weight": "bold"}
        elif code in COLOURS:
            style = {**style, "fill": COLOURS[code]}
    return style


if __name__ == "__main__":
    sys.exit(main())

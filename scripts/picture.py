"""Draws docs/picture.svg: a terminal in which arcops was just asked about the lab's shop.

A real control plane, the shop that `make lab` fills it with, a node that failed and came back. The text is what the
commands printed, cut at the edge.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from html import escape
from pathlib import Path

from lab import shop
from lab.cluster import Lab
from lab.wait import wait_until
from tests.cluster.service import Service

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "picture.svg"
MOST_LINES = 17
COLUMNS = 128
COLUMN_PX, LINE_PX, EDGE_PX = 8.43, 20, 20
COLOURS = {"2": "#98a4ab", "31": "#ff9b90", "32": "#86efac", "33": "#fbbf24", "34": "#7cc0ff", "36": "#67e8f9", "90": "#98a4ab"}
PLAIN, BACKGROUND = "#e4e9ec", "#14191c"
SEQUENCE = re.compile(r"\x1b\[([\d;]*)m")
NODE = "lab-agent-0"
BROKEN_PODS = 8


def main() -> int:
    """Start the lab and the service, ask, draw, write."""
    with tempfile.TemporaryDirectory() as folder, Lab(Path(folder) / "lab") as lab:
        shop.install(lab.client, print)
        with Service("--kubeconfig", str(lab.kubeconfig("reader")), data_dir=Path(folder) / "data") as service:
            service.wait_ready()
            wait_until(lambda: troubled(service) >= BROKEN_PODS, "the shop is broken as it should be", timeout_s=120)
            change_node(lab, service, fault="notready", ready="False")
            status = ask(service, "status")[:MOST_LINES]
            change_node(lab, service, fault=None, ready="True")
            history = ask(service, f"history node {NODE} --limit 6")
    PICTURE.write_text(svg([*status, "", *history]), encoding="utf-8")
    print(f"wrote {PICTURE.relative_to(ROOT)}")
    return 0


def troubled(service: Service) -> int:
    """How many pods are not ready."""
    return sum(pod["ready"] < pod["total"] for pod in service.get("/api/cluster/pods"))


def change_node(lab: Lab, service: Service, *, fault: str | None, ready: str) -> None:
    """Let a node fail or come back, and the service see it."""
    lab.client.patch("Node", NODE, {"metadata": {"labels": {"lab/fault": fault}}})
    wait_until(partial(is_ready, service, ready), "the service sees the node change", timeout_s=30)


def is_ready(service: Service, wanted: str) -> bool:
    """Whether the node's condition Ready has a status, as the service tells it."""
    conditions = service.get(f"/api/objects/nodes/_/{NODE}")["status"]["conditions"]
    return any(condition["type"] == "Ready" and condition["status"] == wanted for condition in conditions)


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

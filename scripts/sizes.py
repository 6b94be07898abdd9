"""Measures how large files and functions are; `python -m scripts.sizes` prints it, tests/architecture holds the bars."""

import ast
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Lines of each file and of each function, largest first, by name."""

    files: dict[str, int]
    functions: dict[str, int]


def measure(paths: tuple[Path, ...]) -> Sizes:
    """The sizes of some Python files. A function counts from ``def`` to its last line, docstring and all."""
    lengths: dict[str, int] = {}
    functions: dict[str, int] = {}
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        lengths[name] = text.count("\n")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                functions[f"{name}:{node.lineno} {node.name}"] = (node.end_lineno or node.lineno) - node.lineno + 1
    return Sizes(_largest_first(lengths), _largest_first(functions))


def middle_and_most(sizes: dict[str, int]) -> tuple[int, int, int]:
    """Median, ninetieth percentile and maximum."""
    values = sorted(sizes.values())
    if len(values) == 1:
        return values[0], values[0], values[0]
    return round(statistics.median(values)), round(statistics.quantiles(values, n=10)[-1]), values[-1]


def main() -> int:
    """Print the table for the package, and its largest files and functions."""
    sizes = measure(tuple(sorted((ROOT / "src" / "arcops").rglob("*.py"))))
    for what, these in (("files", sizes.files), ("functions", sizes.functions)):
        median, p90, most = middle_and_most(these)
        print(f"{what}: {len(these)}, lines median {median}, p90 {p90}, max {most}")
        for name, lines in list(these.items())[:5]:
            print(f"  {lines:>4}  {name}")
    return 0


def _largest_first(sizes: dict[str, int]) -> dict[str, int]:
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


if __name__ == "__main__":
    sys.exit(main())

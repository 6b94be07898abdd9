"""Files, folders and standard input, read and taken for what they hold: manifests, ``kubectl get`` output or one case."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from arcops.base.errors import BadInput
from arcops.source.cases import Picture, Step, is_case, read_case
from arcops.source.documents import Document, read_documents
from arcops.source.manifests import ReadObject, Unreadable, read_objects
from arcops.source.recorded import read_recorded

STDIN = "-"
_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_MOST_BYTES = 1024 * 1024 * 1024


def read_picture(names: Sequence[str | Path], now_ms: int, *, strict: bool = False) -> Picture:
    """All files as one picture, observed at ``now_ms`` unless they are a case with a time of its own. Blocks.

    A document that cannot be read is in ``problems`` with file, document and line, and does not hide the others; with
    ``strict``, or if nothing else is there, it raises ``BadInput``. So does a file that cannot be opened.
    """
    objects: list[ReadObject] = []
    problems: list[Unreadable] = []
    cases: list[tuple[str, Picture]] = []
    documents = 0
    bundles, others = _parted(names)
    cases += [(str(path), read_recorded(path)) for path in bundles]
    for name, text in _texts(others):
        for document in read_documents(text):
            documents += 1
            _take(name, document, objects, problems, cases)
    if problems and (strict or (not objects and not cases)):
        raise BadInput(what=problems[0].what, why=problems[0].why)
    if not documents and not cases:
        raise BadInput(what=", ".join(map(str, names)) or "Nothing", why="it holds no document")
    if not cases:
        return Picture([Step(now_ms, tuple(objects))], problems=problems)
    if len(cases) > 1 or objects:
        raise BadInput(what=cases[-1][0], why="a case is a whole cluster and is read alone, without other files")
    picture = cases[0][1]
    if strict and picture.problems:
        raise BadInput(what=picture.problems[0].what, why=picture.problems[0].why)
    return picture


def _take(name: str, document: Document, objects: list[ReadObject], problems: list[Unreadable], cases: list[tuple[str, Picture]]) -> None:
    where = f"{name}, document {document.number}"
    if document.error:
        problems.append(Unreadable(where, document.error))
        return
    if is_case(document.body):
        try:
            picture = read_case(document.body)
        except ValueError as error:
            problems.append(Unreadable(where, str(error)))
            return
        picture.problems[:] = [_placed(found, where, document.line) for found in picture.problems]
        cases.append((name, picture))
        return
    for found in read_objects(document.body):
        if isinstance(found, Unreadable):
            problems.append(_placed(found, where, document.line))
        else:
            objects.append(found)


def _placed(found: Unreadable, where: str, line: int) -> Unreadable:
    return Unreadable(where, f"line {line}: {found.what}: {found.why}")


def _parted(names: Sequence[str | Path]) -> tuple[list[Path], list[str | Path]]:
    """Recordings, known by their first bytes, and everything else."""
    bundles = [Path(name) for name in names if str(name) != STDIN and _is_gzip(Path(name))]
    return bundles, [name for name in names if Path(name) not in bundles]


def _is_gzip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == b"\x1f\x8b"
    except (OSError, ValueError):
        return False  # a folder, or what will be named when it is read


def _texts(names: Iterable[str | Path]) -> Iterator[tuple[str, str]]:
    for name in names:
        if str(name) == STDIN:
            yield "standard input", _decoded("standard input", sys.stdin.buffer.read(_MOST_BYTES))
            continue
        for path in _files(Path(name)):
            yield str(path), _decoded(str(path), _content(path))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in _SUFFIXES and file.is_file())
    if not found:
        raise BadInput(what=str(path), why="the folder holds no .yaml, .yml or .json file")
    return found


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except (OSError, ValueError) as error:
        raise BadInput(what=str(path), why=(error.strerror if isinstance(error, OSError) else None) or str(error)) from error


def _decoded(name: str, content: bytes) -> str:
    """UTF-8, or what PowerShell's ``>`` writes: UTF-16 with its mark."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadInput(what=name, why=f"it is not text in UTF-8 (byte {error.start})") from error

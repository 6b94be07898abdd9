"""Rules about the code that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.checkout import PACKAGE, files, name, python, syntax

BROAD = {"Exception", "BaseException"}
MOCKING = {"mock", "unittest.mock", "pytest_mock"}
VAGUE = re.compile(r"(util|helper|common|misc|manager)s?(_|\b)|(Util|Helper|Manager|Misc)s?\b")
# Put together here, so that this file does not hold what it looks for.
OPEN_ENDS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b|raise NotImplemented" + r"Error")
LEFT_OUT = re.compile(r"pytest\.mark\.(skip|xfail)|pytest\.(skip|xfail|importorskip)\b|mark\.skip" + r"\(")


def broad_excepts(tree: ast.Module) -> Iterator[int]:
    """The lines of handlers that take any exception and do not hand it on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and not hands_on(node):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or (isinstance(kind, ast.Name) and kind.id in BROAD) for kind in caught):
                yield node.lineno


def hands_on(handler: ast.ExceptHandler) -> bool:
    """Whether a handler only tidies up: its last line is a bare ``raise``."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def patches_of_our_own(tree: ast.Module) -> Iterator[int]:
    """The lines that import a mocking library, or put something else in the place of a name of ours."""
    ours = {"arcops"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "arcops":
            ours.update(alias.asname or alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module in MOCKING:
            yield node.lineno
        if isinstance(node, ast.Import) and any(alias.name in MOCKING for alias in node.names):
            yield node.lineno
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"setattr", "delattr"} and node.args:
            target = ast.unparse(node.args[0]).strip("'\"")
            if target.split(".")[0] in ours:
                yield node.lineno


def found(paths: tuple[Path, ...], pattern: re.Pattern[str]) -> list[str]:
    lines = ((path, number, line) for path in paths for number, line in enumerate(path.read_text().splitlines(), 1))
    return [f"{name(path)}:{number}: {line.strip()}" for path, number, line in lines if pattern.search(line)]


def test_one_file_swallows_any_exception() -> None:
    broad = {name(path) for path in python("src") if any(broad_excepts(syntax(path)))}
    assert broad <= {"src/arcops/base/tasks.py"}


def test_no_test_patches_our_own_code() -> None:
    assert not [f"{name(path)}:{line}" for path in python("tests") for line in patches_of_our_own(syntax(path))]


def test_nothing_is_left_open() -> None:
    assert not found((*python("src", "tests", "lab", "scripts", "benchmarks"), *files(under="web/src")), OPEN_ENDS)


def test_no_test_leaves_itself_out() -> None:
    # What a machine lacks is found out in one conftest, with its reason; `make test` repeats it at the end.
    assert not found(tuple(path for path in python("tests") if path.name != "conftest.py"), LEFT_OUT)


def test_no_module_or_class_has_a_vague_name() -> None:
    modules = [name(path) for path in python("src") if VAGUE.search(path.stem)]
    classes = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in python("src")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ClassDef) and VAGUE.search(node.name)
    ]
    assert not modules + classes


def test_every_package_says_what_it_is_for() -> None:
    folders = {path.parent for path in python("src")}
    missing = [name(folder) for folder in sorted(folders) if folder != PACKAGE.parent and not (folder / "__init__.py").exists()]
    silent = [name(path) for path in python("src") if path.name == "__init__.py" and not ast.get_docstring(syntax(path))]
    assert not missing + silent


def test_the_detectors_notice_what_they_are_for() -> None:
    assert list(broad_excepts(ast.parse("try: ...\nexcept (KeyError, Exception): ..."))) == [2]
    assert list(broad_excepts(ast.parse("try: ...\nexcept: ..."))) == [2]
    assert not list(broad_excepts(ast.parse("try: ...\nexcept KeyError: ...")))
    assert not list(broad_excepts(ast.parse("try: ...\nexcept BaseException:\n    close()\n    raise")))
    assert list(patches_of_our_own(ast.parse("from unittest.mock import patch"))) == [1]
    assert list(patches_of_our_own(ast.parse("from arcops.base import clock\nm.setattr(clock.SystemClock, 'now_ms', f)"))) == [2]
    assert list(patches_of_our_own(ast.parse("m.setattr('arcops.base.clock.time', f)"))) == [1]
    assert not list(patches_of_our_own(ast.parse("m.setattr(sys, 'argv', [])")))
    assert OPEN_ENDS.search("# TO" + "DO later")
    assert LEFT_OUT.search("@pytest.mark.sk" + "ip(reason='')")
    assert VAGUE.search("string_utils")
    assert VAGUE.search("PodManager")
    assert not VAGUE.search("commands")

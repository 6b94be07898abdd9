"""What the documents name exists: files, targets, commands and their options, words, decisions."""

import ast
import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from arcops.cli.group import cli
from tests.architecture.checkout import PACKAGE, ROOT, files, name, packages, python, syntax

DOCUMENTS = files(".md")
FOLDERS = sorted({path.relative_to(ROOT).parts[0] for path in files() if path.parent != ROOT})
ROOT_FILES = {path.name for path in files() if path.parent == ROOT}
ENDINGS = re.compile(r"(\w/|\.(py|md|sh|toml|ya?ml|txt|json|svg|png|tsx?|css|sql|go))$")
BUILT = ("src/arcops/api/static",)
PROTOCOLS = ("src/arcops/source/base.py", "src/arcops/store/base.py", "src/arcops/kube/refs.py", "src/arcops/kube/watch.py")
MADE_AT_RUN_TIME = (".venv", ".lab", ".env", "data/")


def named_paths(text: str) -> set[str]:
    """What a document writes as a path of the checkout: in backticks, or as the target of a link."""
    ticked = {path for path in re.findall(r"`([\w.][\w./-]*)`", text) if looks_like_a_path(path)}
    return {*ticked, *re.findall(r"\]\((?!\w+:)([^)#\s]+)", text)}


def looks_like_a_path(word: str) -> bool:
    """Whether a word in backticks is meant as a file or folder, and not as a kind, a label or an API group."""
    parts = [part for part in word.split("/") if part]
    if any(part.split(".")[0].isupper() and part not in ROOT_FILES for part in parts):
        return False  # NAME.log stands for many
    if ENDINGS.search(word):
        return True
    return len(parts) > 1 and parts[0] in FOLDERS and parts[0] != "lab"  # lab/fault is a label


def is_there(path: str, document: Path) -> bool:
    """Whether a path leads somewhere from the root, from the document or from the package."""
    if path.startswith((*BUILT, *MADE_AT_RUN_TIME)):
        return True
    return any((base / path).exists() for base in (ROOT, document.parent, PACKAGE))


def shell_lines(text: str) -> Iterator[str]:
    """The lines of indented or fenced blocks, without prompt and comment."""
    for line in text.splitlines():
        if match := re.match(r"(?: {4}|\$ )(?:[A-Z_]+=\S+ )*((?:make|arcops|kubectl arcops)(?: .*)?)$", line):
            yield match[1].split("  #")[0].strip()


@cache
def targets() -> frozenset[str]:
    """The targets of the menu."""
    menu = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return frozenset(re.findall(r"^  ([a-z]+) ", menu, re.MULTILINE))


def mistake_in(line: str) -> str:
    """What click or make would say of a command line, without running it; "" if it would run."""
    words = shlex.split(line, comments=True)
    if words[0] == "make":
        asked = [word for word in words[1:] if "=" not in word]
        return "" if set(asked) <= targets() else f"make has no {asked}"
    arguments = words[2:] if words[0] == "kubectl" else words[1:]
    try:
        root = click.Context(cli, info_name="arcops")
        command = cli.get_command(root, arguments[0]) if arguments else cli
        if command is None:
            return f"arcops has no {arguments[0]}"
        command.make_parser(click.Context(command, parent=root, **command.context_settings)).parse_args(list(arguments[1:]))
    except click.UsageError as error:
        return error.format_message()
    return ""


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_path_a_document_names_is_there(document: Path) -> None:
    assert not {path for path in named_paths(document.read_text()) if not is_there(path, document)}


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if any(shell_lines(path.read_text()))], ids=name)
def test_every_command_a_document_shows_can_be_run(document: Path) -> None:
    mistakes = {line: mistake_in(line) for line in shell_lines(document.read_text())}
    assert not {line: mistake for line, mistake in mistakes.items() if mistake}


def test_the_readme_shows_the_two_commands() -> None:
    assert {"make run", "make test"} <= set(shell_lines((ROOT / "README.md").read_text()))


def test_the_menu_prints_one_aligned_line_for_every_target() -> None:
    declared = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert sorted(declared) == sorted(targets())


def test_the_tree_in_the_architecture_is_the_real_one() -> None:
    tree = (ROOT / "ARCHITECTURE.md").read_text().partition("## The tree")[2].partition("##")[0]
    drawn = set(re.findall(r"^ {4}(?: {2})?([\w./]+)/ ", tree, re.MULTILINE))
    folders = {folder for folder in FOLDERS if not folder.startswith(".")} - {"src"}
    assert drawn == packages() | folders


def test_decisions_are_numbered_without_a_gap_and_say_what_and_why() -> None:
    decisions = files(".md", "docs/adr")
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        assert {"Context", "Decision", "Consequences"} <= set(re.findall(r"^## (\w+)", path.read_text(), re.MULTILINE)), path.name


def test_the_words_of_the_protocols_are_in_the_glossary() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)
    words = {word.casefold() for word, _ in rows} | {word for _, text in rows for word in re.findall(r"`(\w+)`", text)}
    declared = {
        node.name
        for path in python("src")
        if name(path) in PROTOCOLS
        for node in syntax(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }
    assert not {word for word in declared if word not in words and word.casefold() not in words}


def test_the_checks_of_this_file_notice_what_is_wrong() -> None:
    assert named_paths("see `src/arcops/no.py` and [x](docs/none.md)") == {"src/arcops/no.py", "docs/none.md"}
    assert not is_there("src/arcops/no.py", ROOT / "README.md")
    assert mistake_in("make coffee")
    assert mistake_in("arcops brew")
    assert mistake_in("arcops get pods --no-such-option")
    assert not mistake_in("arcops get pods -n shop")

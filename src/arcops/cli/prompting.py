"""Lines typed on a terminal, with history, arrow keys and completion of the slash commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from arcops.base.settings import user_data_dir
from arcops.cli.conversation import COMMANDS


def typed_lines(label: Callable[[], str]) -> Iterator[str]:
    """Each line as it is entered, until Ctrl+D. Ctrl+C throws the line away."""
    words = [f"{name} " if needs else name for name, (needs, _) in COMMANDS.items()]
    completer = WordCompleter(words, sentence=True, meta_dict={word: COMMANDS[word.strip()][1] for word in words})
    session: PromptSession[str] = PromptSession(history=_history(), completer=completer, complete_while_typing=False)
    while True:
        try:
            yield session.prompt(label())
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _history() -> History:
    """Questions of earlier conversations; of this one alone where the folder cannot be written."""
    path: Path = user_data_dir() / "arcops" / "questions"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(path)

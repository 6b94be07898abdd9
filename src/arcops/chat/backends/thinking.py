"""Takes out what a model thinks aloud: everything between ``<think>`` and ``</think>``, wherever the stream is cut."""

from __future__ import annotations

OPEN, CLOSE = "<think>", "</think>"


class ThoughtFilter:
    """Lets through what is said, holds back what is thought.

    Some models begin inside a thought because their template opened it for them: such an answer has a ``</think>`` without a
    beginning. ``began_inside`` tells so afterwards, and the next filter is made with it; should no ``</think>`` come then, all of it
    was said.
    """

    def __init__(self, *, begins_inside: bool = False) -> None:
        """``begins_inside``: the model is known to begin with a thought."""
        self._inside = begins_inside
        self._only_supposed = begins_inside
        self._held = ""
        self._thought: list[str] = []
        self.began_inside = begins_inside

    @property
    def is_thinking(self) -> bool:
        """Whether a thought is open."""
        return self._inside

    def feed(self, text: str) -> str:
        """What of this piece, and of what was held back before, is said."""
        self._held += text
        said: list[str] = []
        while True:
            mark = CLOSE if self._inside else OPEN
            before, found, after = self._held.partition(mark)
            if not found:
                break
            self._take(before, said)
            self._inside, self._only_supposed = not self._inside, False
            self._thought.clear()
            self._held = after
        keep = _begun(self._held, (OPEN, CLOSE))
        self._take(self._held[: len(self._held) - keep], said)
        self._held = self._held[len(self._held) - keep :]
        return "".join(said)

    def end(self) -> str:
        """What is left when the stream is over: half a mark is text, an unfinished thought is none."""
        rest, self._held = self._held, ""
        if self._only_supposed:
            return "".join(self._thought) + rest
        return "" if self._inside else rest

    def _take(self, text: str, said: list[str]) -> None:
        if not self._inside:
            if CLOSE in text:
                self.began_inside = True
                text = text.replace(CLOSE, "")
            said.append(text)
        elif self._only_supposed:
            self._thought.append(text)


def _begun(text: str, marks: tuple[str, ...]) -> int:
    """How many characters at the end of ``text`` may be the beginning of a mark."""
    most = max(map(len, marks)) - 1
    for length in range(min(most, len(text)), 0, -1):
        if any(mark.startswith(text[-length:]) for mark in marks):
            return length
    return 0

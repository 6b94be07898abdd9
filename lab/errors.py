"""The one way the lab fails, so that a caller prints two useful lines instead of a traceback."""


class LabError(Exception):
    """What went wrong, in one sentence, and `hint`: what the reader can do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep the sentence and the hint."""
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        """Both lines, the hint only if there is one."""
        message = super().__str__()
        return f"{message}\n{self.hint}" if self.hint else message

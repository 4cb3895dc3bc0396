"""Errors that a user sees: one sentence that says what is wrong and what to do next."""


class PaperfactsError(Exception):
    """Base of every error that is shown as one sentence instead of a traceback; the command exits with 2."""

    exit_code = 2


class UsageError(PaperfactsError):
    """An argument, input or target that cannot be used as given."""


class RuleError(PaperfactsError):
    """A rule file that cannot be used; the message names file and line."""


def first_line(error: BaseException) -> str:
    """What a library says of its error, for a sentence of ours: its first line without the full stop."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")[:200]


def install_hint(extra: str) -> str:
    """What installs an extra. By name pip takes the paperfacts that stands in the environment and asks no index for
    it; a clone that was never installed has no name there.
    """
    return f"pip install 'paperfacts[{extra}]' where paperfacts is installed, pip install '.[{extra}]' in a clone"


class MissingExtraError(PaperfactsError):
    """A feature whose optional dependency is not installed; the message names the extra."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional package: {install_hint(extra)}.")


class TargetError(PaperfactsError):
    """Output could not be written: full disk, read-only folder, closed pipe, database gone."""

    exit_code = 1

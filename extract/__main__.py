"""The command `paperfacts`, also as `python -m extract`: what is slow to start is started before anything else."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """The command; the workers of a run import spaCy while this process still imports the command line."""
    words = sys.argv[1:]
    # Options that may ask for other workers or none are left to the command, which understands them.
    if words[:1] == ["run"] and not any(w.startswith(("--engine", "--workers", "--help")) for w in words):
        from extract.batch import spawn

        spawn.ahead()
    from extract.cli import main as command

    try:
        command()
    finally:
        # Else the interpreter looks through all that was imported for garbage: 50 ms, for nothing. DuckDB's bindings
        # count what is not collected at exit as leaked, and say so in 48 lines.
        if "duckdb" not in sys.modules:
            gc.freeze()


if __name__ == "__main__":
    main()

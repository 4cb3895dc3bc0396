"""A run in a process of its own: run_plain.py PAUSE WORKERS OUTPUT DUMP... (the plain converter)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from batch_factories import Plain

from extract import batch
from extract.errors import PaperfactsError

if __name__ == "__main__":
    pause, workers, output, *dumps = sys.argv[1:]
    try:
        code = batch.run(dumps, output, workers=int(workers), factory=Plain(float(pause)))
    except PaperfactsError as error:
        sys.stderr.write(f"paperfacts: {error}\n")
        code = error.exit_code
    raise SystemExit(code)

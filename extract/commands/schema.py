"""`paperfacts schema`."""

from __future__ import annotations

import sys


def schema() -> None:
    """Print the JSON Schema of a record."""
    import orjson

    from extract.model import json_schema

    sys.stdout.write(orjson.dumps(json_schema(), option=orjson.OPT_INDENT_2).decode() + "\n")

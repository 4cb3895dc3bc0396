"""Prints one of the README's two commands: `readme.py run` or `readme.py test`.

They are the first lines that start with `python3 -m venv` in its shell blocks, in that order.
"""

import re
import sys
from pathlib import Path

text = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
commands = [line for block in blocks for line in block.splitlines() if line.startswith("python3 -m venv")]
print(commands[{"run": 0, "test": 1}[sys.argv[1]]])

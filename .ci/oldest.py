"""Print the requirements of the project and of its extra `all`, each at the oldest version that is promised."""

import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
waiting, oldest = [*project["dependencies"], "paperfacts[all]"], {}
while waiting:
    requirement = waiting.pop()
    if requirement.startswith("paperfacts["):
        for extra in requirement.removeprefix("paperfacts[").removesuffix("]").split(","):
            waiting += project["optional-dependencies"][extra]
    else:
        name, _, versions = requirement.partition(">=")
        oldest[name] = versions.split(",")[0]
print(*(f"{name}=={version}" for name, version in sorted(oldest.items())), sep="\n")

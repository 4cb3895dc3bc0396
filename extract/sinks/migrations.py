"""Which version of the tables a database holds, and the steps that bring an older one up to date.

The version stands in the table `paperfacts_schema`. A database without it is new when it holds none of our tables,
and somebody else's when it does. All steps of an upgrade run in the transaction that also raises the version.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from extract.errors import UsageError
from extract.sinks.tables import BY_NAME, TABLES_VERSION, VERSION_TABLE, Dialect, create_indexes, create_table
from extract.sinks.views import create_views

# Version n → the statements that make version n + 1 of it, for a dialect. Version 1 is the first one published. Views
# are made anew with every upgrade, so a version that changes only them (2: `leaderboard`) has no statements.
MIGRATIONS: dict[int, Callable[[Dialect], list[str]]] = {1: lambda dialect: []}


def statements(
    name: str,
    dialect: Dialect,
    tables: Collection[str],
    version: int | None,
    *,
    target: int = TABLES_VERSION,
    steps: Mapping[int, Callable[[Dialect], list[str]]] | None = None,
    strict: bool = False,
    foreign: bool = True,
) -> list[str]:
    """What to run so that the database `name` holds the tables of version `target`; empty when it does.

    `tables` are the names of the tables that stand there, `version` what its version table says. Raises `UsageError`
    for a newer version, for an older one without a way up, and for tables that somebody else made.
    """
    steps = MIGRATIONS if steps is None else steps
    if version is None:
        if taken := sorted(set(BY_NAME) & set(tables)):
            raise UsageError(
                f"{name} already holds a table {taken[0]} that paperfacts did not make: give an empty database"
                " or schema."
            )
        found = [f"CREATE TABLE {VERSION_TABLE} (version INTEGER PRIMARY KEY)"]
        for table in BY_NAME.values():
            found.append(create_table(table, dialect, strict=strict, foreign=foreign))
            found.extend(create_indexes(table))
    elif version == target:
        return []
    elif version > target:
        raise UsageError(
            f"{name} was made by a newer paperfacts (tables of version {version}, this one knows {target}):"
            " upgrade paperfacts or give another database."
        )
    else:
        found = []
        for step in range(version, target):
            if step not in steps:
                raise UsageError(
                    f"{name} has tables of version {version}, and paperfacts cannot upgrade version {step}:"
                    " load the records into a new database."
                )
            found.extend(steps[step](dialect))
    found.append(f"DELETE FROM {VERSION_TABLE}")
    found.append(f"INSERT INTO {VERSION_TABLE} VALUES ({target})")
    found.extend(create_views(dialect))
    return found

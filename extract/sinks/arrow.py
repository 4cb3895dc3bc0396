"""Arrow schemas, derived from their one definition: of a record from the models, of a table from the tables.

They are stated rather than inferred: in a file where no paper has a quantity, inference makes that column a list of
nothing, and files so written do not go together.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from extract.errors import MissingExtraError
from extract.model import ID_SCHEMES, Record
from extract.sinks.tables import Table, Type

if TYPE_CHECKING:
    import datasets
    import pyarrow


# What `extract.readers` puts into `identifiers`: an open mapping in the model, a struct here, since structs are read
# everywhere and maps are not.
IDENTIFIERS = (*ID_SCHEMES, "arxiv_version", "id")


def require() -> Any:
    """The module pyarrow, or an error that names the extra."""
    try:
        import pyarrow
    except ImportError:
        raise MissingExtraError("Writing Parquet or DuckDB", "arrow") from None
    return pyarrow


def record_schema() -> pyarrow.Schema:
    """The Arrow schema of one record: lists of structs as in the JSON.

    Everything may be null here: Arrow's JSON reader and Hugging Face `datasets` know no other fields, and files of
    two kinds would not go together.
    """
    pa = require()
    return pa.schema(_fields(Record))


def features() -> datasets.Features:
    """The same as `datasets.Features`: `load_dataset("json", data_files=..., features=features())`."""
    try:
        import datasets
    except ImportError:
        raise MissingExtraError("Describing records to Hugging Face datasets", "datasets") from None
    return datasets.Features.from_arrow_schema(record_schema())


def table_schema(table: Table) -> pyarrow.Schema:
    """The Arrow schema of a table of the relational schema; JSON columns are strings."""
    pa = require()
    types: dict[Type, Any] = {
        "text": pa.string(),
        "integer": pa.int64(),
        "real": pa.float64(),
        "boolean": pa.bool_(),
        "json": pa.string(),
    }
    return pa.schema([pa.field(column.name, types[column.type], column.null) for column in table.columns])


def table_of(table: Table, rows: Sequence[tuple[object, ...]]) -> pyarrow.Table:
    """Rows as an Arrow table."""
    pa = require()
    schema = table_schema(table)
    if not rows:
        return schema.empty_table()
    columns = zip(*rows, strict=True)
    return pa.Table.from_arrays(
        [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema
    )


def _fields(model: type[BaseModel]) -> list[Any]:
    pa = require()
    fields = []
    for name, info in model.model_fields.items():
        if name == "identifiers":
            fields.append(pa.field(name, pa.struct([(scheme, pa.string()) for scheme in IDENTIFIERS])))
        else:
            fields.append(pa.field(name, _type(info.annotation)))
    return fields


def _type(annotation: Any) -> Any:
    pa = require()
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return _type(inner)
    if origin is Annotated:
        return _type(arguments[0])
    if origin is Literal:
        return pa.string()
    if origin is list:
        return pa.list_(_type(arguments[0]))
    if issubclass(annotation, BaseModel):
        return pa.struct(_fields(annotation))
    simple = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    return simple[annotation]

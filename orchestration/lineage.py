"""Column lineage of the models: which columns of its parents each column of a model is made from.

Reads compiled SQL and says where columns come from; it runs nothing. Each model is qualified once
and its columns are then followed in the one scope, so that all models together take seconds.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping

import dagster as dg
from sqlglot import MappingSchema, exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node
from sqlglot.lineage import lineage as lineage_of
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

log = logging.getLogger(__name__)

DIALECT = "duckdb"
Columns = Mapping[str, Iterable[str]]


def _schema(tables: Columns) -> MappingSchema:
    schema = MappingSchema(dialect=DIALECT)
    for table, columns in tables.items():
        schema.add_table(table, dict.fromkeys(columns, "VARCHAR"), dialect=DIALECT)
    return schema


def _leaves(node: Node) -> Iterable[tuple[str, str]]:
    """(schema.table, column) of every stored column that a column is made from."""
    for found in node.walk():
        if not found.downstream and isinstance(found.expression, exp.Table):
            table = found.expression
            yield f"{table.db}.{table.name}", exp.to_column(found.name).name


def sources_of_columns(sql: str, tables: Columns) -> dict[str, set[tuple[str, str]]]:
    """Columns of the tables that each column of a query is made from.

    Args:
        sql: one compiled query.
        tables: columns of every table that it may read, by 'database.schema.table'.

    Returns:
        By column of the query, a set of (schema.table, column).
    """
    schema = _schema(tables)
    query = qualify(parse_one(sql, dialect=DIALECT), schema=schema, dialect=DIALECT)
    scope = build_scope(query)
    return {
        name: set(_leaves(lineage_of(name, query, schema, dialect=DIALECT, scope=scope, trim_selects=False)))
        for name in query.named_selects
    }


def column_lineage(
    sql: str, tables: Columns, keys: Mapping[str, dg.AssetKey]
) -> dg.TableColumnLineage | None:
    """The lineage as Dagster shows it, or None for a query that cannot be followed.

    Args:
        sql: one compiled query.
        tables: columns of every table that it may read.
        keys: the asset of each 'schema.table'.
    """
    try:
        found = sources_of_columns(sql, tables)
    except SqlglotError as error:
        log.debug("no column lineage: %s", error)
        return None
    deps: dict[str, list[dg.TableColumnDep]] = defaultdict(list)
    for column, sources in found.items():
        deps[column] = [
            dg.TableColumnDep(asset_key=keys[table], column_name=name)
            for table, name in sorted(sources)
            if table in keys
        ]
    return dg.TableColumnLineage(deps_by_column=dict(deps))

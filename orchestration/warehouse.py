"""The only code that opens DuckDB.

Holds connection settings and nothing about what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.errors import UserError

LAYERS = ("reference", "raw", "staged", "harmonised", "equity")


class WarehouseBusy(UserError):
    """Another process writes to the warehouse; the message says what to do."""


@dataclass(frozen=True)
class Warehouse:
    """One DuckDB file with the same connection settings everywhere (DuckDB refuses a second set)."""

    path: Path
    memory_limit: str = "3GB"
    threads: int = 2

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open for reading and writing, make the layers' schemas, and close whatever happens.

        Raises:
            WarehouseBusy: when another process has it open.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            connection = duckdb.connect(
                str(self.path),
                config={
                    "memory_limit": self.memory_limit,
                    "threads": self.threads,
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                },
            )
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise
            raise WarehouseBusy(
                f"{self.path} is in use by another run or program. Wait until it ends, or close what has it open."
            ) from error
        try:
            for layer in LAYERS:
                connection.execute(f"create schema if not exists {layer}")
            yield connection
        finally:
            connection.close()

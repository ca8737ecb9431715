"""Readers: bytes of one file to rows and rejected rows. Pure: no database, no settings.

Adding a reader is one module and one line in READERS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orchestration.ingest.declarations import Table
from orchestration.ingest.readers.base import ReadResult, RefusedFile, RejectedRow, Remark, SourceFile
from orchestration.ingest.readers.cells import read_cells, recognise_cells
from orchestration.ingest.readers.returned_plan import read_plan, recognise_plan
from orchestration.ingest.readers.table import Recognition, read_table, recognise_table


@dataclass(frozen=True)
class Reader:
    """How one layout is recognised and read.

    Attributes:
        remarks: it may take a row without some of its cells, and says so.
    """

    recognise: Callable[[SourceFile, Table], Recognition]
    read: Callable[[SourceFile, Table], ReadResult]
    remarks: bool = False


READERS: dict[str, Reader] = {
    "table": Reader(recognise_table, read_table),
    "cells": Reader(recognise_cells, read_cells),
    "returned_plan": Reader(recognise_plan, read_plan, remarks=True),
}

__all__ = [
    "READERS",
    "ReadResult",
    "Reader",
    "Recognition",
    "RefusedFile",
    "RejectedRow",
    "Remark",
    "SourceFile",
]

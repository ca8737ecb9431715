"""Mappings: how a supplier's own file says what the local contract asks for. One YAML a supplier and data set.

Only reads and checks them; what is done with a file is in local.py.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from orchestration.errors import UserError
from orchestration.ingest.declarations import SafeLoader, Source, Table
from orchestration.ingest.known_codes import as_code, known_systems
from orchestration.ingest.privacy import is_identifier

LOCAL = "local"
Unit = Literal["days", "weeks", "weeks+days", "g", "kg", "ml", "l"]
# what a draft holds until a person has said what belongs there
FILL_IN, UNKNOWN = "FILL_IN", "?"
UNITS_OF = {"days": ("days", "weeks", "weeks+days"), "g": ("g", "kg"), "ml": ("ml", "l")}


class MappingError(UserError):
    """A mapping that cannot be used; the message names the file and the key."""


class Expected(BaseModel):
    """What a supplier was asked for.

    Attributes:
        first: first month, such as 2024-04 (`from` in YAML).
        last: last month (`until`); left out while it goes on.
        every_months: months between two deliveries.
        due_days: days after the end of a month in which its file is due.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: str = Field(alias="from")
    last: str | None = Field(default=None, alias="until")
    every_months: int = Field(default=1, ge=1)
    due_days: int = Field(default=31, ge=0)

    @field_validator("first", "last", mode="before")
    @classmethod
    def _is_month(cls, value: object) -> str | None:
        if value is None:
            return None
        text = value.strftime("%Y-%m") if isinstance(value, dt.date) else str(value)
        if not re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", text):
            raise ValueError("a month is written such as 2024-04")
        return text


def _texts(value: object) -> object:
    """A block of YAML with every code as a text: YAML reads 99 as a number, and yes and no as truth.

    Raises:
        ValueError: for truth values, whose text is lost.
    """
    if isinstance(value, dict):
        return {_texts(key): _texts(item) for key, item in value.items()}
    if isinstance(value, bool):
        raise ValueError("put yes, no, on, off, true and false in quotation marks")
    return str(value)


class Mapping(BaseModel):
    """One supplier's file of one data set.

    Attributes:
        supplier: code of the supplier (ODS or ONS code, or a short name).
        supplier_name: its name.
        lmns: code of the system that it supplies.
        dataset: data set of the contract.
        file_name: regular expression of the file's name; without it the headers alone decide.
        sheet: regular expression of the sheet's name, in workbooks.
        date_format: how dates are written (dd/mm/yyyy, mm/dd/yyyy, yyyymmdd, or Python's directives); without it
            2025-03-31, 31/03/2025 and a spreadsheet program's day numbers are understood.
        columns: field of the contract to the supplier's header; empty for a file with the contract's own headers.
        values: by field, the supplier's code to the contract's.
        units: by field, the unit that the supplier uses.
        constants: fields that are the same in every row.
        drop: headers of names and other identifiers that the file holds and that are not to be read.
        expected: what was asked for, and when.
    """

    model_config = ConfigDict(extra="forbid")

    supplier: str = Field(pattern="^[A-Za-z0-9_-]{2,30}$")
    supplier_name: str
    lmns: str = Field(pattern="^[A-Z0-9]{3,5}$")
    dataset: str
    file_name: str | None = None
    sheet: str | None = None
    date_format: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    units: dict[str, Unit] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    drop: list[str] = Field(default_factory=list)
    expected: Expected | None = None

    @field_validator("values", "constants", mode="before")
    @classmethod
    def _codes(cls, value: object) -> object:
        return _texts(value)

    @field_validator("file_name", "sheet")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from error
        return pattern

    def is_named(self, file_name: str) -> bool:
        """Whether the file's name is one that the mapping names."""
        return self.file_name is not None and re.search(self.file_name, file_name, re.IGNORECASE) is not None


@dataclass(frozen=True)
class Fields:
    """The fields that a file of a data set may have, by name.

    Attributes:
        all: every field.
        personal: those that are replaced, and the column each becomes.
        needed: ways to fill each required column: one of the fields must be there.
    """

    all: tuple[str, ...]
    personal: frozenset[str]
    needed: tuple[tuple[str, ...], ...]


def fields_of(table: Table) -> Fields:
    """The fields that files of a data set may have."""
    names: list[str] = []
    personal: set[str] = set()
    needed: list[tuple[str, ...]] = []
    for column in table.columns:
        if column.made_from:
            continue
        own = [column.name]
        if column.personal:
            own = [column.personal.source, *(own if column.personal.source != column.name else [])]
            personal.add(column.personal.source)
            if column.personal.at:
                own_at = column.personal.at
                names.append(own_at)
                if own_at not in {other.name for other in table.columns}:
                    personal.add(own_at)
            if column.personal.kind in ("nhs_number", "local_id"):
                personal.add(column.name)
        names += own
        if column.required:
            needed.append(tuple(own))
    return Fields(tuple(dict.fromkeys(names)), frozenset(personal), tuple(needed))


def local_tables(sources: Iterable[Source]) -> dict[str, Table]:
    """The tables of local data by data set."""
    return {
        table.name.removeprefix(f"{LOCAL}__"): table
        for source in sources
        if source.name == LOCAL
        for table in source.tables
    }


def _check(mapping: Mapping, tables: dict[str, Table]) -> None:
    table = tables.get(mapping.dataset)
    if table is None:
        raise ValueError(f"dataset: {mapping.dataset} is none of {', '.join(sorted(tables))}")
    fields = fields_of(table)
    for key, names in (
        ("columns", mapping.columns),
        ("values", mapping.values),
        ("units", mapping.units),
        ("constants", mapping.constants),
    ):
        unknown = sorted(set(names) - set(fields.all))
        if unknown:
            raise ValueError(
                f"{key}: {', '.join(unknown)} is no field of {mapping.dataset}; its fields: {', '.join(fields.all)}"
            )
    if FILL_IN in (mapping.supplier, mapping.supplier_name):
        raise ValueError(
            f"supplier and supplier_name: put the supplier's code and name in place of {FILL_IN}"
        )
    by_name = {column.name: column for column in table.columns}
    open_fields = [name for name, words in mapping.values.items() if UNKNOWN in (*words, *words.values())]
    if open_fields:
        raise ValueError(
            f"values: {', '.join(open_fields)} still hold '{UNKNOWN}'; write each of the supplier's words and the code that "
            "it means"
        )
    for name, words in mapping.values.items():
        column = by_name.get(name)
        if column is None or not column.codes:
            continue
        wrong = [
            code
            for code in words.values()
            if as_code(code, tuple(column.codes)) is None and code not in column.marks
        ]
        if wrong:
            raise ValueError(f"values: {name}: {', '.join(wrong)} is none of {', '.join(column.codes)}")
    for key, code in (
        ("lmns", mapping.lmns),
        ("constants", mapping.constants.get("lmns_code", mapping.lmns)),
    ):
        if code not in known_systems():
            raise ValueError(
                f"{key}: {code} is no system of seeds/lmns.csv; give the code of the Local Maternity and Neonatal "
                "System, such as QK1"
            )
    for name, header in mapping.columns.items():
        if name not in fields.personal and is_identifier(header):
            raise ValueError(
                f'columns: {name} cannot be read from "{header}", which looks like an identifier of a person'
            )
    if mapping.columns:
        given = {*mapping.columns, *mapping.constants}
        for ways in fields.needed:
            if not given & set(ways):
                raise ValueError(f"columns: nothing says {' or '.join(ways)}")
    for name, unit in mapping.units.items():
        column = next((column for column in table.columns if column.name == name), None)
        allowed = UNITS_OF.get(column.unit or "", ()) if column else ()
        if unit not in allowed:
            raise ValueError(
                f"units: {name} cannot be given in {unit}; it can be in {', '.join(allowed) or 'no other unit'}"
            )


@dataclass(frozen=True)
class Held:
    """A mapping and where it stands.

    Attributes:
        place: folder and name of its file, as it is shown.
    """

    mapping: Mapping
    place: str


def read_mapping(path: Path, tables: dict[str, Table]) -> Held:
    """One mapping.

    Raises:
        MappingError: naming the file, the key and what to do.
    """
    place = f"{path.parent.name}/{path.name}"
    try:
        block = yaml.load(path.read_text("utf-8"), SafeLoader)
        if not isinstance(block, dict):
            raise ValueError("it holds no keys")
        mapping = Mapping.model_validate(block)
        _check(mapping, tables)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MappingError(f"{place}: {where}: {first['msg']}") from error
    except (OSError, yaml.YAMLError, ValueError, re.error) as error:
        raise MappingError(f"{place}: {error}") from error
    return Held(mapping, place)


def read_mappings(folders: Iterable[Path], tables: dict[str, Table]) -> list[Held]:
    """Every mapping below the folders, sorted by place.

    Raises:
        MappingError: when one cannot be used.
    """
    paths = {path.resolve() for folder in folders if folder.is_dir() for path in folder.rglob("*.yaml")}
    return [read_mapping(path, tables) for path in sorted(paths)]


def mappings_hash(held: Iterable[Held]) -> str:
    """Changes when what is read from local files changes; not when only what was asked for does."""
    total = hashlib.sha256()
    for one in held:
        total.update(one.mapping.model_dump_json(exclude={"expected"}).encode())
    return total.hexdigest()[:16]

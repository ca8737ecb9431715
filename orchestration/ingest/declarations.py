"""Source declarations: the dbt source YAML of each folder in models/staged, typed.

A source is declared there once; this module only reads it. No file, database or network is touched.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from orchestration.errors import UserError
from orchestration.ingest.live_rules import LiveRule
from orchestration.settings import STAGED_DIR

# the parser in C where there is one: a run reads every declaration
SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
ColumnType = Literal[
    "text", "label", "code", "date", "month", "year", "financial_year", "quarter",
    "integer", "count", "number", "percentage", "rate",
]  # fmt: skip


class DeclarationError(UserError):
    """A source YAML that cannot be used; the message names the file and the key."""


def fold(text: str) -> str:
    """A header or label as it is compared: lower case, spaces, underscores and slashes squeezed."""
    return re.sub(r"[\s_/\u00a0]+", " ", text).strip().lower()


class TypeBy(BaseModel):
    """What a value must be according to another column of its row (a count, where that says "Women").

    Attributes:
        column: the other column.
        types: kind of number by that column's value; other values leave the column's own type.
    """

    model_config = ConfigDict(extra="forbid")

    column: str
    types: dict[str, Literal["integer", "count", "number", "percentage", "rate"]]


class Personal(BaseModel):
    """What a column is made from, before anything is stored; the field itself is not kept.

    Attributes:
        kind: nhs_number (pseudonym), local_id (pseudonym within the supplier), birth_date (age in years at `at`),
            age_days (age in days at `at`), birth_month and event_month (first day of the month), postcode (small
            area).
        source: the field of the supplied file, written `from` in YAML.
        at: the field that says when an age is counted.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    kind: Literal[
        "nhs_number", "local_id", "birth_date", "age_days", "birth_month", "event_month", "postcode"
    ]
    source: str = Field(alias="from")
    at: str | None = None

    @model_validator(mode="after")
    def _age_has_a_day(self) -> Personal:
        if (self.at is not None) != (self.kind in ("birth_date", "age_days")):
            raise ValueError(
                f"`at` belongs to birth_date and age_days, and to nothing else (here {self.kind})"
            )
        return self


class Column(BaseModel):
    """One column of a raw table.

    Attributes:
        name: column name in the raw table.
        description: what it holds.
        header: accepted header texts, the likeliest first; one that ends in an ellipsis matches by its
            beginning, one that begins with ^ is a regular expression (publishers put the year in column names).
        type: what a value must be to be loaded.
        type_by: what it must be in rows of a certain kind.
        marks: publisher's marks that stand in place of a value.
        values: the only texts allowed, where given (case and spaces do not matter).
        required: a file without the column is refused.
        header_of: the column holds no cell but the header text of the column named here (a publisher's
            year that stands nowhere else).
        personal: what the column is made from, in data about people.
        codes: codes that are understood and what each means; in local files anything else becomes `invalid`.
        pattern: regular expression that a whole code must fit; in local files anything else becomes `invalid`.
        unit: unit of a number.
        plausible: least and most that the number can be; one beyond is held and known to no figure.
        made_from: the column whose making this one tells of.
        free_text: words, searched for identifiers before they are stored.
        only_with: columns that must be filled in (and say yes, where they can say no) for the words to be stored.
        needs: columns that must be filled in too, or the row is refused (a printed ratio without its counts).
        synonyms: by code, words that suppliers often use for it; `check` proposes them, and nothing is read by them.
        always: every row must have it, from the file or from the mapping; a row without it is set aside.
        code_list: list that its code must be one of (known_codes.py); a row with another code is set aside or told of.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    description: str
    header: list[str] = Field(default_factory=list)
    type: ColumnType = "text"
    type_by: TypeBy | None = None
    marks: list[str] = Field(default_factory=list)
    values: list[str] = Field(default_factory=list)
    required: bool = True
    header_of: str | None = None
    personal: Personal | None = None
    codes: dict[str, str] = Field(default_factory=dict)
    pattern: str | None = None
    unit: str | None = None
    plausible: tuple[float, float] | None = None
    made_from: str | None = None
    free_text: bool = False
    only_with: list[str] = Field(default_factory=list)
    needs: list[str] = Field(default_factory=list)
    synonyms: dict[str, list[str]] = Field(default_factory=dict)
    always: bool = False
    code_list: Literal["systems", "councils", "providers"] | None = None

    @cached_property
    def accepted(self) -> list[str]:
        """Header texts as they are compared, the column's own name last."""
        return [text if text.startswith("^") else fold(text) for text in [*self.header, self.name]]

    @cached_property
    def exact(self) -> frozenset[str]:
        """The accepted texts that a header must equal."""
        return frozenset(
            text for text in self.accepted if not text.startswith("^") and not text.endswith("…")
        )

    @cached_property
    def loose(self) -> list[str]:
        """The accepted texts that a header is matched against."""
        return [text for text in self.accepted if text not in self.exact]

    @model_validator(mode="after")
    def _no_cell_of_its_own(self) -> Column:
        if self.header_of is not None and self.required:
            raise ValueError(f"{self.name} is the header of {self.header_of}: say `required: false`")
        return self

    @field_validator("header")
    @classmethod
    def _compiles(cls, texts: list[str]) -> list[str]:
        for text in texts:
            if text.startswith("^"):
                re.compile(text)
        return texts

    @staticmethod
    def matches(folded: str, accepted: str) -> bool:
        """Whether a header of a file, as `fold` gives it, is an accepted one."""
        if accepted.startswith("^"):
            return re.fullmatch(accepted, folded) is not None
        return folded.startswith(accepted[:-1].strip()) if accepted.endswith("…") else folded == accepted

    def fits(self, header: str) -> bool:
        """Whether a header of a file is this column."""
        folded = fold(header)
        return folded in self.exact or any(self.matches(folded, accepted) for accepted in self.loose)


class Period(BaseModel):
    """Which columns say the period of a row: its first and last day (one header may stand for both), its
    financial year and quarter, or its calendar year."""

    model_config = ConfigDict(extra="forbid")

    start: str | None = None
    end: str | None = None
    financial_year: str | None = None
    quarter: str | None = None
    year: str | None = None

    @property
    def columns(self) -> list[str]:
        """The columns that are given."""
        given = (self.start, self.end, self.financial_year, self.quarter, self.year)
        return [name for name in given if name]

    @model_validator(mode="after")
    def _is_whole(self) -> Period:
        ways = ((self.start, self.end), (self.financial_year, self.quarter), (self.year,))
        if [all(way) for way in ways if any(way)] != [True]:
            raise ValueError("a period is start and end, financial_year and quarter, or year")
        return self


class FileRules(BaseModel):
    """How a table's files are recognised and read.

    Attributes:
        reader: name of a reader in ingest/readers.
        name: regular expression searched in the file's name; may capture month, year, release, version.
        name_required: the name must fit (where the content alone cannot tell).
        sheet: regular expression of the sheet's name, in workbooks.
        options: the reader's own options.
        period: columns that say the period.
        date_format: order in which a date written in digits is read.
        key: columns that together are unique within a file and period.
        min_rows: fewer rows than this and the file is refused.
        event: the column that says which month a row of a local file belongs to.
    """

    model_config = ConfigDict(extra="forbid")

    reader: str
    name: str | None = None
    name_required: bool = False
    sheet: str | None = None
    options: dict[str, Any] = Field(default_factory=dict)
    period: Period | None = None
    date_format: Literal["dmy", "ymd"] = "dmy"
    key: list[str] = Field(default_factory=list)
    min_rows: int = 1
    event: str | None = None

    @field_validator("name", "sheet")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            re.compile(pattern)
        return pattern

    def name_match(self, file_name: str) -> re.Match[str] | None:
        """The match of the name pattern, or None."""
        return re.search(self.name, file_name, re.IGNORECASE) if self.name else None


class Publication(BaseModel):
    """Who publishes a source, under which licence, how often and where.

    Attributes:
        personal_data: rows describe people; originals are not kept and messages show no value.
        caveat: the publisher's warning, printed on every figure of the source.
        live: how to fetch it (see docs/live.md).
    """

    model_config = ConfigDict(extra="forbid")

    publisher: str
    publication: str
    licence: str
    cadence_days: int
    personal_data: bool = False
    caveat: str | None = None
    live: list[LiveRule] = Field(default_factory=list)

    @field_validator("live", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, dict) else value


class Table(BaseModel):
    """One raw table of a source."""

    name: str
    source_id: str
    description: str
    file: FileRules
    columns: list[Column]
    publication: Publication

    @cached_property
    def _required_headers(self) -> tuple[frozenset[str], list[str]]:
        required = [column for column in self.columns if column.required]
        loose = [text for column in required for text in column.loose]
        return frozenset().union(*(column.exact for column in required)), loose

    def may_head(self, folded: Collection[str]) -> bool:
        """Whether one of these texts, as `fold` gives them, is the header of a required column."""
        exact, loose = self._required_headers
        return not exact.isdisjoint(folded) or any(
            Column.matches(text, accepted) for accepted in loose for text in folded
        )

    @model_validator(mode="after")
    def _columns_are_declared(self) -> Table:
        names = [column.name for column in self.columns]
        used = [*self.file.key, *(self.file.period.columns if self.file.period else [])]
        used += [column.type_by.column for column in self.columns if column.type_by]
        used += [column.header_of for column in self.columns if column.header_of]
        used += [column.made_from for column in self.columns if column.made_from]
        used += [name for column in self.columns for name in (*column.only_with, *column.needs)]
        used += [self.file.event] if self.file.event else []
        unknown = sorted({name for name in used if name not in names})
        if unknown:
            raise ValueError(f"{self.name} names columns that it does not declare: {', '.join(unknown)}")
        if len(set(names)) < len(names):
            raise ValueError(f"{self.name} declares a column twice")
        return self


class Source(BaseModel):
    """One source: a publication and the raw tables read from its files."""

    name: str
    description: str
    owner: str
    publication: Publication
    tables: list[Table]


def _source(block: dict[str, Any]) -> Source:
    meta = block["config"]["meta"]
    publication = Publication.model_validate(meta["ingest"])
    tables = []
    for table in block["tables"]:
        columns = [
            Column.model_validate(
                {"name": column["name"], "description": column.get("description", "")}
                | ((column.get("config") or {}).get("meta") or {})
            )
            for column in table["columns"]
        ]
        tables.append(
            Table(
                name=table["name"],
                source_id=block["name"],
                description=table["description"],
                file=FileRules.model_validate(table["config"]["meta"]["file"]),
                columns=columns,
                publication=publication,
            )
        )
    return Source(
        name=block["name"],
        description=block["description"],
        owner=meta["owner"],
        publication=publication,
        tables=tables,
    )


def _blocks(path: Path) -> list[dict[str, Any]]:
    try:
        return (yaml.load(path.read_text("utf-8"), SafeLoader) or {}).get("sources") or []
    except (yaml.YAMLError, AttributeError) as error:
        raise DeclarationError(f"{path.name}: {error}") from error


def read_declarations(directory: Path = STAGED_DIR) -> list[Source]:
    """Every declared source, sorted by name.

    Raises:
        DeclarationError: naming the YAML file and the key that is missing or wrong.
    """
    sources = []
    for path in sorted(directory.glob("*/_*.yml")):
        for block in _blocks(path):
            if "ingest" not in ((block.get("config") or {}).get("meta") or {}):
                continue
            try:
                sources.append(_source(block))
            except KeyError as error:
                raise DeclarationError(f"{path.name}: the key {error} is missing") from error
            except (ValidationError, TypeError, re.error) as error:
                raise DeclarationError(f"{path.name}: {error}") from error
    return sorted(sources, key=lambda source: source.name)

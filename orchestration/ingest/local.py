"""Local files: which data set and supplier a file is of, and its rows into the raw table, without identifiers.

What a mapping says is in mappings.py, what becomes of a value in local_values.py and privacy.py.
"""

from __future__ import annotations

import datetime as dt
import gc
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from orchestration.ingest.contract import identifier
from orchestration.ingest.declarations import Column, FileRules, Source, Table, fold
from orchestration.ingest.known_codes import CODE_LISTS
from orchestration.ingest.local_values import Converter, Notes, Piece, table_of
from orchestration.ingest.mappings import (
    Fields,
    Held,
    Mapping,
    fields_of,
    local_tables,
    mappings_hash,
    read_mappings,
)
from orchestration.ingest.privacy import (
    SYNTHETIC_KEY,
    IssuedNumber,
    NoKey,
    PostcodeLookup,
    Pseudonyms,
    is_identifier,
    key_id,
    read_key,
)
from orchestration.ingest.readers import RefusedFile, RejectedRow, SourceFile
from orchestration.ingest.readers.table import (
    LOOKS_LIKE_DATA,
    Header,
    Pieces,
    fitting_headers,
    read_table,
    recognise_table,
)
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.systems import read_systems

MAPPINGS_DIR = PROJECT_DIR / "config" / "mappings"
POSTCODES = "postcodes__area"
# more rows of another month than this, and the month in the file's name is not believed
OTHER_MONTHS = 0.5
SHRUNKEN = 0.5
# small pieces are read fast, large ones are stored fast
PIECES_AT_ONCE = 10


@dataclass(frozen=True)
class LocalFile:
    """What a file was recognised as.

    Attributes:
        dataset: data set of the contract.
        table: its contract.
        held: the mapping; None for a file in the contract's own headers.
        fields: field to the supplier's header.
        constants: fields that are the same in every row.
        supplier: code of the supplier; None where the rows say it.
        lmns: code of the system; None where the rows say it.
        month: first day of the month that the name gives.
        reading: the columns as the reader sees them.
        ignored: headers that are not read.
    """

    dataset: str
    table: Table
    held: Held | None
    fields: dict[str, str]
    constants: dict[str, str]
    supplier: str | None
    lmns: str | None
    month: dt.date | None
    reading: Table
    ignored: tuple[str, ...]

    @property
    def mapping(self) -> Mapping | None:
        """The mapping itself."""
        return self.held.mapping if self.held else None

    @property
    def needs_key(self) -> bool:
        """Whether a column of the file is replaced by a pseudonym."""
        kinds = {
            name
            for column in self.table.columns
            if column.personal and column.personal.kind in ("nhs_number", "local_id")
            for name in (column.name, column.personal.source)
        }
        return bool(kinds & self.fields.keys())


@dataclass
class LocalContract:
    """What stays the same from file to file: tables, mappings, key, look-up of postcodes.

    Attributes:
        tables: contract by data set.
        mappings: every supplier's.
        key: the key, or why there is none.
        systems: provider code to the system that its settings place it in.
        lookup: postcodes; None where none has been supplied.
        lookup_id: which files the look-up comes from.
    """

    tables: dict[str, Table]
    mappings: list[Held]
    key: bytes | NoKey
    systems: dict[str, str] = field(default_factory=dict)
    lookup: PostcodeLookup | None = None
    lookup_id: str = ""

    @classmethod
    def of(cls, sources: Sequence[Source], settings: Settings) -> LocalContract:
        """Read mappings and key.

        Raises:
            MappingError: when a mapping cannot be used.
        """
        tables = local_tables(sources)
        try:
            key: bytes | NoKey = read_key(
                settings.pseudonym_key_file, settings.pseudonym_key, (settings.input_dir, settings.output_dir)
            )
        except NoKey as error:
            key = error
        return cls(
            tables,
            read_mappings([MAPPINGS_DIR, settings.mappings_dir], tables) if tables else [],
            key,
            {provider: system.lmns_code for system in read_systems() for provider in system.providers},
        )

    @property
    def rules(self) -> str:
        """Changes when another reading of the same file would give other rows."""
        key = key_id(self.key) if isinstance(self.key, bytes) else "no key"
        return f"{mappings_hash(self.mappings)} {key}"

    @property
    def version(self) -> str:
        """The same with the look-up of postcodes."""
        return f"{self.rules} {self.lookup_id}"

    def load_postcodes(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Take the look-up from the raw table of postcodes, where there is one."""
        known = connection.execute(
            "select string_agg(file_id, ' ' order by file_id) from raw.file_table where table_name = ?",
            [POSTCODES],
        ).fetchone()[0]
        self.lookup_id = known or ""
        self.lookup = None

    def postcodes(self, connection: duckdb.DuckDBPyConnection) -> PostcodeLookup | None:
        """The look-up, read when a file needs it first."""
        if self.lookup is None and self.lookup_id:
            postcodes, areas = (
                connection.execute(
                    f"select any_value(postcode), any_value(lsoa_code_2021) from raw.{POSTCODES} "
                    "group by replace(postcode, ' ', '') having count(distinct lsoa_code_2021) = 1"
                )
                .fetchnumpy()
                .values()
            )
            self.lookup = PostcodeLookup.of(postcodes.tolist(), areas.tolist())
        return self.lookup


def _headers_for(table: Table, fields: dict[str, str], sheet: str | None) -> Table:
    """The columns as the reader sees them: one a header, all of them needed."""
    shared: dict[str, Column] = {}
    for header in fields.values():
        # not by the field's name: a file in the contract's own headings would be taken for this supplier's
        shared.setdefault(fold(header), Column(name=header, description="", header=[header]))
    return table.model_copy(
        update={"columns": list(shared.values()), "file": FileRules(reader="table", sheet=sheet)}
    )


def _finder(table: Table, fields: Fields, sheet: str | None) -> Table:
    """The columns by which the header row of a file in the contract's own headers is found."""
    columns = [Column(name=ways[0], description="", header=list(ways)) for ways in fields.needed]
    return table.model_copy(update={"columns": columns, "file": FileRules(reader="table", sheet=sheet)})


def _refuse_identifiers(file: SourceFile, headers: Sequence[str], dropped: Sequence[str], where: str) -> None:
    """Refuse a file that holds a name or another identifier that nobody said to leave out."""
    drop = {fold(header) for header in dropped}
    found = [header for header in headers if is_identifier(header) and fold(header) not in drop]
    if not found:
        return
    if any(LOOKS_LIKE_DATA.search(header) for header in found):
        raise RefusedFile(
            "no header",
            f"{file.name}: the first row looks like data, not like headings. Add a row of headings.",
        )
    names = ", ".join(f'"{header.strip()}"' for header in found)
    raise RefusedFile(
        "identifier",
        f"{file.name} holds {names}, which can tell who somebody is and is no field of the contract. Take it out of "
        f"the file, or say in {where} that it is not to be read: `drop: [{names}]`.",
    )


def _clean_header(file: SourceFile, header: Header) -> list[str]:
    return [cell for cell in header.cells if cell and cell.strip()]


def _by_mapping(file: SourceFile, held: Held, tables: dict[str, Table]) -> LocalFile | None:
    """The file as one of a mapping with columns; None where its name or its headers are not the mapping's."""
    mapping = held.mapping
    if mapping.file_name is not None and not mapping.is_named(file.name):
        return None
    table = tables[mapping.dataset]
    reading = _headers_for(table, mapping.columns, mapping.sheet)
    found = recognise_table(file, reading)
    if not found.fits:
        if mapping.file_name is None:
            return None
        # a hint may quote the header row, and where there is none that is a row about a person
        missing = sorted(
            f'"{header}"' for header in mapping.columns.values()
            if fold(header) not in {fold(cell or "") for row in _first_rows(file) for cell in row}
        )  # fmt: skip
        what = f"it has no column {', '.join(missing)}" if missing else found.reason
        raise RefusedFile(
            "missing column",
            f"{file.name} is named as {mapping.dataset} of {mapping.supplier} ({held.place}), but {what}. Correct the "
            "file, or the mapping: `equity-audit check` drafts one.",
        )
    headers = [cell for header in fitting_headers(file, reading) for cell in _clean_header(file, header)]
    mapped = {fold(header) for header in mapping.columns.values()}
    spare = [header for header in headers if fold(header) not in mapped]
    _refuse_identifiers(file, spare, mapping.drop, held.place)
    own = {
        "supplier_code": mapping.supplier,
        "supplier_name": mapping.supplier_name,
        "lmns_code": mapping.lmns,
    }
    return LocalFile(
        mapping.dataset, table, held, mapping.columns, own | mapping.constants, mapping.supplier, mapping.lmns,
        _month_of(file.name), reading, tuple(dict.fromkeys(spare)),
    )  # fmt: skip


def _first_rows(file: SourceFile) -> list[list[str | None]]:
    if file.is_workbook:
        return [row for sheet in file.workbook.sheet_names for row in file.sheet_rows(sheet)[:30]]
    return [list(row) for row in file.first_rows(",")]


def _month_of(name: str) -> dt.date | None:
    """The month that a file name gives as six digits, such as 202503."""
    found = re.search(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)", name)
    return dt.date(int(found[1]), int(found[2]), 1) if found else None


def version_of(name: str) -> str | None:
    """The version that a file name ends with, such as 2 in bookings_202503_v2.csv; None where it says none."""
    found = re.search(r"[_ -]v(\d{1,3})\.[a-z]+$", name, re.IGNORECASE)
    return str(int(found[1])) if found else None


def _template_name(name: str, datasets: Sequence[str]) -> tuple[str, str] | None:
    """Data set and supplier of a file named `<dataset>_<supplier>[_<yyyymm>]`."""
    found = re.fullmatch(
        rf"({'|'.join(sorted(datasets, key=len, reverse=True))})_([A-Za-z0-9-]{{2,30}})(?:_20\d{{4}})?(?:_v\d+)?\.(csv|xlsx|txt)",
        name,
        re.IGNORECASE,
    )
    return (found[1].lower(), found[2].upper()) if found else None


def _by_template(file: SourceFile, contract: LocalContract) -> LocalFile | None:
    """The file as one in the contract's own headers."""
    named = _template_name(file.name, list(contract.tables))
    candidates = [named[0]] if named else list(contract.tables)
    for dataset in candidates:
        table = contract.tables[dataset]
        fields = fields_of(table)
        finder = _finder(table, fields, None)
        if not recognise_table(file, finder).fits:
            continue
        headers = [cell for header in fitting_headers(file, finder) for cell in _clean_header(file, header)]
        by_fold = {fold(name): name for name in fields.all}
        found = {by_fold[fold(cell)]: cell.strip() for cell in headers if fold(cell) in by_fold}
        if not named and not {"supplier_code", "lmns_code"} <= found.keys():
            continue
        return _template_file(file, contract, dataset, named[1] if named else None, found, headers)
    if named:
        needed = ", ".join(" or ".join(ways) for ways in fields_of(contract.tables[named[0]]).needed)
        raise RefusedFile(
            "missing column",
            f"{file.name} is named as {named[0]}, but no row of it has the headings that the contract cannot do "
            f"without ({needed}), with commas between them. See docs/local_data.md; a file with a supplier's own headings needs a mapping.",
        )
    return None


def _template_file(
    file: SourceFile,
    contract: LocalContract,
    dataset: str,
    supplier: str | None,
    found: dict[str, str],
    headers: list[str],
) -> LocalFile:
    table = contract.tables[dataset]
    of_supplier = [
        held for held in contract.mappings if supplier and held.mapping.supplier.upper() == supplier
    ]
    held = next(
        (one for one in of_supplier if one.mapping.dataset == dataset and not one.mapping.columns), None
    )
    mapping = held.mapping if held else None
    constants: dict[str, str] = dict(mapping.constants) if mapping else {}
    lmns = mapping.lmns if mapping else next(
        (one.mapping.lmns for one in of_supplier), contract.systems.get(supplier or "")
    )  # fmt: skip
    name = next((one.mapping.supplier_name for one in of_supplier), supplier)
    own = {"supplier_code": supplier, "supplier_name": name, "lmns_code": lmns}
    constants |= {key: value for key, value in own.items() if value and key not in found}
    if "lmns_code" not in found and not lmns:
        raise RefusedFile(
            "no system",
            f"{file.name}: nothing says which Local Maternity and Neonatal System {supplier} supplies. Add a column "
            f"lmns_code, a mapping for the supplier in config/mappings, or the provider to config/systems.",
        )
    spare = [header for header in headers if fold(header) not in {fold(cell) for cell in found.values()}]
    _refuse_identifiers(
        file, spare, mapping.drop if mapping else [], held.place if held else "a mapping of the supplier"
    )
    reading = _headers_for(table, found, None)
    return LocalFile(
        dataset, table, held, found, constants, None if "supplier_code" in found else supplier,
        None if "lmns_code" in found else lmns, _month_of(file.name), reading, tuple(dict.fromkeys(spare)),
    )  # fmt: skip


def recognise_local(file: SourceFile, contract: LocalContract) -> LocalFile | None:
    """What a file is among the local data; None where it is none of them.

    Raises:
        RefusedFile: when its name says that it is one and it cannot be read as such, or it holds identifiers that no
            mapping says to leave out.
    """
    if not contract.tables or file.kind not in ("text", "workbook") or file.is_blank:
        return None
    try:
        return _recognised(file, contract)
    except RefusedFile:
        raise
    except Exception as error:
        # the error's own text could quote a value
        raise RefusedFile(
            "unreadable",
            f"{file.name} could not be read ({type(error).__name__}). Open it, check it, and export it again; if it "
            "looks right, this is a fault of the reader: please report it.",
        ) from None


def _recognised(file: SourceFile, contract: LocalContract) -> LocalFile | None:
    fitting = [
        found
        for held in contract.mappings
        if held.mapping.columns and (found := _by_mapping(file, held, contract.tables))
    ]
    named = [found for found in fitting if found.mapping and found.mapping.file_name]
    best = named or fitting
    if best:
        widest = max(len(found.fields) for found in best)
        best = [found for found in best if len(found.fields) == widest]
        if len(best) > 1:
            places = ", ".join(found.held.place for found in best if found.held)
            raise RefusedFile(
                "two mappings",
                f"{file.name} fits several mappings ({places}). Say in each which files are meant: `file_name`.",
            )
        return best[0]
    return _by_template(file, contract)


@dataclass
class Converted:
    """What became of a local file's rows.

    Attributes:
        rejected: rows that are not in the raw table.
        encoding: how the text was decoded.
        notes: counts for the person who supplied it.
        pseudonyms: the maker, with its counts; None where nothing was replaced by one.
    """

    rejected: list[RejectedRow]
    encoding: str | None
    notes: Notes
    pseudonyms: Pseudonyms | None


def unlisted(local: LocalFile, converted: Converted) -> list[tuple[str, str]]:
    """Columns with codes that are on no list though loaded, and what to do about each."""
    lists = {column.name: column.code_list for column in local.table.columns if column.code_list}
    return [(name, CODE_LISTS[lists[name]].fix) for name in converted.notes.not_listed]


@contextmanager
def no_collection() -> Iterator[None]:
    """Leave garbage to lie for a while: a search for cycles among millions of texts finds none and takes long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def accounted(table: Table) -> Table:
    """What is left to check of the contract once values are converted: that nothing needed is missing, and the key."""
    columns = [
        Column(name=column.name, description=column.description, type="label" if column.required else "text")
        for column in table.columns
    ]
    return table.model_copy(update={"columns": columns})


def fill_raw(
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    local: LocalFile,
    contract: LocalContract,
    received_at: str,
    is_synthetic: bool,
) -> Converted:
    """Add a local file's rows to its raw table; no identifier reaches DuckDB.

    Raises:
        RefusedFile: when the file cannot be read, or there is no key for the identifiers in it.
    """
    pseudonyms = None
    if local.needs_key:
        if not is_synthetic and isinstance(contract.key, NoKey):
            raise RefusedFile("no key", f"{file.name} holds identifiers of people, and {contract.key}.")
        key = SYNTHETIC_KEY if is_synthetic or isinstance(contract.key, NoKey) else contract.key
        pseudonyms = Pseudonyms(key, only_test_numbers=is_synthetic)
    has_postcodes = any(
        column.personal and column.personal.kind == "postcode" and column.personal.source in local.fields
        for column in local.table.columns
    )
    lookup = contract.postcodes(connection) if has_postcodes else None
    converter = Converter(local.table, local.mapping, local.constants, pseudonyms, lookup, file.name)
    columns = ", ".join(identifier(column.name) for column in local.table.columns)
    texts_of = ", ".join(f"cast({identifier(column.name)} as varchar)" for column in local.table.columns)
    insert = (
        f"insert into raw.{identifier(local.table.name)} ({columns}, _file_id, _row_number, _loaded_at) "
        f"select {texts_of}, ?, _row_number, ? from piece"
    )
    loaded_at = dt.datetime.fromisoformat(received_at)
    # several fields may be read from one header
    readers = {fold(column.header[0]): index for index, column in enumerate(local.reading.columns)}
    places = {name: readers[fold(header)] for name, header in local.fields.items()}

    names = [column.name for column in local.table.columns]
    pieces: list[Piece] = []
    writing: list[Future[None]] = []

    def write(piece: pa.Table) -> None:
        connection.execute(insert, [file.sha256, loaded_at])

    def store() -> None:
        """Hand what is converted to DuckDB, which stores it while the next rows are read."""
        while writing:
            writing.pop().result()
        if pieces:
            writing.append(writer.submit(write, table_of(pieces, names)))
            pieces.clear()

    def take(texts: list[Sequence[str | None]], numbers: list[int]) -> None:
        pieces.append(converter.convert({name: texts[place] for name, place in places.items()}, numbers))
        if len(pieces) == PIECES_AT_ONCE:
            store()

    try:
        with no_collection(), ThreadPoolExecutor(max_workers=1) as writer:
            result = read_table(file, local.reading, lambda table, header: Pieces(table, header, take))
            store()
            store()
    except (RefusedFile, duckdb.Error):
        raise
    except IssuedNumber:
        raise RefusedFile(
            "issued number",
            f"{file.name} lies in a folder that is marked as synthetic, but holds NHS numbers outside the range for "
            "tests (999). Real files go in a folder of their own, without SYNTHETIC.txt.",
        ) from None
    except Exception as error:
        # the error's own text could quote a value
        raise RefusedFile(
            "unreadable",
            f"{file.name} could not be read as {local.dataset} ({type(error).__name__}). Check it with "
            "`equity-audit check`; if it looks right, this is a fault of the reader: please report it.",
        ) from None
    return Converted([*result.rejected, *converter.rejected], result.encoding, converter.notes, pseudonyms)


def check_month(connection: duckdb.DuckDBPyConnection, file: SourceFile, local: LocalFile) -> None:
    """Compare the month of the name with the rows that were read.

    Raises:
        RefusedFile: when most rows are of another month.
    """
    event = local.table.file.event
    if local.month is None or event is None or local.dataset == "community_asset":
        return
    rows, others = connection.execute(
        f"select count(*), count(*) filter (where strftime(try_cast({identifier(event)} as date), '%Y%m') <> ?) "
        f"from raw.{identifier(local.table.name)} where _file_id = ?",
        [f"{local.month:%Y%m}", file.sha256],
    ).fetchone()
    if rows and others > OTHER_MONTHS * rows:
        raise RefusedFile(
            "month of the file name",
            f"{file.name}: its name says {local.month:%B %Y}, but {event} of most rows is in another month. Check that "
            "it is the right file; leave the month out of the name of a file that holds several.",
        )


def months_held(
    connection: duckdb.DuckDBPyConnection, file: SourceFile, local: LocalFile
) -> tuple[str | None, str | None]:
    """First and last day of the months of a file's rows, as ISO text."""
    event = f"try_cast({identifier(local.table.file.event)} as date)"
    return connection.execute(
        f"select cast(date_trunc('month', min({event})) as date)::varchar, last_day(max({event}))::varchar "
        f"from raw.{identifier(local.table.name)} where _file_id = ?",
        [file.sha256],
    ).fetchone()


def larger_twin(
    connection: duckdb.DuckDBPyConnection, file_id: str, local: LocalFile, rows: int
) -> tuple[str, int] | None:
    """Name and rows of a loaded file of the same supplier, data set and month that has far more rows, if there is one."""
    if local.month is None or local.supplier is None:
        return None
    found = connection.execute(
        """
        select register.file_name, register.rows_loaded
        from raw.local_file as local_file
        inner join raw.file_register as register on local_file.file_id = register.file_id
        where local_file.dataset = ? and local_file.supplier_code = ? and local_file.file_month = ?
        and local_file.file_id <> ? and register.verdict = 'loaded'
        order by register.rows_loaded desc, register.file_name limit 1
        """,
        [local.dataset, local.supplier, str(local.month), file_id],
    ).fetchone()
    return found if found and rows < SHRUNKEN * found[1] else None


def write_local_file(
    connection: duckdb.DuckDBPyConnection, file_id: str, local: LocalFile, converted: Converted
) -> None:
    """Put down what became of a file's identifiers."""
    notes, made = converted.notes, converted.pseudonyms
    counts = made.counts if made else None
    connection.execute(
        "insert into raw.local_file values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            file_id, local.dataset, local.supplier, str(local.month) if local.month else None,
            local.held.place if local.held else None, made.key_id if made else None,
            *((counts.valid, counts.given, counts.invalid, counts.missing) if counts else (0, 0, 0, 0)),
            notes.dates_unreadable, notes.postcodes_found, notes.postcodes_not_found,
            sum(count for count, _ in notes.not_understood.values()), notes.texts_withheld,
        ],
    )  # fmt: skip


def write_expected(connection: duckdb.DuckDBPyConnection, mappings: Sequence[Held]) -> None:
    """Replace what suppliers were asked for by what the mappings say."""
    connection.execute("delete from raw.local_expected")
    rows = [
        (
            one.lmns, one.supplier, one.supplier_name, one.dataset, f"{one.expected.first}-01",
            f"{one.expected.last}-01" if one.expected.last else None, one.expected.every_months, one.expected.due_days,
        )
        for one in (held.mapping for held in mappings)
        if one.expected
    ]  # fmt: skip
    if rows:
        connection.executemany("insert into raw.local_expected values (?, ?, ?, ?, ?, ?, ?, ?)", rows)

"""Which declared tables a file holds, by its content and name; and for a file that none claims, why not."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.ingest.declarations import Source, Table
from orchestration.ingest.readers import READERS, ReadResult, RefusedFile, SourceFile

NEARLY = 0.6


@dataclass(frozen=True)
class Claim:
    """The source whose file it is, and the tables that can be read from it.

    Attributes:
        source: None where no source claims the file.
        tables: tables of that source.
        verdict: refused or unclaimed, where no source claims it.
        reason: why, and what to do.
    """

    source: Source | None
    tables: list[Table]
    verdict: str = ""
    reason: str = ""


def _could_not(file: SourceFile, error: Exception) -> RefusedFile:
    """The refusal of a file that a reader fell over: the other files must go on."""
    return RefusedFile(
        "unreadable",
        f"{file.name} could not be read ({type(error).__name__}). Open it, check it, and export it again; if it "
        "looks right, this is a fault of the reader: please report it.",
    )


def read_claimed(file: SourceFile, table: Table) -> ReadResult:
    """Read one table of a file.

    Raises:
        RefusedFile: when it cannot be read.
    """
    try:
        return READERS[table.file.reader].read(file, table)
    except RefusedFile:
        raise
    except Exception as error:
        raise _could_not(file, error) from error


def _unreadable_kind(file: SourceFile, is_named: bool) -> tuple[str, str] | None:
    """Verdict and reason of a file whose bytes are nothing that a reader takes."""
    if file.is_blank:
        return "refused", f"{file.name} is empty. Download or export it again."
    if file.kind == "archive":
        return (
            "refused",
            f"{file.name} is a zip archive. Unpack it and put the files that it holds in the folder.",
        )
    if file.kind == "other":
        if is_named:
            return (
                "refused",
                f"{file.name} is neither text in UTF-8, UTF-16 or Windows-1252 nor an Excel workbook. Download it "
                "again, or save it as CSV UTF-8 or .xlsx.",
            )
        return (
            "unclaimed",
            f"{file.name} is neither a table of text nor an Excel workbook: no source reads it.",
        )
    if file.kind == "text" and file.head.lstrip()[:500].lower().startswith(
        ("<!doctype html", "<html", "<head")
    ):
        return (
            "refused",
            f"{file.name} is a web page saved under that name: the download failed. Download it again.",
        )
    return None


def claim(file: SourceFile, sources: list[Source]) -> Claim:
    """The source that claims a file.

    Raises:
        RefusedFile: when the file cannot be opened at all.
    """
    is_named = any(table.file.name_match(file.name) for source in sources for table in source.tables)
    barred = _unreadable_kind(file, is_named)
    if barred:
        return Claim(None, [], *barred)
    fitting: list[tuple[Source, Table]] = []
    nearest: tuple[float, str] = (0.0, "")
    for source in sources:
        for table in source.tables:
            # local files are recognised by their suppliers' mappings, in local.py
            if table.file.reader == "local":
                continue
            match = table.file.name_match(file.name)
            if table.file.name_required and match is None:
                continue
            try:
                found = READERS[table.file.reader].recognise(file, table)
            except RefusedFile:
                raise
            except Exception as error:
                raise _could_not(file, error) from error
            if found.fits:
                fitting.append((source, table))
                continue
            weight = found.share + (1.0 if match else 0.0)
            if (match or found.share >= NEARLY) and weight > nearest[0]:
                nearest = (weight, f"it looks like {table.name}, but {found.reason}.")
    if fitting:
        named = [source for source, table in fitting if table.file.name_match(file.name)]
        owner = named[0] if named else fitting[0][0]
        return Claim(owner, [table for source, table in fitting if source is owner])
    if nearest[1]:
        return Claim(None, [], "refused", f"{file.name}: {nearest[1]}")
    return Claim(
        None,
        [],
        "unclaimed",
        f"No source is declared for {file.name}. If it should be read, see 'Where do I add' in the README.",
    )

"""`equity-audit themes`: suggested themes for the statements of a file that nobody has coded, for a person to confirm.

Writes ids and codes, never a word of a statement; the file comes back as the data set voice_theme.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.errors import UserError
from orchestration.ingest.declarations import read_declarations
from orchestration.ingest.local import LocalContract, LocalFile, fill_raw, recognise_local
from orchestration.ingest.mappings import read_mapping
from orchestration.ingest.readers import RefusedFile, SourceFile
from orchestration.settings import Settings
from orchestration.themes import read_terms, suggest

COLUMNS = (
    "supplier_code", "lmns_code", "voice_id", "period_end", "suggested_theme", "suggested_equity_theme", "theme_code",
    "equity_theme",
)  # fmt: skip
UNCODED = """
    select supplier_code, lmns_code, voice_id, period_end, statement
    from raw.local__voice
    where coalesce(theme_code, 'invalid') = 'invalid' and statement is not null
    order by _row_number
"""


@dataclass(frozen=True)
class Suggested:
    """What was written.

    Attributes:
        path: the file to be confirmed; None where every statement has a theme.
        uncoded: statements without a theme.
        suggested: of these, those with a suggestion.
        set_aside: rows that could not be read, or whose words seem to hold an identifier.
    """

    path: Path | None
    uncoded: int
    suggested: int
    set_aside: int


def _with_words(local: LocalFile) -> LocalFile:
    """The file's contract without the rule that words need clearance: they are looked at here and stored nowhere."""
    columns = [column.model_copy(update={"only_with": []}) for column in local.table.columns]
    return replace(local, table=local.table.model_copy(update={"columns": columns}))


def _uncoded(
    file: SourceFile, local: LocalFile, contract: LocalContract
) -> tuple[list[tuple[str, ...]], int]:
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        body = ", ".join(f'"{column.name}" varchar' for column in local.table.columns)
        connection.execute(
            f"create table raw.local__voice ({body}, _file_id varchar, _row_number bigint, _loaded_at timestamp)"
        )
        received = dt.datetime.fromtimestamp(0, tz=dt.UTC).replace(tzinfo=None).isoformat()
        converted = fill_raw(connection, file, local, contract, received, is_synthetic=False)
        return connection.execute(UNCODED).fetchall(), len(converted.rejected)


def suggest_themes(
    path: Path, settings: Settings, mapping: Path | None = None, output: Path | None = None
) -> Suggested:
    """Write suggested themes of a file's uncoded statements.

    Args:
        path: a file of the data set voice.
        settings: where mappings are.
        mapping: a mapping to read the file by, in place of those that are in use.
        output: folder of the file to be confirmed; beside `path` by default.

    Raises:
        UserError: when the file cannot be read as voices, or the file to be written exists already.
    """
    contract = LocalContract.of(read_declarations(), settings)
    if mapping is not None:
        contract.mappings = [read_mapping(mapping, contract.tables)]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}).") from error
    file = SourceFile(path, path.name, content, hashlib.sha256(content).hexdigest())
    try:
        local = recognise_local(file, contract)
        if local is None or local.dataset != "voice":
            raise UserError(
                f"{path.name} is not recognised as the data set voice. See `equity-audit check {path.name}`."
            )
        rows, set_aside = _uncoded(file, _with_words(local), contract)
    except RefusedFile as error:
        raise UserError(str(error)) from error
    if not rows:
        return Suggested(None, 0, 0, set_aside)
    terms = read_terms()
    found = [suggest(row[-1], terms) for row in rows]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for (*known, _), one in zip(rows, found, strict=True):
        writer.writerow([*known, one.theme, one.equity, "", ""])
    month = max(row[3] for row in rows)[:7].replace("-", "")
    written = (output or path.parent) / f"voice_theme_{rows[0][0]}_{month}.csv"
    written.parent.mkdir(parents=True, exist_ok=True)
    try:
        with written.open("x", encoding="utf-8", newline="") as handle:
            handle.write(text.getvalue())
    except FileExistsError:
        raise UserError(
            f"{written} exists and may hold what somebody confirmed, so it is left as it is. Move it, or name another "
            "folder with --folder."
        ) from None
    return Suggested(written, len(rows), sum(bool(one.theme or one.equity) for one in found), set_aside)

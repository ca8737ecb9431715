"""What was fetched from where and when: one small JSON file beside the files.

Needs no database and no network. `log_rows` is what the warehouse keeps of it (raw.fetch_log).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

NEW = "new"
CHANGED = "changed"
UNCHANGED = "unchanged"
LAST_GOOD = "publisher unreachable: the last good file was used"
NOT_AVAILABLE = "not available"
VERSION = 1


@dataclass(frozen=True)
class HeldFile:
    """One file in the folder of fetched files.

    Attributes:
        path: relative to that folder, with forward slashes.
        sha256: hash of its bytes, which is the file_id in the warehouse.
        bytes, mtime_ns: tell at a glance whether anybody has touched it since.
    """

    path: str
    sha256: str
    bytes: int
    mtime_ns: int

    def intact(self, folder: Path) -> bool:
        """Whether the file is still there as it was left."""
        try:
            status = (folder / self.path).stat()
        except OSError:
            return False
        return status.st_size == self.bytes and status.st_mtime_ns == self.mtime_ns


@dataclass(frozen=True)
class Held:
    """All that is known of one address.

    Attributes:
        slot: stays the same when the address of the same thing changes; usually the address.
        source_id, rule: which declaration asked for it.
        address, final_address: as asked, and where redirects led.
        files: what is held of it; empty where nothing ever arrived.
        body_sha256: hash of the body as downloaded (of the zip, where the files are its members).
        rows_sha256: hash of its rows in sorted order, for files whose bytes vary.
        etag, last_modified: what to ask the publisher with next time.
        fetched_at: when the files arrived; checked_at: when the publisher was last asked (ISO, UTC).
        outcome, reason: of that last time; one of the constants above.
    """

    slot: str
    source_id: str
    rule: str
    address: str
    final_address: str = ""
    files: tuple[HeldFile, ...] = ()
    body_sha256: str = ""
    rows_sha256: str = ""
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: str = ""
    checked_at: str = ""
    outcome: str = NOT_AVAILABLE
    reason: str = ""

    def intact(self, folder: Path) -> bool:
        """Whether every file of it is still there as it was left."""
        return bool(self.files) and all(file.intact(folder) for file in self.files)

    @property
    def note(self) -> str | None:
        """The sentence to show on figures, or None when the last check went well."""
        if self.outcome != LAST_GOOD or not self.files:
            return None
        return (
            f"The publisher was unreachable on {_day(self.checked_at)}: the last good file, fetched on "
            f"{_day(self.fetched_at)}, was used."
        )


def _day(moment: str) -> str:
    date = datetime.fromisoformat(moment)
    return f"{date.day} {date:%B %Y}"


@dataclass
class FetchState:
    """The record of every address ever fetched.

    Attributes:
        path: the JSON file; None keeps it in memory.
        held: records by (source_id, slot).
    """

    path: Path | None = None
    held: dict[tuple[str, str], Held] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> FetchState:
        """Read the file; one that is absent or damaged starts an empty record.

        Nothing is lost but the publishers' marks of what has not changed: every file is downloaded once
        more and compared.
        """
        state = cls(path)
        try:
            stored = json.loads(path.read_text("utf-8"))
            if stored["version"] != VERSION:
                raise ValueError(f"version {stored['version']}")
            for item in stored["addresses"]:
                files = tuple(HeldFile(**file) for file in item.pop("files"))
                record = Held(**item, files=files)
                state.held[record.source_id, record.slot] = record
        except FileNotFoundError:
            return state
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("%s cannot be read (%s): every file is fetched once more", path, error)
            state.held.clear()
        return state

    def save(self) -> None:
        """Write the file in one step."""
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "version": VERSION,
            "addresses": [asdict(self.held[key]) for key in sorted(self.held)],
            "files": self.files(),  # for readers that ask about a file, not about an address
        }
        text = json.dumps(content, indent=1, ensure_ascii=False)
        write_atomically(self.path, text.encode())

    def get(self, source_id: str, slot: str) -> Held | None:
        """The record of a slot, or None."""
        return self.held.get((source_id, slot))

    def put(self, record: Held) -> None:
        """Keep a record and save."""
        self.held[record.source_id, record.slot] = record
        self.save()

    def of_rule(self, source_id: str, rule: str) -> list[Held]:
        """The records of a rule that hold a file."""
        return [
            record
            for record in self.held.values()
            if (record.source_id, record.rule) == (source_id, rule) and record.files
        ]

    def mark_last_good(self, records: Iterable[Held], checked_at: str, reason: str) -> None:
        """Say of records that the publisher could not be asked, so that their files stand."""
        for record in records:
            self.held[record.source_id, record.slot] = replace(
                record, outcome=LAST_GOOD, reason=reason, checked_at=checked_at
            )
        self.save()

    def path_owner(self, path: str) -> tuple[str, str] | None:
        """Which record holds the file at a path."""
        for key, record in self.held.items():
            if any(file.path == path for file in record.files):
                return key
        return None

    def files(self) -> dict[str, dict[str, str | None]]:
        """Each file held: its source, sha256, address, and what figures must say of it (or None)."""
        return {
            file.path: {
                "source_id": record.source_id,
                "sha256": file.sha256,
                "address": record.address,
                "message": record.note,
            }
            for _, record in sorted(self.held.items())
            for file in record.files
        }

    def log_rows(self) -> list[dict[str, Any]]:
        """Rows of raw.fetch_log: one for each file held, one for each address that never gave any.

        Keys: source_id, address, final_address, file_id, path, outcome, reason, note, fetched_at,
        checked_at, etag, last_modified. `file_id` and `path` are None where there is no file.
        """
        rows = []
        for key in sorted(self.held):
            record = self.held[key]
            for file in record.files or (None,):
                rows.append(
                    {
                        "source_id": record.source_id,
                        "address": record.address,
                        "final_address": record.final_address or None,
                        "file_id": file.sha256 if file else None,
                        "path": file.path if file else None,
                        "outcome": record.outcome,
                        "reason": record.reason or None,
                        "note": record.note,
                        "fetched_at": record.fetched_at or None,
                        "checked_at": record.checked_at or None,
                        "etag": record.etag,
                        "last_modified": record.last_modified,
                    }
                )
        return rows

    def notes_fingerprint(self) -> str:
        """Changes when what figures must say about their files changes; not with every check."""
        said = sorted(
            f"{row['source_id']}|{row['file_id']}|{row['address']}|{row['note'] or ''}"
            for row in self.log_rows()
        )
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


def write_atomically(path: Path, content: bytes) -> None:
    """Put bytes in place in one step: readers see the old file or the new one, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        place(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def place(temporary: Path, path: Path) -> None:
    """Move a finished file to its name and make the move durable."""
    temporary.chmod(0o644)  # mkstemp makes files that only their owner can read
    temporary.replace(path)
    try:
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError:  # Windows cannot open a folder, and needs no such call
        return
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

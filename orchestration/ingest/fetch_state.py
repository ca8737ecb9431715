"""What was fetched from where and when: one small JSON file beside the folder of fetched files.

Needs no database and no network. What figures must say of a file comes from here.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

log = logging.getLogger(__name__)

NEW = "new"
CHANGED = "changed"
UNCHANGED = "unchanged"
LAST_GOOD = "last good file used"
NOT_AVAILABLE = "not available"


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes: its id in the warehouse."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


@dataclass(frozen=True)
class Held:
    """All that is known of one file that a source's rule leads to.

    Attributes:
        source_id, name: which source, and the file's name: together they tell it from all others.
        rule: the rule that led to it.
        address: where it was asked for last.
        files: what is held of it, path in the fetched folder and sha256 (a zip's members, for a zip);
            empty where nothing usable ever came.
        body_sha256: hash of the body as downloaded.
        rows_sha256: hash of its rows in sorted order, for files whose bytes vary.
        etag, last_modified: what to ask the publisher with next time.
        fetched_at: when the files arrived; checked_at: when the publisher was last asked (ISO, UTC).
        outcome, reason: of that last time; one of the constants above, and why it failed.
    """

    source_id: str
    name: str
    rule: str
    address: str
    files: dict[str, str] = field(default_factory=dict)
    body_sha256: str = ""
    rows_sha256: str = ""
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: str = ""
    checked_at: str = ""
    outcome: str = NOT_AVAILABLE
    reason: str = ""

    def intact(self, folder: Path) -> bool:
        """Whether every file of it is still there as it arrived."""
        return bool(self.files) and all(
            (folder / path).is_file() and sha256_of(folder / path) == sha256
            for path, sha256 in self.files.items()
        )

    @property
    def note(self) -> str | None:
        """The sentence to show on figures, or None when the last check went well."""
        if self.outcome != LAST_GOOD:
            return None
        day = datetime.fromisoformat(self.fetched_at)
        return (
            "The publisher was unreachable or sent no usable file: the last good file was used "
            f"(fetched on {day.day} {day:%B %Y})."
        )


@dataclass
class FetchState:
    """The record of every file ever asked for.

    Attributes:
        path: the JSON file.
        held: records by (source_id, name).
    """

    path: Path
    held: dict[tuple[str, str], Held] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> FetchState:
        """Read the file; one that is absent or damaged starts an empty record.

        Nothing is lost but the publishers' marks of what has not changed: every file is downloaded once
        more and compared.
        """
        state = cls(path)
        try:
            for item in json.loads(path.read_text("utf-8")):
                record = Held(**item)
                state.held[record.source_id, record.name] = record
        except FileNotFoundError:
            pass
        except (ValueError, TypeError) as error:
            log.warning("%s cannot be read (%s): every file is fetched once more", path, error)
            state.held.clear()
        return state

    def save(self) -> None:
        """Write the file in one step."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(f".{self.path.name}.part")
        content = [asdict(self.held[key]) for key in sorted(self.held)]
        part.write_text(json.dumps(content, indent=1, ensure_ascii=False), "utf-8")
        part.replace(self.path)

    def put(self, *records: Held) -> None:
        """Keep records and save."""
        for record in records:
            self.held[record.source_id, record.name] = record
        self.save()

    def said(self) -> str:
        """What the audit says of downloads: changes only when that does, not with every check."""
        return "\n".join(
            f"{held.source_id}|{held.name}|{held.address}|{held.note}|{held.reason}"
            for _, held in sorted(self.held.items())
        )

    def of_source(self, source_id: str) -> list[Held]:
        """The records of a source, in the order of their names."""
        return [self.held[key] for key in sorted(self.held) if key[0] == source_id]

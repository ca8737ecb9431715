"""The input folder: which files lie in it, which cannot be read, and which are still being written.

Knows nothing of what is in a file.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.ingest.readers.base import MAX_BYTES, SourceFile

SYNTHETIC_MARK = "SYNTHETIC.txt"
OUR_OWN = {SYNTHETIC_MARK, "planted.csv"}


class NotRead(OSError):
    """A file that cannot be read now; the message says why and what to do. It is tried again in the next run."""


@dataclass(frozen=True)
class FoundFile:
    """One file of the input folder.

    Attributes:
        path: where it lies.
        relative: its path from the input folder, or from the output folder for a downloaded file, with forward
            slashes, fit to be stored and printed.
        bytes: its size.
        modified_ns: when it was last written, in nanoseconds since 1970.
        is_synthetic: it lies below a folder that is marked as the synthetic sample.
    """

    path: Path
    relative: str
    bytes: int
    modified_ns: int
    is_synthetic: bool

    @property
    def name(self) -> str:
        """Its name, fit to be stored and printed."""
        return self.relative.rpartition("/")[2]


# ten digits are how an NHS number is written, and a file can be named after a patient
NUMBER_IN_NAME = re.compile(r"(?<![0-9])(?:[0-9]{10}|[0-9]{3}([ _-])[0-9]{3}\1[0-9]{4})(?![0-9])")
MASKED = "[number]"


def printable(text: str) -> str:
    """A path as text that can be stored: bytes that are no UTF-8 are replaced, control characters and ten digits too."""
    clean = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    shown = "".join(sign if sign.isprintable() else "�" for sign in clean)
    return NUMBER_IN_NAME.sub(MASKED, shown)


def problem_with(path: Path) -> str | None:
    """Why an entry of a folder is not read, whatever is in it; None for an ordinary file."""
    if path.is_symlink():
        return "is a link. Links are not followed: put the file itself in the folder"
    mode = path.lstat().st_mode if path.exists() else 0
    return None if stat.S_ISREG(mode) else "is not an ordinary file. Take it out of the folder"


def _walk(folder: Path) -> Iterator[tuple[Path, str | None]]:
    """Every entry below the folder and, for one that cannot be read, why."""
    barred: list[Path] = []
    for place, directories, names in os.walk(
        folder, onerror=lambda error: barred.append(Path(error.filename))
    ):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        for name in [*directories, *sorted(names)]:
            path = Path(place) / name
            if name.startswith((".", "~$")) or name in OUR_OWN:
                continue
            if path.is_symlink() or name not in directories:
                yield path, problem_with(path)
    for path in barred:
        if path != folder:
            yield path, "is a folder that cannot be opened. Give the account that runs this leave to read it"


def input_files(folder: Path) -> Iterator[Path]:
    """Ordinary files below the folder; no hidden ones, no links, none of the sample's own notes."""
    return (path for path, problem in _walk(folder) if problem is None)


def _is_synthetic(path: Path, folder: Path) -> bool:
    within = [folder / place for place in path.relative_to(folder).parents]
    return any((place / SYNTHETIC_MARK).exists() for place in within)


def list_folders(folders: list[Path], output_dir: Path) -> tuple[list[FoundFile], dict[str, str]]:
    """Files to read, earliest first, and for every other entry of the folders why it is not read.

    Earlier files come first, so that a later, shorter one is compared with what it would replace.
    """
    found: list[FoundFile] = []
    problems: dict[str, str] = {}
    for folder in folders:
        root = output_dir if folder.is_relative_to(output_dir) else folder
        for path, problem in _walk(folder):
            relative = printable(path.relative_to(root).as_posix())
            if problem is None:
                try:
                    status = path.stat()
                except OSError as error:
                    problem = f"cannot be read ({error.strerror})"
                else:
                    synthetic = _is_synthetic(path, folder)
                    found.append(FoundFile(path, relative, status.st_size, status.st_mtime_ns, synthetic))
                    continue
            problems[relative] = f"{relative} {problem}."
    found.sort(key=lambda file: (file.modified_ns // 10**9, file.relative))
    return found, problems


def _changed(found: FoundFile) -> bool:
    status = found.path.stat()
    return (status.st_size, status.st_mtime_ns) != (found.bytes, found.modified_ns)


def read_settled(found: FoundFile, settle_seconds: float) -> SourceFile:
    """Read a file that has stopped growing; one written a moment ago is given time to show whether it has.

    Raises:
        NotRead: when it is still being written, is too large, or cannot be opened.
    """
    if found.bytes > MAX_BYTES:
        raise NotRead(
            f"{found.relative} has {found.bytes / 1024**2:,.0f} MB; files above {MAX_BYTES // 1024**2} MB are not "
            "read. Divide it, for example by year."
        )
    try:
        age = time.time() - found.modified_ns / 1e9
        if 0 <= age < settle_seconds:
            time.sleep(settle_seconds - age)
        content = b"" if _changed(found) else found.path.read_bytes()
        if _changed(found) or len(content) != found.bytes:
            raise NotRead(f"{found.relative} is still being written. The next run reads it.")
    except NotRead:
        raise
    except OSError as error:
        raise NotRead(
            f"{found.relative} cannot be read ({error.strerror}). Give the account that runs this leave to read it."
        ) from error
    return SourceFile(found.path, found.name, content, hashlib.sha256(content).hexdigest())


def still_as_read(found: FoundFile) -> bool:
    """Whether nobody has written to the file since it was listed."""
    try:
        return not _changed(found)
    except OSError:
        return False

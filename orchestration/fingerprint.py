"""What an edition depends on, as one hash: the input files, the code and the settings.

The same fingerprint means the same edition, so there is nothing to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from orchestration.ingest.fetch_state import FetchState
from orchestration.ingest.privacy import NoKey, key_id, read_key
from orchestration.settings import DBT_DIR, PROJECT_DIR, SEEDS_DIR, Settings

CODE_DIRS = (
    PROJECT_DIR / "orchestration",
    DBT_DIR / "models",
    DBT_DIR / "macros",
    SEEDS_DIR,
    PROJECT_DIR / "config",
)
CODE_FILES = (DBT_DIR / "dbt_project.yml", PROJECT_DIR / "requirements.lock")


def _files(directory: Path) -> Iterable[Path]:
    return sorted(
        path
        for path in directory.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and not any(part.startswith(".") for part in path.relative_to(directory).parts)
    )


def code_fingerprint() -> str:
    """Hash of everything in the project that decides what an edition says."""
    named = [
        (path.relative_to(PROJECT_DIR).as_posix(), path)
        for directory in CODE_DIRS
        for path in _files(directory)
    ]
    named += [(path.name, path) for path in CODE_FILES]
    total = hashlib.sha256()
    for name, path in named:
        total.update(name.encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def pseudonym_key_id(settings: Settings) -> str:
    """Which key replaces identifiers; the same text while there is none."""
    try:
        return key_id(read_key(settings.pseudonym_key_file, settings.pseudonym_key))
    except NoKey:
        return "no key"


def input_fingerprint(settings: Settings) -> str:
    """Hash of the names, times and contents of every file that a run would read.

    A supplier's mapping and the key for pseudonyms are part of it: with another one other rows are read. The time
    is, because the last file received wins between two of one release; what the last
    download said, because the figures say it too.
    """
    total = hashlib.sha256()
    for folder in settings.input_dirs:
        for path in _files(folder):
            total.update(path.relative_to(folder).as_posix().encode())
            total.update(str(int(path.stat().st_mtime)).encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    for path in _files(settings.mappings_dir) if settings.mappings_dir.is_dir() else ():
        total.update(hashlib.sha256(path.read_bytes()).digest())
    total.update(pseudonym_key_id(settings).encode())
    total.update(FetchState.load(settings.fetch_state_path).said().encode())
    return total.hexdigest()


def run_fingerprint(settings: Settings, input_hash: str | None = None) -> str:
    """Hash of input, code and the systems asked for.

    Args:
        settings: where the input is and which systems are wanted.
        input_hash: fingerprint of the input, where it is known already.
    """
    parts = (input_hash or input_fingerprint(settings), code_fingerprint(), " ".join(settings.lmns))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()

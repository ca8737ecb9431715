"""An edition: built aside, checked, put in place in one step.

Readers never see half of one, and a failed run leaves the last one standing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.errors import UserError

SYSTEM_FILES = (
    "audit.html",
    "audit.docx",
    "easy_read.html",
    "plan_on_a_page.html",
    "action_plan.xlsx",
    "data/metric_values.csv",
    "data/equity_gaps.csv",
    "data/inequality.csv",
    "data/trend.csv",
    "data/actions.csv",
    "data/data_quality.csv",
    "data/provenance.csv",
)
EDITION_FILES = ("index.html", "assets/plotly.min.js", "open_data/datapackage.json")


class IncompleteEdition(UserError):
    """Files are missing; the message lists them. The last edition stays in place."""


@dataclass(frozen=True)
class Edition:
    """One finished edition.

    Attributes:
        name: newest month of the data and the first digits of the fingerprint.
        fingerprint: hash of input, code and settings.
        systems: codes of the systems it holds.
        is_synthetic: made from the sample.
    """

    path: Path
    name: str
    fingerprint: str
    systems: tuple[str, ...]
    is_synthetic: bool

    def __str__(self) -> str:
        kind = "synthetic sample" if self.is_synthetic else "published data"
        return f"{self.name}  {len(self.systems)} systems, {kind}  {self.path}"


def edition_name(newest_period: str, fingerprint: str) -> str:
    """The edition's name, from what it holds: no clock in it."""
    return f"{newest_period[:7]}-{fingerprint[:8]}"


def _read(path: Path) -> Edition | None:
    described = path / "edition.json"
    if not described.exists():
        return None
    found = json.loads(described.read_text("utf-8"))
    return Edition(path, found["name"], found["fingerprint"], tuple(found["systems"]), found["is_synthetic"])


def list_editions(editions_dir: Path) -> list[Edition]:
    """Every finished edition, oldest first."""
    if not editions_dir.is_dir():
        return []
    folders = sorted(
        (p for p in editions_dir.iterdir() if p.is_dir() and not p.is_symlink() and p.name != "latest"),
        key=lambda p: (p.stat().st_mtime_ns, p.name),
    )
    return [edition for edition in map(_read, folders) if edition is not None]


def latest_edition(editions_dir: Path) -> Edition | None:
    """The edition that `latest` leads to."""
    latest = editions_dir / "latest"
    return _read(latest) if latest.exists() else None


def missing_files(build_dir: Path, systems: Sequence[str]) -> list[str]:
    """Files that a complete edition has and this one has not, or has empty."""
    wanted = [*EDITION_FILES, *(f"{code}/{name}" for code in systems for name in SYSTEM_FILES)]
    return [
        name for name in wanted
        if not (build_dir / name).is_file() or (build_dir / name).stat().st_size == 0
    ]  # fmt: skip


def _point_latest(editions_dir: Path, name: str) -> None:
    """Make `latest` lead to the edition in one step; a copy where links are not allowed."""
    link = editions_dir / "latest"
    aside = editions_dir / ".latest"
    if aside.is_symlink() or aside.is_file():
        aside.unlink()
    elif aside.exists():
        shutil.rmtree(aside)
    try:
        aside.symlink_to(name, target_is_directory=True)
    except OSError:
        shutil.copytree(editions_dir / name, aside)
    if link.exists() and not link.is_symlink():
        shutil.rmtree(link)
    aside.replace(link)


def put_in_place(
    build_dir: Path,
    editions_dir: Path,
    name: str,
    fingerprint: str,
    systems: Sequence[str],
    is_synthetic: bool,
    disclosure_audit: Mapping[str, Any],
) -> Edition:
    """Check a built edition and put it in place.

    Args:
        disclosure_audit: what the audit of its figures found; an edition that fails it does not come here.

    Raises:
        IncompleteEdition: when files are missing; nothing is changed then.
    """
    missing = missing_files(build_dir, systems)
    if missing:
        raise IncompleteEdition(
            f"The edition lacks {len(missing)} files: {', '.join(missing[:10])}"
            f"{' …' if len(missing) > 10 else ''}. Run the job `publish` for all partitions. The last edition stays."
        )
    described = {
        "name": name,
        "fingerprint": fingerprint,
        "systems": sorted(systems),
        "is_synthetic": is_synthetic,
        "disclosure_audit": dict(disclosure_audit),
    }
    (build_dir / "edition.json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
    editions_dir.mkdir(parents=True, exist_ok=True)
    target = editions_dir / name
    if target.exists():
        replaced = editions_dir / f".{name}.replaced"
        shutil.rmtree(replaced, ignore_errors=True)
        target.replace(replaced)
        build_dir.replace(target)
        shutil.rmtree(replaced)
    else:
        build_dir.replace(target)
    _point_latest(editions_dir, name)
    return Edition(target, name, fingerprint, tuple(sorted(systems)), is_synthetic)

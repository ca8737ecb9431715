"""Paths and run settings.

Only this module reads environment variables. Nothing here opens a file or a database.
"""

from __future__ import annotations

import os
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent
DBT_DIR = PROJECT_DIR / "dbt_project"
SEEDS_DIR = PROJECT_DIR / "seeds"
STAGED_DIR = DBT_DIR / "models" / "staged"


@dataclass(frozen=True)
class Mail:
    """Where a failure notice goes."""

    host: str
    sender: str
    password: str
    to: str


def _path(text: str | None) -> Path | None:
    return Path(text).expanduser().resolve() if text else None


@dataclass(frozen=True)
class Settings:
    """Where one audit reads from and writes to.

    Attributes:
        input_dir: folder of source files, searched at any depth.
        output_dir: holds the warehouse, the kept originals and the editions.
        lmns: codes of the systems to render; empty means all that the data hold.
        memory_limit: DuckDB's memory limit.
        threads: DuckDB's threads.
        contact: e-mail or web address that publishers see when files are downloaded.
        mail: where a failure notice goes; None sends none.
        pseudonym_key_file: file with the key for pseudonyms; it lies outside the input and the output folder.
        pseudonym_key: the key itself, where no file holds it.
        mappings: folder of suppliers' mappings besides config/mappings.
    """

    input_dir: Path = PROJECT_DIR / "data" / "inbox"
    output_dir: Path = PROJECT_DIR / "output"
    lmns: tuple[str, ...] = field(default_factory=tuple)
    memory_limit: str = "3GB"
    threads: int = 2
    settle_seconds: float = 2.0
    contact: str = ""
    mail: Mail | None = None
    pseudonym_key_file: Path | None = None
    pseudonym_key: str | None = field(default=None, repr=False)
    mappings: Path | None = None

    @property
    def mappings_dir(self) -> Path:
        """Suppliers' mappings: the folder named for them, or `mappings` in the input folder."""
        return self.mappings or self.input_dir / "mappings"

    @property
    def fetched_dir(self) -> Path:
        """Files that were downloaded from the publishers."""
        return self.output_dir / "fetched"

    @property
    def fetch_state_path(self) -> Path:
        """What the last download said of each of them."""
        return self.output_dir / "fetched.json"

    @property
    def input_dirs(self) -> list[Path]:
        """Folders that a run reads: the input folder, then what was downloaded."""
        return [folder for folder in (self.input_dir, self.fetched_dir) if folder.is_dir()]

    @property
    def warehouse_path(self) -> Path:
        """The one DuckDB file (its name is the catalogue, so it must not be that of a schema)."""
        return self.output_dir / "warehouse" / "audit.duckdb"

    @property
    def originals_dir(self) -> Path:
        """Original bytes of every file ever seen, by hash (never of personal files)."""
        return self.output_dir / "originals"

    @property
    def editions_dir(self) -> Path:
        """Finished editions and `latest`."""
        return self.output_dir / "editions"

    @property
    def build_dir(self) -> Path:
        """Where an edition is built before it is put in place."""
        return self.output_dir / "build"

    @classmethod
    def from_environment(cls) -> Settings:
        """Read EQUITY_INPUT, EQUITY_OUTPUT, EQUITY_LMNS, EQUITY_MEMORY, EQUITY_THREADS, EQUITY_CONTACT, EQUITY_MAPPINGS,
        EQUITY_PSEUDONYM_KEY_FILE, EQUITY_PSEUDONYM_KEY and EQUITY_MAIL_*."""
        env = os.environ
        mail = None
        if env.get("EQUITY_MAIL_TO"):
            mail = Mail(
                host=env["EQUITY_MAIL_HOST"],
                sender=env["EQUITY_MAIL_FROM"],
                password=env.get("EQUITY_MAIL_PASSWORD", ""),
                to=env["EQUITY_MAIL_TO"],
            )
        return cls(
            input_dir=Path(env.get("EQUITY_INPUT") or cls.input_dir).expanduser().resolve(),
            output_dir=Path(env.get("EQUITY_OUTPUT") or cls.output_dir).expanduser().resolve(),
            lmns=tuple(env.get("EQUITY_LMNS", "").replace(",", " ").upper().split()),
            memory_limit=env.get("EQUITY_MEMORY", cls.memory_limit),
            threads=int(env.get("EQUITY_THREADS", cls.threads)),
            contact=env.get("EQUITY_CONTACT", cls.contact),
            mail=mail,
            pseudonym_key_file=_path(env.get("EQUITY_PSEUDONYM_KEY_FILE")),
            pseudonym_key=env.get("EQUITY_PSEUDONYM_KEY") or None,
            mappings=_path(env.get("EQUITY_MAPPINGS")),
        )

    def export(self) -> dict[str, str]:
        """The environment that child processes (dbt, the Dagster UI) need: the same paths, and dbt itself."""
        # dbt lies beside this Python, whether or not its environment was activated
        scripts, path = sysconfig.get_path("scripts"), os.environ.get("PATH", "")
        found = path if path.split(os.pathsep)[0] == scripts else os.pathsep.join([scripts, path])
        return {
            "PATH": found,
            "EQUITY_INPUT": str(self.input_dir),
            "EQUITY_OUTPUT": str(self.output_dir),
            "EQUITY_LMNS": " ".join(self.lmns),
            "EQUITY_MEMORY": self.memory_limit,
            "EQUITY_THREADS": str(self.threads),
            "EQUITY_CONTACT": self.contact,
            "EQUITY_WAREHOUSE": str(self.warehouse_path),
            "EQUITY_MAPPINGS": str(self.mappings or ""),
            "EQUITY_PSEUDONYM_KEY_FILE": str(self.pseudonym_key_file or ""),
        }
